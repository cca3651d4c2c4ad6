// SPDX-License-Identifier: MIT
// Resamples planes through a transform: every pixel of an output tile is read at its exact position
// in the source frame. Works on tiles, so that no warped frame has to exist as a whole: a tile
// warped from its `source_region` equals the same part of a whole-frame warp bit for bit.
//
// Positions are off by less than 3e-7 px (1e-7 where there is one pass) at 65,536 px.
//   lanczos   Lanczos-3, 6 x 6 taps, weights of sum 1 from curves that are off by at most 3e-7
//             (tap_curves.h), guarded against ringing: the result
//             stays within the central 4 x 4 taps, with room of 0.3 of their range above (peaks
//             between pixels) and of half the difference between even and odd columns' minima below
//             (else noise would gain a bias; beside a bright point it is near 0: no dark rings).
//   cubic     Keys' cubic with a = -0.5 (Catmull-Rom: exact for parabolas), 4 x 4 taps, same guard.
//             Both in two passes where frames are shifted, mirrored, upside down or turned by up to 14 degrees
//             (two_pass.h): the rows of a window then lean with the turn, and the guard's taps with them. Elsewhere,
//             and within about four pixels of the frame's edge, in one pass over an upright window.
//   bilinear  2 x 2 taps.
//   nearest   the pixel whose area [x - 0.5, x + 0.5) holds the position.
// A pixel covers half a pixel to each side of its centre, so there is data where the position lies in
// [-0.5, width - 0.5] x [-0.5, height - 0.5] of the frame. Elsewhere the output is NaN, the marker of
// "no data" inside the pipeline (never written to files). Taps beyond the frame are left out and the
// weights of the others brought back to sum 1. A tap that is not finite, be its weight 0, makes the output NaN, and so
// does a sum beyond the range of float; no kernel ever gives an infinity.
//
// Thread rule: free functions without state. The same bits on every CPU level.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

enum class WarpKind { lanczos, cubic, bilinear, nearest };

std::string_view name(WarpKind kind);
std::optional<WarpKind> parse_warp_kind(std::string_view text);

// How far from its position a pixel may read, in source pixels.
int warp_border(WarpKind kind);

// Part of a frame: `planes` all cover `rect` of a frame of frame_width x frame_height pixels.
struct WarpSource {
    std::span<const ImageView<const float>> planes;
    Rect rect;
    int frame_width = 0;
    int frame_height = 0;
};

// Fills the tile `out_tile` of the output canvas, one plane per source plane. Canvas pixel (x, y)
// shows the frame at source_from_out(x, y). `source.rect` must contain `source_region(out_tile, ...)`.
// Throws OptionError when planes and rectangles do not fit together.
void warp(std::span<const ImageView<float>> out_planes, const Rect& out_tile, const WarpSource& source,
          const Transform& source_from_out, WarpKind kind);

// The part of the frame a tile needs: a bounding box with the kernel's border, cut to the frame.
// Empty when the tile sees nothing of the frame. `warp` then needs no pixels.
Rect source_region(const Rect& out_tile, const Transform& source_from_out, WarpKind kind, int frame_width,
                   int frame_height);

}  // namespace nightstack
