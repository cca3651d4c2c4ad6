// SPDX-License-Identifier: MIT
// Magnitudes to electrons: what the cameras collect through 24 mm of glass. Pure functions.
#pragma once

#include "device/sim/twin/exposed.h"
#include "pipeline/sky/bands.h"

namespace nightstack::device::sim {

// Electrons a full plane of each colour collects in one exposure from a star, above the air.
sky::Rgb star_electrons(const Exposed& exposed, double v_magnitude, double b_minus_v);

// As much green light as a star of this magnitude, in a colour of its own (green = 1).
sky::Rgb coloured_electrons(const Exposed& exposed, double v_magnitude, const sky::Rgb& colour);

// The star whose green light is that many electrons.
double magnitude_of(const Exposed& exposed, double electrons);

// Part of the light that is left at an altitude, 0 below the ground: 0.2 mag for each airmass (Kasten, Young 1989).
double airmass(double altitude_deg);
double extinction(double altitude_deg);

}  // namespace nightstack::device::sim
