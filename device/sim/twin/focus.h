// SPDX-License-Identifier: MIT
// Focus: three ways to find it (10211 global and area, 10031 astro) and what it does to the stars.
// The focus motor's place stands in motors.h; a step by hand counts as well.
#pragma once

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Focus {
    double best_steps = 4200;  // where stars are smallest; moved a little by the seed
    TimerId running;
    bool astro = false;
    int last_code = 0;
    int runs = 0;
};

inline constexpr double kBestFwhmPx = 2.4;  // what this lens and sky give

// Of a star on the unbinned sensor, pixels.
double fwhm_px(const Body& body);

std::span<const Row> focus_rows();

}  // namespace nightstack::device::sim
