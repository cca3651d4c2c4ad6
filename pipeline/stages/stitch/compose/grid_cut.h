// SPDX-License-Identifier: MIT
// The cheapest cut between a source and a sink through a graph whose nodes have up to four neighbours, as cells of a
// grid do: the algorithm of Boykov and Kolmogorov 2004 ("An experimental comparison of min-cut/max-flow algorithms for
// energy minimization in vision"), with trees grown from both ends and orphans adopted, distances kept as in its
// section on implementation. Whole numbers, so the same cut everywhere. One object is used again and again; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace nightstack {

class GridCut {
public:
    // Neighbours lie in directions 0 right, 1 left, 2 down, 3 up.
    static constexpr int kDirections = 4;

    void reset(int nodes);
    // Adds to what ties a node to the ends.
    void tie(int node, int to_source, int to_sink) {
        nodes_[static_cast<std::size_t>(node)].excess += to_source - to_sink;
    }
    // `other` lies in `direction` of `node`; the same capacity both ways.
    void link(int node, int direction, int other, int capacity);
    void cut();
    // After cut(): whether a node hangs together with the source. Nodes tied to nothing do not.
    bool with_source(int node) const { return nodes_[static_cast<std::size_t>(node)].tree == Tree::source; }
    bool with_sink(int node) const { return nodes_[static_cast<std::size_t>(node)].tree == Tree::sink; }

private:
    enum class Tree : std::uint8_t { none, source, sink };
    static constexpr std::uint8_t kRoot = 4, kOrphan = 5, kNobody = 6;
    struct Node {
        std::array<std::int32_t, kDirections> neighbour{-1, -1, -1, -1};
        std::array<std::int32_t, kDirections> capacity{};
        std::int32_t excess = 0;  // > 0: what the source still can give, < 0: what the sink still can take
        std::int32_t stamp = 0;   // when `distance` was known to be right
        std::int32_t distance = 0;
        Tree tree = Tree::none;
        std::uint8_t parent = kNobody;  // a direction, or one of the above
        bool queued = false;
    };
    Node& at(std::int32_t i) { return nodes_[static_cast<std::size_t>(i)]; }
    void activate(std::int32_t i);
    bool grow(std::int32_t i);  // false: nothing more to find from here
    void augment(std::int32_t source_side, int direction);
    void adopt(std::int32_t orphan);
    int distance_to_root(std::int32_t i);

    std::vector<Node> nodes_;
    std::vector<std::int32_t> active_, orphans_;
    std::size_t next_active_ = 0;
    std::int32_t time_ = 0;
};

}  // namespace nightstack
