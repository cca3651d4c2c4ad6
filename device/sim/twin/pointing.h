// SPDX-License-Identifier: MIT
// Where the twin's telescope looks in the true sky.
#pragma once

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {

inline constexpr double kTripodAzimuth_deg = 140;  // of spin 0: the scope stands as its owner put it

struct Pointing {
    RaDec sky;
    Horizontal place;
};
Pointing pointing(const Body& body);

Horizontal true_horizontal(const Body& body, RaDec place);

// Turns the motors to a direction; they go through no limits on the way.
void point_at(Body& body, Horizontal place);

}  // namespace nightstack::device::sim
