// SPDX-License-Identifier: MIT
// The inner work of build_master: one row of all frames becomes one row of the master.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {

// Comparators that sort as many values as there are frames: see sorting_network.h of integrate.
using SortingNetwork = std::vector<std::pair<std::uint16_t, std::uint16_t>>;

struct MasterRow {
    const float* const* frames = nullptr;  // rows readable up to the next multiple of 16 floats
    int frame_count = 0;
    int width = 0;
    float kappa_low = 3;
    float kappa_high = 3;
    const SortingNetwork* network = nullptr;
    float* out = nullptr;      // NaN where no sample is finite
    float* scratch = nullptr;  // 16 * frame_count floats, 64-byte aligned
};

struct MasterRowReport {
    std::int64_t samples = 0;
    std::int64_t rejected = 0;
    double error_sum = 0;  // of standard errors, over the pixels
};

MasterRowReport combine_master_row(const MasterRow& row);

}  // namespace nightstack
