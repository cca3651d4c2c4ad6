// SPDX-License-Identifier: MIT
// One form for all spellings of a target's name, so that comparing is exact. Pure functions, any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace nightstack::device {

// Lower case, no blanks or signs; catalogues and Greek letters in their short or long form as the
// lists have them: "Messier 031" and "m31" are "m31", "α Lyrae" is "alphalyr", "Sh 2-155" is "sh2-155".
std::string fold_name(std::string_view name);

}  // namespace nightstack::device
