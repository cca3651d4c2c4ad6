// SPDX-License-Identifier: MIT
// Satellites and planes that cross a frame. Pure functions of the seed and the frame's number.
#pragma once

#include <cstdint>
#include <vector>

#include "device/sim/twin/exposed.h"
#include "pipeline/core/geometry.h"
#include "pipeline/sky/anomalies.h"

namespace nightstack::device::sim {

// Lines of light and flashes in pixels of the sensor (1x1), as many as the exposure's Weather says.
struct Passers {
    std::vector<sky::Trail> trails;
    std::vector<Point> flashes;
    double flash_e = 0;  // of each
};
Passers passers(const Exposed& exposed, std::uint64_t seed);

}  // namespace nightstack::device::sim
