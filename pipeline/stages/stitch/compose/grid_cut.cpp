// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/grid_cut.h"

#include <algorithm>
#include <limits>

namespace nightstack {
namespace {
constexpr int kFar = std::numeric_limits<int>::max();
}

void GridCut::reset(int nodes) {
    nodes_.assign(static_cast<std::size_t>(nodes), {});
    active_.clear();
    orphans_.clear();
    next_active_ = 0;
    time_ = 0;
}

void GridCut::link(int node, int direction, int other, int capacity) {
    const auto d = static_cast<std::size_t>(direction);
    at(node).neighbour[d] = other;
    at(node).capacity[d] = capacity;
    at(other).neighbour[d ^ 1] = node;
    at(other).capacity[d ^ 1] = capacity;
}

void GridCut::activate(std::int32_t i) {
    if (at(i).queued) return;
    at(i).queued = true;
    active_.push_back(i);
}

void GridCut::cut() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        Node& n = nodes_[i];
        if (n.excess == 0) continue;
        n.tree = n.excess > 0 ? Tree::source : Tree::sink;
        n.parent = kRoot;
        n.distance = 1;
        activate(static_cast<std::int32_t>(i));
    }
    while (next_active_ < active_.size()) {
        const std::int32_t i = active_[next_active_++];
        if (next_active_ > 65536 && 2 * next_active_ > active_.size()) {
            active_.erase(active_.begin(), active_.begin() + static_cast<std::ptrdiff_t>(next_active_));
            next_active_ = 0;
        }
        at(i).queued = false;
        while (at(i).tree != Tree::none && grow(i)) {
        }
    }
}

// Takes free neighbours into the tree; where the trees meet, sends what fits along the path. True after that: there may
// be more to find from the same node.
bool GridCut::grow(std::int32_t i) {
    Node& n = at(i);
    const bool from_source = n.tree == Tree::source;
    for (std::size_t d = 0; d < kDirections; ++d) {
        const std::int32_t j = n.neighbour[d];
        if (j < 0) continue;
        Node& m = at(j);
        if ((from_source ? n.capacity[d] : m.capacity[d ^ 1]) == 0) continue;
        if (m.tree == Tree::none) {
            m.tree = n.tree;
            m.parent = static_cast<std::uint8_t>(d ^ 1);
            m.stamp = n.stamp;
            m.distance = n.distance + 1;
            activate(j);
        } else if (m.tree != n.tree) {
            if (from_source) {
                augment(i, static_cast<int>(d));
            } else {
                augment(j, static_cast<int>(d ^ 1));
            }
            return true;
        } else if (m.stamp <= n.stamp && m.distance > n.distance + 1 && m.parent < kRoot) {
            m.parent = static_cast<std::uint8_t>(d ^ 1);  // a shorter way to the root
            m.stamp = n.stamp;
            m.distance = n.distance + 1;
        }
    }
    return false;
}

void GridCut::augment(std::int32_t source_side, int direction) {
    const auto across = static_cast<std::size_t>(direction);
    const std::int32_t sink_side = at(source_side).neighbour[across];
    std::int32_t most = at(source_side).capacity[across];
    std::int32_t i = source_side;
    while (at(i).parent != kRoot) {
        const std::size_t d = at(i).parent;
        const std::int32_t up = at(i).neighbour[d];
        most = std::min(most, at(up).capacity[d ^ 1]);
        i = up;
    }
    most = std::min(most, at(i).excess);
    for (i = sink_side; at(i).parent != kRoot;) {
        const std::size_t d = at(i).parent;
        most = std::min(most, at(i).capacity[d]);
        i = at(i).neighbour[d];
    }
    most = std::min(most, -at(i).excess);

    at(source_side).capacity[across] -= most;
    at(sink_side).capacity[across ^ 1] += most;
    const auto orphan = [&](std::int32_t o) {
        at(o).parent = kOrphan;
        orphans_.push_back(o);
    };
    for (i = source_side; at(i).parent != kRoot;) {
        const std::size_t d = at(i).parent;
        const std::int32_t up = at(i).neighbour[d];
        at(i).capacity[d] += most;
        at(up).capacity[d ^ 1] -= most;
        if (at(up).capacity[d ^ 1] == 0) orphan(i);
        i = up;
    }
    at(i).excess -= most;
    if (at(i).excess == 0) orphan(i);
    for (i = sink_side; at(i).parent != kRoot;) {
        const std::size_t d = at(i).parent;
        const std::int32_t up = at(i).neighbour[d];
        at(i).capacity[d] -= most;
        at(up).capacity[d ^ 1] += most;
        if (at(i).capacity[d] == 0) orphan(i);
        i = up;
    }
    at(i).excess += most;
    if (at(i).excess == 0) orphan(i);

    ++time_;
    // Orphans made while others are adopted come behind them.
    for (std::size_t k = 0; k < orphans_.size(); ++k) adopt(orphans_[k]);
    orphans_.clear();
}

// Steps up to the root, or kFar where the way ends at an orphan. What was found is kept for this round.
int GridCut::distance_to_root(std::int32_t i) {
    int steps = 0;
    std::int32_t k = i;
    while (true) {
        const Node& n = at(k);
        if (n.stamp == time_) {
            steps += n.distance;
            break;
        }
        if (n.parent == kRoot) {
            at(k).stamp = time_;
            at(k).distance = 1;
            steps += 1;
            break;
        }
        if (n.parent >= kOrphan) return kFar;
        ++steps;
        k = n.neighbour[n.parent];
    }
    int left = steps;
    for (k = i; at(k).stamp != time_; k = at(k).neighbour[at(k).parent]) {
        at(k).stamp = time_;
        at(k).distance = left--;
    }
    return steps;
}

void GridCut::adopt(std::int32_t orphan) {
    Node& o = at(orphan);
    const bool source = o.tree == Tree::source;
    int least = kFar;
    std::uint8_t best = kNobody;
    for (std::size_t d = 0; d < kDirections; ++d) {
        const std::int32_t j = o.neighbour[d];
        if (j < 0 || at(j).tree != o.tree) continue;
        if ((source ? at(j).capacity[d ^ 1] : o.capacity[d]) == 0) continue;
        const int steps = distance_to_root(j);
        if (steps < least) {
            least = steps;
            best = static_cast<std::uint8_t>(d);
        }
    }
    if (best != kNobody) {
        o.parent = best;
        o.stamp = time_;
        o.distance = least + 1;
        return;
    }
    for (std::size_t d = 0; d < kDirections; ++d) {
        const std::int32_t j = o.neighbour[d];
        if (j < 0 || at(j).tree != o.tree) continue;
        if ((source ? at(j).capacity[d ^ 1] : o.capacity[d]) != 0) activate(j);
        if (at(j).parent == (d ^ 1)) {
            at(j).parent = kOrphan;
            orphans_.push_back(j);
        }
    }
    o.tree = Tree::none;
    o.parent = kNobody;
}

}  // namespace nightstack
