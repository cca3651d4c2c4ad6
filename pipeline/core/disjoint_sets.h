// SPDX-License-Identifier: MIT
// Which of n things hang together, told pair by pair (union-find with halved paths: Tarjan and van Leeuwen 1984).
// One owner; no thread rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace nightstack {

class DisjointSets {
public:
    explicit DisjointSets(int n) : parent_(static_cast<std::size_t>(n)) {
        std::iota(parent_.begin(), parent_.end(), 0);
    }
    // The first of all that hang together with i.
    int root(int i) {
        while (at(i) != i) {
            at(i) = at(at(i));
            i = at(i);
        }
        return i;
    }
    // False: they did already.
    bool join(int a, int b) {
        const int x = root(a), y = root(b);
        if (x == y) return false;
        at(std::max(x, y)) = std::min(x, y);
        return true;
    }

private:
    int& at(int i) { return parent_[static_cast<std::size_t>(i)]; }
    std::vector<int> parent_;
};

}  // namespace nightstack
