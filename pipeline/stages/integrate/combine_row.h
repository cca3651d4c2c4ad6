// SPDX-License-Identifier: MIT
// One row of `integrate_tile`, at the CPU level in force.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pipeline/stages/integrate/combine.h"

namespace nightstack {

inline constexpr int kColumnPixels = 16;  // pixels worked on together, at every level

struct CombineRow {
    const FrameTile* frames = nullptr;
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
    float* values = nullptr;  // in frame order: what is averaged, where `samples` are only what rejection looks at
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

TileCounts combine_row(const CombineRow& row);

}  // namespace nightstack
