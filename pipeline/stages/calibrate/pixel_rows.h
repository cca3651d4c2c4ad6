// SPDX-License-Identifier: MIT
// What calibration does to every pixel, row by row, at the CPU level in force. Pixel by pixel and therefore the same
// bits on every level.
#pragma once

namespace nightstack {

// light -= offset; an offset that is not finite counts as 0.
void subtract_offset(float* light, const float* offset, int width);

// light /= flat; a flat below kFlatFloor or not finite counts as 1.
void divide_by_flat(float* light, const float* flat, int width);

bool all_finite(const float* row, int width);

}  // namespace nightstack
