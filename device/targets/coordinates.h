// SPDX-License-Identifier: MIT
// Places in the sky as people write them. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "device/model/target.h"

namespace nightstack::device {

// Right ascension, then declination, J2000: "05h34m31.9s +22d00m52s", "5:34:32 +22:00:52",
// "05 34 32 +22 00 52" (hours), "83.6333 22.0145" (degrees), "5.5755h 22.0145", with ° ' " as well.
// Nothing when the text has letters of a name. Throws OptionError with the part that is wrong
// when it can only be meant as coordinates.
std::optional<Equatorial> parse_coordinates(std::string_view text);

// "05h34m31.9s +22d00m52s"
std::string format_coordinates(const Equatorial& place);

}  // namespace nightstack::device
