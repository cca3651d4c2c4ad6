// SPDX-License-Identifier: MIT
// The row kernels of the blending pyramids, over pixels of four floats: colour, and a weight as the fourth. Pixels of a
// coarser level lie in the middle of two by two finer ones; down by 1 3 3 1 (over 8), up by 1 3 (over 4), each way.
// Free functions; any thread; the same bits on every CPU level.
#pragma once

namespace nightstack {

// One row of the coarser level from the four finer rows around it; `width` finer pixels, even. `scratch`: 4 * width
// floats. Beyond the ends of a row stands its last pixel.
void reduce_row(const float* const rows[4], int width, float* scratch, float* out);

// One row of the finer level from the nearer and the farther coarser row; `width` coarser pixels. `scratch`: 4 * width.
void expand_row(const float* nearer, const float* farther, int width, float* scratch, float* out);

// sum += weight * (fine - smooth) for the colours, sum += weight for the fourth; the weight is the fourth of `fine`.
// Without `smooth` (null) it counts as 0.
void add_band_row(const float* fine, const float* smooth, int width, float* sum);

// sum / weight + smooth, for the colours of one row of sums, in place; 0 + smooth where the weight is 0.
void finish_band_row(const float* smooth, int width, float* sum);

}  // namespace nightstack
