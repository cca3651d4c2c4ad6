// SPDX-License-Identifier: MIT
// Warp and position of pixels through a lens that bends the picture (core/distortion.h): reference pixel -> ideal plane
// -> 3x3 -> ideal plane -> frame pixel. No 3x3 does that, but a short piece of a row is a straight line nearly enough:
// positions are exact at the ends of pieces and linear in between, off by kMostBend at most where the frame is.
// Pieces begin at multiples of their length in canvas coordinates, so a tile equals the same part of a larger one bit
// for bit. Free functions, values; any thread. The same bits on every CPU level.
#pragma once

#include <functional>
#include <span>

#include "pipeline/core/distortion.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {

inline constexpr double kMostBend = 0.003;  // px

// Where a canvas pixel lies in a source plane.
class BentPositions {
public:
    // `ref_from_frame` acts between the ideal planes. `source_from_frame` and `ref_from_canvas` are affine; the canvas
    // is looked at as far as width x height, the source plane's size tells where the frame is.
    BentPositions(const RadialDistortion& lens, const Transform& source_from_frame, const Transform& ref_from_frame,
                  const Transform& ref_from_canvas, const Rect& canvas, const Rect& source);

    Point operator()(Point canvas) const;
    int piece_px() const { return piece_px_; }  // of a row: 64 down to 4

private:
    friend Rect source_region(const Rect& out_tile, const BentPositions& positions, WarpKind kind);
    double denominator(Point canvas) const;  // of the 3x3: its sign tells the sides of the horizon
    int longest_piece(const Rect& canvas) const;

    RadialDistortion lens_;
    Transform source_from_frame_, frame_from_ref_, ref_from_canvas_;
    Rect source_;
    int piece_px_ = 64;
};

// As warp() and source_region() of warp.h.
void warp(std::span<const ImageView<float>> out_planes, const Rect& out_tile, const WarpSource& source,
          const BentPositions& positions, WarpKind kind);
Rect source_region(const Rect& out_tile, const BentPositions& positions, WarpKind kind);

// For what wants a 3x3 over an area: calls `put` with squares of half a piece, aligned like pieces and cut to the tile,
// and the affine transform that is right at the square's middle.
void for_straight_squares(const Rect& out_tile, const BentPositions& positions,
                          const std::function<void(const Rect&, const Transform& source_from_out)>& put);

}  // namespace nightstack
