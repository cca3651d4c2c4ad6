// SPDX-License-Identifier: MIT
// The corners of a plane, spread over it. Free function; any thread.
#pragma once

#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

struct Corner {
    Point at;  // to a fraction of a pixel
    float strength = 0;
};

// Peaks of `corner` (plane_gradients.h) that are at least `margin_px` away from the rim: the strongest of each cell of
// a coarse grid, `most` in all, the strongest first. A cell that has few leaves its share to the others.
std::vector<Corner> find_corners(ImageView<const float> corner, int most, int margin_px);

}  // namespace nightstack
