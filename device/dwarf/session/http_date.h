// SPDX-License-Identifier: MIT
// The header Date of an HTTP answer, in the one form that servers write today (RFC 1123:
// "Fri, 01 Sep 2023 21:05:07 GMT"). Pure function, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "device/dwarf/protocol/types.h"

namespace nightstack::device::dwarf {

// Nothing for any other form, a day that does not exist, or a year outside 1970 to 2200. The text is hostile.
std::optional<Utc> utc_of_http_date(std::string_view text);

}  // namespace nightstack::device::dwarf
