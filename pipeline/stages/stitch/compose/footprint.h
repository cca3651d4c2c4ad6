// SPDX-License-Identifier: MIT
// Where on the canvas a tile can be seen at all. Pure functions.
#pragma once

#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/compose/canvas_to_tile.h"

namespace nightstack {

// Rectangles of the canvas that hold all pixels in which the tile is seen, generous; none where it is not. Two where
// the tile lies across the place at which the map repeats.
std::vector<Rect> footprint(const TileCamera& camera, const Projection& projection, int canvas_width,
                            int canvas_height);

// Of the tile for each canvas pixel, in the tile's middle; 1 where that is not on the canvas.
double tile_pixels_per_pixel(const TileCamera& camera, const CanvasToTile& map, const Projection& projection);

}  // namespace nightstack
