// SPDX-License-Identifier: MIT
// What stands on the plain: how it looks from the front. Pure functions.
#pragma once

#include <cstdint>

#include "device/sim/landscape/colour3.h"
#include "device/sim/landscape/noise.h"

namespace nightstack::device::sim {

enum class ThingKind { tree, fir, house, rock, bush };

struct Thing {
    ThingKind kind = ThingKind::tree;
    double azimuth_deg = 0;  // of its foot
    double foot_deg = 0;     // its altitude
    double height_deg = 1;
    std::uint32_t key = 0;
};

// Half of a thing's width over its height; it reaches from its foot to its height.
double half_width(ThingKind kind);

struct ThingSeen {
    float cover = 0;  // part of the pixel
    Colour3 albedo;
};

// At a place in heights of the thing: `x` to the right of its foot, `y` above. `pixels`: its height in pixels.
// `sun_x`: -1 the Sun stands to the left ... 1.
ThingSeen seen_thing(const Thing& thing, const Noise& noise, float x, float y, float pixels, float sun_x);

}  // namespace nightstack::device::sim
