// SPDX-License-Identifier: MIT
// Dates and sexagesimal angles as headers write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/frame.h"

namespace nightstack::io {

// '2023-06-10T21:38:19.442' with any number of decimals, a trailing Z or an offset ('-0700'); DWARF's
// '2023-06-10-21-38-19-442'; a blank instead of T; the old '26/10/92'. A date alone needs `time`
// ('21:38:19.4'); without it there is no instant. Fractions below a millisecond are dropped.
std::optional<UtcTime> parse_fits_time(std::string_view date, std::string_view time = {});

// 'YYYY-MM-DDThh:mm:ss.mmm'
std::string fits_time_text(UtcTime time);

// '12 34 56.7', '-12:34:56', '+12:34': the number of units of the first field.
std::optional<double> parse_sexagesimal(std::string_view text);

}  // namespace nightstack::io
