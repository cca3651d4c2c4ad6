// SPDX-License-Identifier: MIT
// Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M): a list of
// compare-exchange steps that sorts any n values, the same steps whatever the values are.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace nightstack {

// Pairs (i, j), i < j: put the smaller at i.
std::vector<std::pair<std::uint16_t, std::uint16_t>> sorting_network(int n);

}  // namespace nightstack
