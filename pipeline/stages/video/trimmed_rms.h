// SPDX-License-Identifier: MIT
// The deviation of numbers about zero of which a few are outliers and, with quantised pictures, many exactly zero: a
// median of sizes is nothing then. Pure.
#pragma once

#include <vector>

namespace nightstack {

// Without the largest 2 % in size; what that takes from a normal distribution is put back. Reorders the sizes, none of
// them negative. 0 without any.
double trimmed_rms(std::vector<float>& sizes);

}  // namespace nightstack
