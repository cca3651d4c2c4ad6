// SPDX-License-Identifier: MIT
// How much of one tile another one sees. Pure function; any thread.
#pragma once

#include "pipeline/stages/stitch/camera/tile_camera.h"

namespace nightstack {

// The share of a's area whose directions fall into b, from a grid of places.
double overlap_share(const TileCamera& a, const TileCamera& b);

// Whether the two could see the same at all: their axes are nearer than their half diagonals together.
bool may_overlap(const TileCamera& a, const TileCamera& b);

}  // namespace nightstack
