// SPDX-License-Identifier: MIT
// A small picture of a tile in linear light: the mean of every scale x scale pixels, so that its pixel X covers the
// tile's columns from X * scale on. Where the last column or row is cut, it is the mean of what there is. Views only:
// whoever hands it over says how long they live.
#pragma once

#include <array>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

struct ReducedTile {
    std::array<ImageView<const float>, 3> planes;  // of one size; grey: all three look at the same plane
    int scale = 1;
    float unit = 1;  // light that white is at, or would be: floats may be of any scale

    int width() const { return planes[0].width(); }
    int height() const { return planes[0].height(); }
    // Where a pixel of the tile lies in here.
    Point reduced(const Point& p) const { return {(p.x + 0.5) / scale - 0.5, (p.y + 0.5) / scale - 0.5}; }
    Point tile(const Point& r) const { return {(r.x + 0.5) * scale - 0.5, (r.y + 0.5) * scale - 0.5}; }
};

}  // namespace nightstack
