// SPDX-License-Identifier: MIT
#include "pipeline/stages/live/clip.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

// Where a normal distribution has the share `q` above it; q in (0, 0.5). By bisection: runs once per stack.
double upper_quantile(double q) {
    double low = 0, high = 10;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(middle / std::numbers::sqrt2) / 2 > q ? low : high) = middle;
    }
    return low;
}

// Variance of a normal distribution cut at its quantiles q and 1 - q.
double cut_variance(double q) {
    const double z = upper_quantile(q);
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    return 1 - 2 * z * density / (1 - 2 * q);
}

}  // namespace

std::array<double, kBlockFrames + 1> first_round_factors(int depth) {
    assert(depth >= kLeastClipDepth && depth <= kMostClipDepth);
    std::array<double, kBlockFrames + 1> factors{};
    factors.fill(1);
    for (int n = 5; n <= kBlockFrames; ++n) {
        const int out = std::min(depth, (n - 1) / 2);
        if (n - 2 * out < 2) continue;  // the median alone has no deviation
        factors[static_cast<std::size_t>(n)] = 1 / cut_variance((out - 0.375) / (n + 0.25));
    }
    return factors;
}

}  // namespace nightstack
