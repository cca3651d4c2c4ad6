// SPDX-License-Identifier: MIT
// What a camera's automatic makes of the light: one rule for photos, films, tiles and streams. Pure functions.
#pragma once

#include <vector>

#include "device/sim/twin/exposed.h"

namespace nightstack::device::sim {

struct Metering {
    double exposure_s = 0;
    int gain = 0;
};

// The exposure that is given to whoever measures: short, so that only what is bright costs work.
inline constexpr double kMeteringExposure_s = 0.01;

// `green_e`: electrons of green pixels (1x1, not binned, not cut off) all over the frame, in an exposure of
// kMeteringExposure_s. The middle of them comes to 18 % of the range, unless what is bright (the Moon, a sky above a
// dark landscape) would be burnt out: where one pixel in fifty is white, less. What is not automatic stays as `exposed`
// has it. In steps of a third of a stop; by night an exposure ends at a second, and the picture stays dark.
Metering metered(const Exposed& exposed, std::vector<double> green_e);

}  // namespace nightstack::device::sim
