// SPDX-License-Identifier: MIT
// By how much a place misses, and how that changes with what is to be found. Pure functions; any thread.
#pragma once

#include <array>

#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

struct ResidualSlopes {
    Point miss;  // predicted minus measured place in b, pixels
    // By small rotations R exp(w) of a and of b, then by log f, k1, k2 of a's lens and of b's: x, then y.
    std::array<double, 3> turn_a_x, turn_a_y, turn_b_x, turn_b_y, lens_a_x, lens_a_y, lens_b_x, lens_b_y;
};

// False where b cannot see the direction at all.
bool miss_of(Point& miss, const TileCamera& a, const TileCamera& b, const Correspondence& place);
bool slopes_of(ResidualSlopes& out, const TileCamera& a, const TileCamera& b, const Correspondence& place);

}  // namespace nightstack
