// SPDX-License-Identifier: MIT
// Where trees, houses, rocks and bushes stand on the plain: the same ones for every camera. A pure function of the
// seed.
#pragma once

#include <cstdint>
#include <vector>

#include "device/sim/landscape/thing_shapes.h"

namespace nightstack::device::sim {

// The part of the horizon that is asked for; `from_deg` 0..360, the width up to 360.
struct HorizonPart {
    double from_deg = 0;
    double width_deg = 360;
    double lowest_deg = -90;
    double highest_deg = 90;
};

// Those whose feet or tops reach into it and that are `smallest_deg` high at least, from near to far.
std::vector<Thing> things_in(const HorizonPart& part, double smallest_deg, std::uint64_t seed);

}  // namespace nightstack::device::sim
