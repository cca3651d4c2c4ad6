// SPDX-License-Identifier: MIT
// The rows of `integrate_tile`, at the CPU level in force.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/stages/integrate/combine.h"

namespace nightstack {

inline constexpr int kColumnPixels = 16;  // pixels worked on together, at every level
inline constexpr int kWaitingPlanes = 4;  // samples, sorted, values, weights

// Of all frames of a tile, in order; sums run in that order.
struct FrameWeights {
    std::vector<float> of, squares;
    float sum = 0, sum_of_squares = 0;
};

struct CombineRow {
    const FrameTile* frames = nullptr;
    const FrameWeights* weights = nullptr;
    int frame_count = 0;
    int y = 0;
    int width = 0;
    float* value = nullptr;
    float* variance = nullptr;
    std::uint16_t* coverage = nullptr;
    std::uint16_t* rejected_low = nullptr;
    std::uint16_t* rejected_high = nullptr;
    // kColumnPixels per frame each, room for whole groups of 8 frames, 64-byte aligned: in frame order, sorted, and
    // sums over the latter.
    float* samples = nullptr;
    float* sorted = nullptr;
    float* sums = nullptr;
    float* squares = nullptr;
    float* values = nullptr;   // in frame order: what is averaged, where `samples` are only what rejection looks at
    float* waiting = nullptr;  // room for kWaitingPlanes such planes
    std::ptrdiff_t plane_floats = 0;  // of each
    float* sample_weights = nullptr;  // likewise in frame order; null = each sample has its frame's weight
    CombineKind combine = CombineKind::mean;
    RejectKind rejection = RejectKind::none;
    float reject_low = 3;  // the two numbers of the rule, reject.h
    float reject_high = 3;
    float least_sigma = 0;
    float object_share = 0;
    float sky_level = 0;
    const float* esd_critical = nullptr;  // for gesdt, esd_table.h
    const float* esd_most = nullptr;
};

// All rows of `out`; those fields of `row` that tell which are set here.
TileCounts combine_rows(const CombineRow& row, const TileResult& out);

}  // namespace nightstack
