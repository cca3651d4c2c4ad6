// SPDX-License-Identifier: MIT
// What may be asked of the scope's HTTP side: its clock, its zone, its version, and nothing else;
// /update on the version's port would start a firmware update. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

// The target as it goes on the wire: a blank is %20, and whatever else has no place in a request
// line is written as %XX, so that no byte of it can end the line. Throws OptionError for another
// path than /date and /timezone (control) or /get_version (version), or more than 1024 bytes.
std::string http_target(HttpPort port, std::string_view target);

}  // namespace nightstack::device::dwarf
