// SPDX-License-Identifier: MIT
// The inner work of build_master: one row of all frames becomes one row of the master.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pipeline/stages/integrate/combine.h"

namespace nightstack {

struct MasterRow {
    const FrameTile* frames = nullptr;  // samples only, rows of at least `width`; scale 1, offset 0
    int frame_count = 0;
    int y = 0;  // which row of them
    int width = 0;
    float kappa_low = 3;
    float kappa_high = 3;
    float empty = 0;           // what stands where no sample is finite
    float* out = nullptr;      // `width` of them
    float* scratch = nullptr;  // master_scratch_bytes(frame_count), 64-byte aligned
};

struct MasterRowReport {
    std::int64_t samples = 0;
    std::int64_t rejected = 0;
    std::int64_t empty = 0;  // pixels
    double error_sum = 0;    // of standard errors, over the pixels
};

std::size_t master_scratch_bytes(int frame_count);

// Rejection is that of stages/integrate, reject.h "winsorized", for pixels of at least 5 samples; the mean of what it
// leaves, else the median. Same bits at every CPU level.
MasterRowReport combine_master_row(const MasterRow& row);

}  // namespace nightstack
