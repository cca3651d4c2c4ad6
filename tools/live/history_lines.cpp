// SPDX-License-Identifier: MIT
#include "tools/live/history_lines.h"

#include <algorithm>
#include <string_view>

namespace nightstack::tools {
namespace {

constexpr std::string_view kCounted = " stacking of ";

}  // namespace

bool recount(std::string& line, std::size_t frames) {
    const std::size_t at = line.find(kCounted);
    if (at == std::string::npos) return false;
    const std::size_t begin = at + kCounted.size(), end = line.find_first_not_of("0123456789", begin);
    if (end == begin || end == std::string::npos || !line.substr(end).starts_with(" frames")) return false;
    line.replace(begin, end - begin, std::to_string(frames));
    return true;
}

std::vector<std::string> joined_history(std::vector<std::string> a, std::vector<std::string> b, std::size_t frames) {
    for (std::string& line : a) recount(line, frames);
    for (std::string& line : b) recount(line, frames);
    std::erase_if(a, [&](const std::string& line) {
        return line.starts_with(kChannelLine) || std::ranges::find(b, line) == b.end();
    });
    return a;
}

}  // namespace nightstack::tools
