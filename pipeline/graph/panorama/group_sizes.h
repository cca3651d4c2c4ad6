// SPDX-License-Identifier: MIT
// How many tiles each group has. Pure functions.
#pragma once

#include <algorithm>
#include <map>
#include <span>

namespace nightstack {

// By the groups' numbers.
inline std::map<int, int> group_sizes(std::span<const int> group_of_tile) {
    std::map<int, int> out;
    for (const int g : group_of_tile) ++out[g];
    return out;
}

// The first of the largest. Not of none.
inline int largest_group(std::span<const int> group_of_tile) {
    const std::map<int, int> sizes = group_sizes(group_of_tile);
    return std::max_element(sizes.begin(), sizes.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

}  // namespace nightstack
