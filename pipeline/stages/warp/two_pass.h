// SPDX-License-Identifier: MIT
// Resampling in two passes (E. Catmull, A. R. Smith 1980, SIGGRAPH 14, 279): first along the rows of the frame, then
// across them. Two sums of six taps instead of one of thirty-six; and what the rows of the frame give serves all
// output rows that pass by.
//
// Output column u crosses row r of the frame at column along * u + per_row * r + start. Pass one makes the frame's
// rows at these places; pass two goes down column u to the row where the output pixel lies. The windows so lean with
// the turn: each of their rows is shifted by per_row against the one above, at most a quarter pixel.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/warp/warp_row.h"

namespace nightstack {

struct TwoPasses {
    double along = 1;
    double per_row = 0;
    double start = 0;
};

// For frames shifted or upside down, mirrored, turned by up to 14 degrees, of nearly the same scale. None for others,
// and for homographies.
std::optional<TwoPasses> two_passes(const Transform& source_from_out);

// A tile, from pixel (row.x0, row.y) on. The row's planes tell the sources, `out` the targets. Pixels whose window may
// reach over the edge of the frame are made in one pass (warp_row_lanczos, warp_row_cubic), whatever the tile.
struct TwoPassTile {
    WarpRow row;
    std::span<const ImageView<float>> out;
    TwoPasses passes;
};

void warp_tile_lanczos(const TwoPassTile& tile);
void warp_tile_cubic(const TwoPassTile& tile);

}  // namespace nightstack
