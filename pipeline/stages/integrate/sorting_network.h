// SPDX-License-Identifier: MIT
// Batcher's odd-even merge sort (Knuth, The Art of Computer Programming 3, 5.3.4): compare-exchange steps
// that sort any n values, the same steps whatever the values are. They come as runs: put the smaller of rows
// i and i + distance at i, for i = first ... first + length - 1.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace nightstack {

struct SortingRun {
    int first;
    int distance;
    int length;
};

// Calls `step` for the runs, in order, that make rows [0, n) sorted when each block of `sorted` rows from 0
// on is already. `sorted` is a power of two; 1 sorts from scratch. The distances of a merge are those of
// sort-inl.h.
template <class Step>
constexpr void for_sorting_runs(int n, int sorted, const Step& step) {
    for (int block = sorted; block < n; block *= 2) {
        for (int distance = block; distance >= 1; distance /= 2) {
            for (int i = distance % block; i + distance < n; i += 2 * distance) {
                if (i / (2 * block) != (i + distance) / (2 * block)) continue;
                step(SortingRun{i, distance, std::min(distance, n - distance - i)});
            }
        }
    }
}

// The single steps of a whole sort: pairs (i, j), i < j, put the smaller at i.
std::vector<std::pair<std::uint16_t, std::uint16_t>> sorting_network(int n);

}  // namespace nightstack
