// SPDX-License-Identifier: MIT
// One pixel of the open block from all its samples at once.
#pragma once

#include <vector>

#include "pipeline/stages/live/live_sample.h"

namespace nightstack::reference {

struct BlockTwin {
    std::vector<LiveSample> lowest, highest;  // `depth` of each
    std::int64_t sum = 0, squares = 0;
    int weight = 0, count = 0;
    bool operator==(const BlockTwin&) const = default;
};

// Codes of missing samples (kNoLowest) may be among them.
BlockTwin block_twin(std::vector<LiveSample> codes, int depth);

}  // namespace nightstack::reference
