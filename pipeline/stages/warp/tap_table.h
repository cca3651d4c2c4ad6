// SPDX-License-Identifier: MIT
// Weights of the windowed kernels by phase, for the row kernels. Row k holds the weights for the
// fraction k / 512: lane t belongs to the tap at floor(position) - 2 + t. Lanczos-3 uses lanes 0..5,
// the cubic lanes 1..4; the other lanes are zero. Each row sums to 1.
#pragma once

#include <vector>

namespace nightstack {

inline constexpr int kTapLanes = 8;
inline constexpr int kTapPhases = 512;

struct TapTable {
    int first = 0;  // lanes in use: [first, first + count)
    int count = 0;
    std::vector<float> weights;  // kTapPhases + 2 rows: fraction 1 is its own row and may be interpolated
};

const TapTable& lanczos_taps();
const TapTable& cubic_taps();

}  // namespace nightstack
