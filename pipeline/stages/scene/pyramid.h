// SPDX-License-Identifier: MIT
// A plane at half, quarter ... size: each level's pixel is the mean of 2 x 2 of the level below; an odd last row or
// column is left out. Pixel p of level l is centred at (p + 0.5) * 2^l - 0.5 of the plane. Free functions; any thread.
#pragma once

#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// `out` has half the size of `in`, rounded down (asserted).
void halve(ImageView<float> out, ImageView<const float> in);

// Level 0 is somebody else's and not kept: `levels[l - 1]` is level l. Memory is used again.
struct Pyramid {
    std::vector<Image<float>> levels;
    ImageView<const float> at(int level, ImageView<const float> whole) const {
        return level == 0 ? whole : levels[static_cast<std::size_t>(level - 1)].cview();
    }
};
void build(Pyramid& pyramid, ImageView<const float> whole, int top_level);

// The first level no side of which is longer than `most_px`.
int level_for(int width, int height, int most_px);

// A transform between whole planes as one between their levels. Powers of two: no rounding beyond the products.
Transform at_level(const Transform& whole, int level);

}  // namespace nightstack
