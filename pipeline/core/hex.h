// SPDX-License-Identifier: MIT
// Bytes written as two hexadecimal digits. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace nightstack {

// 0 to 15; -1 where it is none.
constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The byte of the two digits at `at`; nothing where there are not two.
constexpr std::optional<char> hex_byte(std::string_view text, std::size_t at) {
    if (at >= text.size() || text.size() - at < 2) return std::nullopt;
    const int high = hex_digit(text[at]), low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

}  // namespace nightstack
