// SPDX-License-Identifier: MIT
// The middle value; of an even count the larger of the middle two. Linear time. Any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nightstack {

// 0 of none. No NaN. Move in what is not needed in its order any more.
inline double upper_median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace nightstack
