// SPDX-License-Identifier: MIT
// The air over the twin: what it takes from the stars, how it blurs them and how bright it shines by itself: a small
// town's light, twilight, moonlight. Pure functions of the seed.
#pragma once

#include <cstdint>

#include "device/model/target.h"
#include "device/sim/twin/exposed.h"
#include "pipeline/sky/bands.h"

namespace nightstack::device::sim {

// What stands in the sky and gives light.
struct Lights {
    AltAz sun;
    AltAz moon;
    double moon_phase_deg = 180;  // Sun, Moon, Earth: 0 full
};
Lights lights_at(SkyTime time, const Site& site);

// Electrons per pixel of the sensor (1x1) and exposure of the sky at a place.
sky::Rgb sky_light(const Exposed& exposed, const AltAz& place, const Lights& lights);

// Of that what the Sun alone gives: day and twilight, the same everywhere above the horizon.
sky::Rgb day_light(const Exposed& exposed, const Lights& lights);

// Part of the starlight that arrives: extinction, haze that comes and goes by a few per cent, Weather::cloud.
double transparency(const Exposed& exposed, double altitude_deg, std::uint64_t seed);

// FWHM of a star on the sensor (1x1): lens, focus and seeing.
double star_fwhm_px(const Exposed& exposed, double altitude_deg, std::uint64_t seed);

}  // namespace nightstack::device::sim
