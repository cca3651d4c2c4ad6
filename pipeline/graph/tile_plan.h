// SPDX-License-Identifier: MIT
// How the canvas is cut so that the samples of all frames of one tile fit into memory. Tiles are
// square because a strip, seen from a rotated frame, needs almost the whole frame.
#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/core/geometry.h"

namespace nightstack {

struct TilePlan {
    int tile_px = 0;          // side of a full tile
    int workers = 0;          // tiles in work at the same time
    std::vector<Rect> tiles;  // row by row, covering the canvas exactly once
};

// `frames` x `planes` float samples per pixel are held for each tile in work, `bytes` is what all
// tiles in work may take together. At least one worker with the smallest tile is always planned:
// `minimum_bytes()` tells whether that fits.
// `border` pixels around each tile are worked on, too, and counted in `bytes`.
TilePlan plan_tiles(int width, int height, int frames, int planes, int threads, std::size_t bytes, int border = 0);

// What one worker needs for a tile of this side, border included, with its raw and demosaiced pieces.
std::size_t tile_bytes(int side_px, int frames, int planes);
std::size_t minimum_tile_bytes(int frames, int planes);

}  // namespace nightstack
