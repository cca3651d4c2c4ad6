// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/sorting_network.h"

namespace nightstack {

std::vector<std::pair<std::uint16_t, std::uint16_t>> sorting_network(int n) {
    std::vector<std::pair<std::uint16_t, std::uint16_t>> steps;
    int top = 1;
    while (2 * top < n) top *= 2;
    for (int p = n < 2 ? 0 : top; p > 0; p /= 2) {
        int r = 0;
        int distance = p;
        for (int q = top;; q /= 2) {
            for (int i = 0; i < n - distance; ++i) {
                if ((i & p) != r) continue;
                steps.emplace_back(static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i + distance));
            }
            if (q == p) break;
            distance = q - p;
            r = p;
        }
    }
    return steps;
}

}  // namespace nightstack
