// SPDX-License-Identifier: MIT
#include "pipeline/stages/warp/tap_table.h"

#include <array>
#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

// Exactly 0 and 1 at the integers, so that a shift by whole pixels copies.
double lanczos3(double x) {
    if (x == std::floor(x)) return x == 0 ? 1 : 0;
    if (std::abs(x) >= 3) return 0;
    const double a = std::numbers::pi * x;
    return 3 * std::sin(a) * std::sin(a / 3) / (a * a);
}

// Keys 1981, a = -0.5.
double keys_cubic(double x) {
    const double d = std::abs(x);
    if (d >= 2) return 0;
    if (d > 1) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
    return (1.5 * d - 2.5) * d * d + 1;
}

template <class Kernel>
TapTable make_table(int first, int count, Kernel kernel) {
    TapTable table{first, count, {}};
    table.weights.reserve((kTapPhases + 2) * kTapLanes);
    for (int k = 0; k < kTapPhases + 2; ++k) {
        const double fraction = std::min(1.0, static_cast<double>(k) / kTapPhases);
        std::array<double, kTapLanes> row{};
        double sum = 0;
        for (int t = first; t < first + count; ++t) {
            row[static_cast<std::size_t>(t)] = kernel(fraction + 2 - t);
            sum += row[static_cast<std::size_t>(t)];
        }
        for (const double w : row) table.weights.push_back(static_cast<float>(w / sum));
    }
    return table;
}

}  // namespace

const TapTable& lanczos_taps() {
    static const TapTable table = make_table(0, 6, lanczos3);
    return table;
}

const TapTable& cubic_taps() {
    static const TapTable table = make_table(1, 4, keys_cubic);
    return table;
}

}  // namespace nightstack
