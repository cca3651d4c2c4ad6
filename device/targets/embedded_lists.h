// SPDX-License-Identifier: MIT
// The lists of targets as they stand in device/targets/data: lines "number|ra|dec|names", '#' begins
// a remark. Constant data, any thread.
#pragma once

#include <string_view>

namespace nightstack::device {

std::string_view openngc_list();  // CC-BY-SA-4.0, see its head
std::string_view star_list();     // BSD-3-Clause, see its head
std::string_view extra_list();

}  // namespace nightstack::device
