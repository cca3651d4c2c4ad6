// SPDX-License-Identifier: MIT
// GET /sim/state: all a test may want to see, in our sense (degrees, seconds, names).
#pragma once

#include <string>

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {

std::string state_text(const Body& body);

}  // namespace nightstack::device::sim
