// SPDX-License-Identifier: MIT
// The fields of a line of our lists, '|' between them, taken one after the other. Pure.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "pipeline/core/error.h"

namespace nightstack::device {

// What stands before `end`, which goes with it; all of it where there is none.
inline std::string_view take_until(std::string_view& text, char end) {
    const std::size_t length = std::min(text.find(end), text.size());
    const std::string_view part = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    return part;
}

// Throws FormatError: the list is not as it was made.
inline double take_number(std::string_view& line) {
    const std::string_view part = take_until(line, '|');
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || end != part.data() + part.size())
        throw FormatError("list of the sky: '" + std::string(part) + "' is not a number");
    return value;
}

}  // namespace nightstack::device
