// SPDX-License-Identifier: MIT
// Where the twin's telescope looks in the true sky. There is one home of such reckoning, device/targets/horizon.h:
// the pictures are drawn by it too.
#pragma once

#include "device/sim/twin/body.h"
#include "device/targets/horizon.h"

namespace nightstack::device::sim {

inline constexpr double kTripodAzimuth_deg = 140;  // of spin 0: the scope stands as its owner put it

struct Pointing {
    Equatorial sky;
    AltAz place;
};
Pointing pointing(const Body& body);

Horizon true_horizon(const Body& body);
// As the scope believes: where and when a client has told it to be.
Horizon told_horizon(const Body& body, const ToldPlace& told);

AltAz true_altaz(const Body& body, const Equatorial& place);

// Turns the motors to a direction; they go through no limits on the way.
void point_at(Body& body, const AltAz& place);

}  // namespace nightstack::device::sim
