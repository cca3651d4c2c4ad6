// SPDX-License-Identifier: MIT
// A reduced tile made as coarse as it is looked at, and read between its pixels. Owns its pixels; any thread may read.
#pragma once

#include <array>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/light/reduced_tile.h"

namespace nightstack {

class SmallPicture {
public:
    // Halved until its pixels are at least three fifths of `tile_pixels` of the tile.
    SmallPicture(const ReducedTile& picture, double tile_pixels);
    // At a pixel of the tile: bilinear, the edge repeated beyond it.
    std::array<float, 3> at(const Point& tile_pixel) const;

private:
    void halve();
    int width_, height_;
    double scale_;
    std::vector<std::array<float, 3>> pixels_;
};

}  // namespace nightstack
