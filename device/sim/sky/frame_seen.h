// SPDX-License-Identifier: MIT
// What one exposure does to the stars of its frame, in the sensor's pixels: where it looks, through what air, how it
// moves; and the same in pixels of the file. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "device/model/target.h"
#include "device/sim/sky/attitude.h"
#include "device/sim/twin/exposed.h"
#include "device/targets/horizon.h"
#include "pipeline/sky/frame_truth.h"

namespace nightstack::device::sim {

inline constexpr double kLongestLine_px = 400;  // of a star that moves during an exposure

Plane plane_of(const Exposed& exposed);

// Where one exposure looks.
struct Sight {
    Attitude begin, middle, end;
    AltAz place;  // of the middle
};

// How the stars in the middle of the frame move during the exposure, wind included.
std::optional<sky::Shake> motion(const Exposed& exposed, const Sight& sight, std::uint64_t seed);

// The sky's light with its gradient, transparency and FWHM.
void set_air(sky::FrameTruth& truth, const Exposed& exposed, const Sight& sight, const Site& site, std::uint64_t seed);

// What the renderer was told in the sensor's pixels, in those of the file.
sky::FrameTruth as_stored(sky::FrameTruth truth, const Exposed& exposed);

}  // namespace nightstack::device::sim
