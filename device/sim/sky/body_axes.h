// SPDX-License-Identifier: MIT
// How Moon, Jupiter and Saturn stand before us: which side they show, which way their poles point, and where Jupiter's
// four large moons are. Pure functions, J2000.
#pragma once

#include <array>
#include <vector>

#include "device/sim/sky/attitude.h"
#include "device/targets/solar_system.h"

namespace nightstack::device::sim {

// Seen from here: `right` is west along its equator, `up` north along its axis, `towards` us.
struct BodyAxes {
    Vec3 right, up, towards;
    Vec3 prime, east, pole;  // of the body: its prime meridian on the equator, 90 degrees east of it, its north pole
    Vec3 sun;                // from its middle
};

// Of Moon, Jupiter (System III) and Saturn: IAU Working Group on Cartographic Coordinates 2015, the Moon to a few
// hundredths of a degree.
BodyAxes body_axes(Planet body, const BodyView& view, SkyTime time);

struct SmallMoon {
    double right = 0;  // of Jupiter's middle, in its radii along its axes
    double up = 0;
    bool behind = false;
    double magnitude = 0;  // at a mean opposition, when Jupiter has -2.7
};
// Io, Europa, Ganymede, Callisto; Meeus, Astronomical Algorithms, chapter 44, low accuracy.
std::array<SmallMoon, 4> moons_of_jupiter(SkyTime time);

}  // namespace nightstack::device::sim
