// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/grid_cut.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace nightstack {
namespace {

struct Grid {
    int width, height;
    std::vector<int> right, down, source, sink;

    Grid(int w, int h, unsigned seed) : width(w), height(h) {
        std::mt19937 random(seed);
        const auto draw = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
        for (int i = 0; i < w * h; ++i) {
            right.push_back(draw(9));
            down.push_back(draw(9));
            source.push_back(draw(4) == 0 ? draw(20) : 0);
            sink.push_back(draw(4) == 0 ? draw(20) : 0);
        }
    }
    int nodes() const { return width * height; }
    // What a cut costs that has node i with the source where sides[i] is 1.
    long cost(const std::vector<int>& sides) const {
        long sum = 0;
        for (int i = 0; i < nodes(); ++i) {
            const auto at = static_cast<std::size_t>(i), below = static_cast<std::size_t>(i + width);
            sum += sides[at] == 1 ? sink[at] : source[at];
            if (i % width + 1 < width && sides[at] != sides[at + 1]) sum += right[at];
            if (i / width + 1 < height && sides[at] != sides[below]) sum += down[at];
        }
        return sum;
    }
    std::vector<int> with_source(const GridCut& cut) const {
        std::vector<int> sides;
        for (int i = 0; i < nodes(); ++i) sides.push_back(cut.with_source(i) ? 1 : 0);
        return sides;
    }
    std::vector<int> not_with_sink(const GridCut& cut) const {
        std::vector<int> sides;
        for (int i = 0; i < nodes(); ++i) sides.push_back(cut.with_sink(i) ? 0 : 1);
        return sides;
    }
    void fill(GridCut& cut) const {
        cut.reset(width * height);
        for (int i = 0; i < width * height; ++i) {
            const auto at = static_cast<std::size_t>(i);
            cut.tie(i, source[at], sink[at]);
            if (i % width + 1 < width) cut.link(i, 0, i + 1, right[at]);
            if (i / width + 1 < height) cut.link(i, 2, i + width, down[at]);
        }
    }
};

TEST(GridCut, IsTheCheapestOfAllCuts) {
    GridCut cut;
    for (unsigned seed = 1; seed <= 100; ++seed) {
        const Grid grid(3 + static_cast<int>(seed % 2), 3, seed);
        grid.fill(cut);
        cut.cut();
        std::vector<int> sides(static_cast<std::size_t>(grid.nodes()));
        long least = grid.cost(sides);
        for (unsigned code = 0; code < 1U << grid.nodes(); ++code) {
            for (std::size_t i = 0; i < sides.size(); ++i) sides[i] = static_cast<int>(code >> i & 1U);
            least = std::min(least, grid.cost(sides));
        }
        EXPECT_EQ(grid.cost(grid.with_source(cut)), least) << seed;
        EXPECT_EQ(grid.cost(grid.not_with_sink(cut)), least) << seed;
    }
}

// Too many nodes to try all cuts: the two ends of the family of cheapest cuts must cost the same, which only a flow
// that cannot grow has.
TEST(GridCut, IsTheCheapestOnLargerGrids) {
    GridCut cut;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const Grid grid(60, 40, seed);
        grid.fill(cut);
        cut.cut();
        EXPECT_EQ(grid.cost(grid.with_source(cut)), grid.cost(grid.not_with_sink(cut)));
    }
}

TEST(GridCut, LeavesWhatIsTiedToNothing) {
    GridCut cut;
    cut.reset(2);
    cut.link(0, 0, 1, 5);
    cut.cut();
    EXPECT_FALSE(cut.with_source(0));
    EXPECT_FALSE(cut.with_sink(1));
}

}  // namespace
}  // namespace nightstack
