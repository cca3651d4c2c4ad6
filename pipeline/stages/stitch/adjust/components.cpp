// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/components.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "pipeline/core/disjoint_sets.h"

namespace nightstack {
std::vector<int> groups_of(int tiles, std::span<const RelativeTurn> turns) {
    DisjointSets sets(tiles);
    for (const RelativeTurn& t : turns) sets.join(t.a, t.b);
    std::vector<int> number(static_cast<std::size_t>(tiles), -1), out;
    int next = 0;
    for (int i = 0; i < tiles; ++i) {
        int& group = number[static_cast<std::size_t>(sets.root(i))];
        if (group < 0) group = next++;
        out.push_back(group);
    }
    return out;
}

std::vector<Rotation> turned_along_tree(int tiles, std::span<const RelativeTurn> turns) {
    std::vector<std::size_t> order(turns.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return turns[i].weight > turns[j].weight; });
    DisjointSets sets(tiles);
    std::vector<std::vector<std::pair<int, Rotation>>> branches(static_cast<std::size_t>(tiles));
    for (const std::size_t i : order) {
        const RelativeTurn& t = turns[i];
        if (!sets.join(t.a, t.b)) continue;
        branches[static_cast<std::size_t>(t.a)].emplace_back(t.b, t.a_from_b);
        branches[static_cast<std::size_t>(t.b)].emplace_back(t.a, t.a_from_b.inverse());
    }
    std::vector<Rotation> out(static_cast<std::size_t>(tiles));
    std::vector<bool> seen(static_cast<std::size_t>(tiles), false);
    for (int first = 0; first < tiles; ++first) {
        if (seen[static_cast<std::size_t>(first)]) continue;
        seen[static_cast<std::size_t>(first)] = true;
        std::vector<int> open = {first};
        while (!open.empty()) {
            const auto here = static_cast<std::size_t>(open.back());
            open.pop_back();
            for (const auto& [there, here_from_there] : branches[here]) {
                const auto t = static_cast<std::size_t>(there);
                if (seen[t]) continue;
                seen[t] = true;
                out[t] = out[here] * here_from_there;
                open.push_back(there);
            }
        }
    }
    return out;
}

}  // namespace nightstack
