// SPDX-License-Identifier: MIT
// Judges a request by the interface table before it is sent. Pure functions, any thread.
#pragma once

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/message.h"

namespace nightstack::device::dwarf {

// Strict: numbers that the table does not know are refused. Raw: they pass (`scope send`), and so do
// fields that a known row does not have; everything else is judged all the same.
enum class Unknown { refused, allowed };

// Required fields, types, ranges of the camera meant, choices, camId, and the rules that join fields:
// a goto has a planet or a place, darks have an exposure, pulse and speed fit mStep (the focus motor is
// excepted from the pulse rule). Texts are at most 255 bytes, names stay within their folder. Throws OptionError naming
// interface, field, value and what is allowed. Rows that are not offered (firmware update) and pushes are always
// refused.
void check_request(const Message& request, Unknown unknown = Unknown::refused);

bool allows(const Limits& limits, double number);  // its range, or one of its choices

}  // namespace nightstack::device::dwarf
