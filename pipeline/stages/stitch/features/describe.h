// SPDX-License-Identifier: MIT
// What the surroundings of a place look like (Lowe 2004, "Distinctive image features", section 6, on a grid of one
// sample a pixel). Pure functions; any thread.
#pragma once

#include "pipeline/stages/stitch/features/feature.h"
#include "pipeline/stages/stitch/features/plane_gradients.h"

namespace nightstack {

inline constexpr int kDescriptionReach_px = 16;  // what lies further away is not looked at, whatever the angle

// The direction into which most of the slopes around `at` point.
double main_direction_rad(const PlaneGradients& gradients, Point at);

// Of the 20 x 20 pixels around `at`, as seen by somebody turned by `angle_rad`.
Description describe(const PlaneGradients& gradients, Point at, double angle_rad);

}  // namespace nightstack
