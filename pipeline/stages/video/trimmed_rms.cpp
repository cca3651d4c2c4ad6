// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/trimmed_rms.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nightstack {

double trimmed_rms(std::vector<float>& sizes) {
    constexpr double kKept = 0.98;
    constexpr double kCutVariance = 0.87354;  // of a normal distribution within its quantiles 0.01 and 0.99
    if (sizes.empty()) return 0;
    const auto kept = std::max<std::size_t>(1, static_cast<std::size_t>(kKept * static_cast<double>(sizes.size())));
    const auto end = sizes.begin() + static_cast<std::ptrdiff_t>(kept);
    std::nth_element(sizes.begin(), end - 1, sizes.end());
    std::sort(sizes.begin(), end);  // an order, so that the sum is the same with every library
    double square = 0;
    for (auto it = sizes.begin(); it != end; ++it) square += static_cast<double>(*it) * static_cast<double>(*it);
    return std::sqrt(square / static_cast<double>(kept) / kCutVariance);
}

}  // namespace nightstack
