// SPDX-License-Identifier: MIT
// How the row kernels reach source pixels: prefetching along a turned row, and coordinates at edges.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "pipeline/stages/warp/warp_row.h"

namespace nightstack {

inline constexpr float kNoData = std::numeric_limits<float>::quiet_NaN();

// Bytes from a source pixel to the one that the same column of the output needs a few rows later.
// A turned row walks across source rows, which no hardware prefetcher foresees.
inline std::ptrdiff_t prefetch_distance(const WarpRow& row, const PlanePair& plane) {
    constexpr double rows_ahead = 8;
    const double x = std::clamp(rows_ahead * row.source_from_out[1], -1e6, 1e6);
    const double y = std::clamp(rows_ahead * row.source_from_out[4], -1e6, 1e6);
    if (!(x == x && y == y)) return 0;
    const auto pixels = static_cast<std::ptrdiff_t>(y) * plane.source_stride + static_cast<std::ptrdiff_t>(x);
    return pixels * static_cast<std::ptrdiff_t>(sizeof(float));
}

// A hint only: the address need not exist.
inline void prefetch(const float* source, std::ptrdiff_t bytes) {
    __builtin_prefetch(
        reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(source) + static_cast<std::uintptr_t>(bytes)));
}

// Coordinate of a tap, brought into the frame (its weight is 0 there) and, for the spare lanes,
// into what is at hand. A tap with a weight must be at hand.
inline int patch_coordinate(int wanted, bool used, int size, int begin, int end) {
    const int in_frame = std::clamp(wanted, 0, size - 1);
    const int at_hand = std::clamp(in_frame, begin, end - 1);
    assert(!used || at_hand == in_frame);  // the caller read less than source_region()
    (void)used;
    return at_hand - begin;
}

inline void fill_blank(const WarpRow& row, int first, int count) {
    for (int p = 0; p < row.plane_count; ++p) std::fill_n(row.planes[p].out + first, count, kNoData);
}

}  // namespace nightstack
