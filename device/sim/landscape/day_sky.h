// SPDX-License-Identifier: MIT
// The sky by day: paler towards the horizon, brighter about the Sun, with clouds that stand still. Pure functions.
#pragma once

#include "device/sim/landscape/light.h"
#include "device/sim/landscape/noise.h"
#include "device/sim/landscape/sight.h"

namespace nightstack::device::sim {

class DaySky {
public:
    DaySky(const LandscapeLight& light, double pixel_deg);

    // How much of the day there is: 0 by night, when nothing is drawn, 1 with the Sun up.
    float day() const { return day_; }
    // Electrons per pixel, above the horizon: without clouds and Sun, and what these make of it.
    Colour3 clear(const SkyPlace& place) const;
    Colour3 light(const Noise& noise, const SkyPlace& place, const Colour3& clear) const;
    // In front of what is far.
    Colour3 haze(const SkyPlace& place) const;

private:
    float cloud(const Noise& noise, const SkyPlace& place, double& thick) const;

    LandscapeLight light_;
    double pixel_rad_;
    float day_ = 0;
    float low_sun_ = 0;
};

}  // namespace nightstack::device::sim
