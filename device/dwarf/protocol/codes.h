// SPDX-License-Identifier: MIT
// What the numbers in `code` mean: errors 0 to -64 and states 1000 to 1009. Constant data, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace nightstack::device::dwarf {

struct Code {
    int value = 0;
    std::string_view name;    // the vendor's: RESULT_NO_DARK_FRAME
    std::string_view text;    // for people: "no dark frames for these settings"
    std::string_view advice;  // what to do, "" when nothing
};

std::span<const Code> codes();
const Code* find_code(std::int64_t value);  // null when unknown

// "-41 RESULT_NO_DARK_FRAME: no dark frames ...", also of an unknown number.
std::string describe_code(std::int64_t value);

}  // namespace nightstack::device::dwarf
