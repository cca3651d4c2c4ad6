// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/sorting_network.h"

namespace nightstack {

std::vector<std::pair<std::uint16_t, std::uint16_t>> sorting_network(int n) {
    std::vector<std::pair<std::uint16_t, std::uint16_t>> steps;
    for_sorting_runs(n, 1, [&](const SortingRun& run) {
        for (int i = run.first; i < run.first + run.length; ++i)
            steps.emplace_back(static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i + run.distance));
    });
    return steps;
}

}  // namespace nightstack
