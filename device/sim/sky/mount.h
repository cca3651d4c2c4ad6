// SPDX-License-Identifier: MIT
// What the mount does besides what it is asked for, and so where a camera really looks. Pure functions of the seed.
#pragma once

#include <cstdint>

#include "device/sim/sky/attitude.h"

namespace nightstack::device::sim {

// The camera's direction at a time of an exposure. A mount that tracks misses the target by a minute of arc or so,
// drifts from the first frame of the session on, wobbles with the period of its gears and trembles from frame to frame;
// Weather::drift_px comes on top. One that does not track stands still.
Attitude camera_attitude(const Exposed& exposed, const Exposed& first, SkyTime time, const Site& site,
                         std::uint64_t seed);

SkyTime middle_of(const Exposed& exposed);
SkyTime end_of(const Exposed& exposed);

}  // namespace nightstack::device::sim
