// SPDX-License-Identifier: MIT
// How bright planets and Moon are. Pure functions, any thread.
#pragma once

#include "device/model/target.h"
#include "device/targets/sky_cells.h"

namespace nightstack::device {

struct Lighting {
    UnitVector sight{};   // from the eye to the body, au, J2000
    UnitVector to_sun{};  // from the body to the Sun
    double phase_angle_deg = 0;
};

// V. Planets: Mallama and Hilton 2018, Astronomy and Computing 25, 10, without the terms of Mars's rotation and
// Uranus's latitude (0.1 mag); Moon: Cox (ed.), Allen's Astrophysical Quantities, 4th edition.
double planet_magnitude(Planet body, const Lighting& lighting);

}  // namespace nightstack::device
