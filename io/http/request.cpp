// SPDX-License-Identifier: MIT
#include <algorithm>

#include "io/http/server.h"
#include "pipeline/core/hex.h"

namespace nightstack::io {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A percent sign without two digits stands for itself.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? hex_byte(text, i + 1) : std::nullopt;
        out += byte.value_or(text[i] == '+' ? ' ' : text[i]);
        if (byte) i += 2;
    }
    return out;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
    const auto same = [&](const auto& field) {
        return std::ranges::equal(field.first, name, [](char a, char b) { return lower(a) == lower(b); });
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
        if (decoded(item.substr(0, equals)) != name) continue;
        return equals == std::string_view::npos ? "" : decoded(item.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace nightstack::io
