// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

namespace nightstack::sky {

// Half open range of columns (or rows).
struct PixelSpan {
    int begin = 0;
    int end = 0;
};

// The pixels of [0, size) whose centres lie within `half` of `centre`; empty when there are none.
inline PixelSpan span_about(double centre, double half, int size) {
    const double last = size;
    const auto begin = static_cast<int>(std::clamp(std::ceil(centre - half), 0.0, last));
    const auto end = static_cast<int>(std::clamp(std::floor(centre + half) + 1, 0.0, last));
    return {begin, std::max(begin, end)};
}

}  // namespace nightstack::sky
