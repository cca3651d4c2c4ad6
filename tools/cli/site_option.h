// SPDX-License-Identifier: MIT
// What stands behind --site, of every command that has it. Pure functions, any thread.
#pragma once

#include <string_view>

#include "device/model/target.h"

namespace nightstack::tools {

// "48.1,11.6,520": latitude (north positive) and longitude (EAST positive) in degrees, height in metres above the
// sea, which may be left out; blanks and plus signs are taken. Throws OptionError with an example.
device::Site parse_site(std::string_view text);

}  // namespace nightstack::tools
