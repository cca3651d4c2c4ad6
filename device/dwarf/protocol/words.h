// SPDX-License-Identifier: MIT
// Numbers, limits and the columns of the table in words, the same in refusals, help and the docs page. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "device/dwarf/protocol/interface_table.h"

namespace nightstack::device::dwarf {

std::string number_text(double value);  // shortest form that reads back: "0.0003", "15"

// "0 to 255", "at least 1", "0 (auto) or 1 (manual)", "2800 to 7500 K"; "" without limits.
std::string limits_text(const Limits& limits, std::string_view unit);

std::string_view type_text(FieldType type);
std::string_view cameras_text(Cameras cameras);
std::string answer_text(const Interface& row);

}  // namespace nightstack::device::dwarf
