// SPDX-License-Identifier: MIT
// shotsInfo.json, to the byte as real scopes write it: eleven keys in one line, ten digits, RA in hours.
#pragma once

#include <string>

#include "device/sim/card/card_options.h"
#include "device/sim/twin/exposed.h"

namespace nightstack::device::sim {

// Of a session of which `frame` is the latest. `coldest`, `warmest`: of the sensor, told by newer firmwares only.
std::string shots_info_text(const Exposed& frame, Layout layout, double coldest_c, double warmest_c);

}  // namespace nightstack::device::sim
