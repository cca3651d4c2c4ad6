// SPDX-License-Identifier: MIT
// The sky right around one star: a plane through a ring of luminance pixels, robust against
// neighbours. It takes linear gradients out of centroid, shape and flux.
#pragma once

#include <optional>

#include "pipeline/stages/stars/candidates.h"
#include "pipeline/stages/stars/profile.h"

namespace nightstack {

// Level at the centre, slopes per px, deviation of the ring's pixels from the plane. ADU.
struct LocalSky {
    double level = 0;
    double slope_x = 0;
    double slope_y = 0;
    double sigma = 0;

    double at(double dx, double dy) const { return level + slope_x * dx + slope_y * dy; }
};

// Around pixel (cx, cy). Nothing when fewer than a dozen finite pixels of the ring lie in the frame.
std::optional<LocalSky> local_sky(const StarField& field, const FrameProfile& profile, int cx, int cy);

}  // namespace nightstack
