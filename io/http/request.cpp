// SPDX-License-Identifier: MIT
#include <algorithm>

#include "io/http/server.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/percent.h"

namespace nightstack::io {
std::string_view HttpRequest::header(std::string_view name) const {
    const auto same = [&](const auto& field) {
        return std::ranges::equal(field.first, name, [](char a, char b) { return lower_case(a) == lower_case(b); });
    };
    const auto found = std::ranges::find_if(headers, same);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view HttpRequest::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::optional<std::string> HttpRequest::parameter(std::string_view name) const {
    const std::size_t mark = target.find('?');
    std::string_view rest = mark == std::string::npos ? "" : std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        const std::size_t equals = item.find('=');
        if (percent_decoded(item.substr(0, equals), ' ') != name) continue;
        return equals == std::string_view::npos ? "" : percent_decoded(item.substr(equals + 1), ' ');
    }
    return std::nullopt;
}

}  // namespace nightstack::io
