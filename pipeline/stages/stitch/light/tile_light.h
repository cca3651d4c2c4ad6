// SPDX-License-Identifier: MIT
// How a tile's light is brought to that of all others: corrected = measured * gain / falloff(q), per channel, where q
// is the squared distance from the tile's middle in half diagonals: 0 in the middle, 1 in the corners. All of it is
// linear light. Plain values.
#pragma once

#include <array>
#include <cmath>

#include "pipeline/stages/stitch/camera/tile_camera.h"

namespace nightstack {

// What a lens loses towards the corners; one for all tiles of a panorama.
struct Vignetting {
    double v1 = 0, v2 = 0, v3 = 0;

    double falloff(double q) const { return 1 + q * (v1 + q * (v2 + q * v3)); }
    bool none() const { return v1 == 0 && v2 == 0 && v3 == 0; }
    friend bool operator==(const Vignetting&, const Vignetting&) = default;
};

struct TileLight {
    std::array<float, 3> gain{1, 1, 1};
    friend bool operator==(const TileLight&, const TileLight&) = default;
};

// Of a pixel of the tile as it is, not reduced.
inline double tile_q(const TileLens& lens, const Point& pixel) {
    const Point m = lens.middle();
    const double x = pixel.x - m.x, y = pixel.y - m.y;
    const double w = lens.width, h = lens.height;
    return 4 * (x * x + y * y) / (w * w + h * h);
}

}  // namespace nightstack
