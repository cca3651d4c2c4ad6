// SPDX-License-Identifier: MIT
// One output row, the inner work of `warp`, at the CPU level in force.
#pragma once

#include <array>
#include <cstddef>

#include "pipeline/core/geometry.h"

namespace nightstack {

struct PlanePair {
    float* out = nullptr;           // first pixel of the output row
    const float* source = nullptr;  // pixel (rect.x, rect.y) of the frame
    std::ptrdiff_t source_stride = 0;
};

struct WarpRow {
    std::array<double, 9> source_from_out{};
    bool affine = true;
    int x0 = 0;  // canvas position of the first output pixel
    int y = 0;
    int width = 0;
    Rect rect;  // part of the frame that is at hand
    int frame_width = 0;
    int frame_height = 0;
    const PlanePair* planes = nullptr;
    int plane_count = 0;
};

void warp_row_lanczos(const WarpRow& row);
void warp_row_cubic(const WarpRow& row);
void warp_row_bilinear(const WarpRow& row);
void warp_row_nearest(const WarpRow& row);

}  // namespace nightstack
