// SPDX-License-Identifier: MIT
#include "tools/scope/replay_script.h"

#include <algorithm>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

int interface_of(std::string_view bytes) {
    try {
        return device::dwarf::decode(bytes).interface();
    } catch (const FormatError&) {
        return -1;
    }
}

}  // namespace

ReplayScript::ReplayScript(const WireFile& file) : file_(file) {
    for (std::size_t i = 0; i < file.lines.size(); ++i)
        if (file.lines[i].way == WireLine::Way::sent) requests_.push_back({interface_of(file.lines[i].bytes), i});
}

std::vector<ReplayAnswer> ReplayScript::from(std::size_t begin, double zero_s) const {
    std::vector<ReplayAnswer> answers;
    for (std::size_t i = begin; i < file_.lines.size() && file_.lines[i].way != WireLine::Way::sent; ++i)
        if (file_.lines[i].way == WireLine::Way::received)
            answers.push_back({std::max(0.0, file_.lines[i].at_s - zero_s), &file_.lines[i]});
    return answers;
}

std::vector<ReplayAnswer> ReplayScript::opening() const { return from(0, 0); }

std::vector<ReplayAnswer> ReplayScript::answer(std::string_view request) {
    const int wanted = interface_of(request);
    if (wanted < 0) return {};
    Request* last = nullptr;
    for (Request& r : requests_) {
        if (r.interface != wanted) continue;
        last = &r;
        if (!r.used) break;
    }
    if (last == nullptr) return {};
    last->used = true;
    return from(last->line + 1, file_.lines[last->line].at_s);
}

}  // namespace nightstack::tools
