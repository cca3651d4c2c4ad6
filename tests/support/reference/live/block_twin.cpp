// SPDX-License-Identifier: MIT
#include "tests/support/reference/live/block_twin.h"

#include <algorithm>

namespace nightstack::reference {

BlockTwin block_twin(std::vector<LiveSample> codes, int depth) {
    std::erase(codes, kNoLowest);
    std::sort(codes.begin(), codes.end());
    const auto n = codes.size(), k = static_cast<std::size_t>(depth);
    BlockTwin twin;
    for (std::size_t j = 0; j < k; ++j) {
        twin.lowest.push_back(j < n ? codes[j] : kNoLowest);
        twin.highest.push_back(j < n ? codes[n - 1 - j] : kNoHighest);
    }
    for (const LiveSample code : codes) {
        const std::int64_t weight = code & 15, value = code >> 4;
        ++twin.count;
        twin.weight += static_cast<int>(weight);
        twin.sum += weight * value;
        twin.squares += weight * value * value;
    }
    return twin;
}

}  // namespace nightstack::reference
