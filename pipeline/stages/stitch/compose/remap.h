// SPDX-License-Identifier: MIT
// The kernels that bring a tile's pixels onto the canvas: planes to pixels of four floats and back, positions from
// cubics, and a bicubic read (Catmull and Rom 1974). Free functions over plain memory; any thread; the same bits on
// every CPU level.
#pragma once

#include <cstddef>

#include "pipeline/core/geometry.h"

namespace nightstack {

// p(t) = c[0] + t (c[1] + t (c[2] + t c[3])) for t = 0, 1/length, 2/length ... of each of `pieces`, one after the
// other. `length` is a multiple of 8 up to kLongestPiece, `out` holds pieces * length.
inline constexpr int kLongestPiece = 32;
void evaluate_cubics(const float (*coefficients)[4], int pieces, int length, float* out);

// Three planes to pixels of four floats, the fourth 0, and back. What is not finite becomes 0 on the way in.
void interleave_run(const float* r, const float* g, const float* b, int count, float* rgbx);
void split_run(const float* rgbx, int count, float* r, float* g, float* b);

// Pixels of a tile: red, green, blue and one float more, four floats each. `rect` says which of the tile (in pixels of
// the reduced tile where it is reduced); beyond the tile's edges its last pixel stands, so that every position has
// neighbours.
struct RemapSource {
    const float* rgbx = nullptr;
    std::ptrdiff_t stride = 0;  // floats
    Rect rect;
    int width = 0, height = 0;  // of the whole tile, in the same pixels
    int reduction = 1;          // tile pixels per pixel of this
};

// What the tile's light is multiplied with: gain / (1 + q (v[0] + q (v[1] + q v[2]))), q by tile pixels.
struct RemapLight {
    float gain[4] = {1, 1, 1, 1};
    float v[3] = {0, 0, 0};
    float middle_x = 0, middle_y = 0, per_half_diagonal2 = 0;
};

// `x` and `y`: positions in tile pixels; those outside are moved to the edge. `out`: four floats each. Values stay
// within the range of the four pixels around a position, so that nothing rings. The source must hold two more pixels on
// each side of what the positions ask for.
void remap_run(const RemapSource& source, const RemapLight& light, const float* x, const float* y, int count,
               float* out);

}  // namespace nightstack
