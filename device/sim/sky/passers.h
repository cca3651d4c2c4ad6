// SPDX-License-Identifier: MIT
// Satellites and planes that cross a frame. Pure functions of the seed and the frame's number.
#pragma once

#include <cstdint>
#include <vector>

#include "device/sim/twin/exposed.h"
#include "pipeline/sky/anomalies.h"

namespace nightstack::device::sim {

// Lines of light in pixels of the sensor (1x1), as many as the exposure's Weather says.
std::vector<sky::Trail> passers(const Exposed& exposed, std::uint64_t seed);

}  // namespace nightstack::device::sim
