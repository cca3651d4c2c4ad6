// SPDX-License-Identifier: MIT
// Letters and digits of ASCII, by bytes: nothing here asks the locale, and bytes beyond ASCII stay what they are. Pure,
// any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace nightstack {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// False for "".
inline bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

inline std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower_case(c);
    return out;
}

}  // namespace nightstack
