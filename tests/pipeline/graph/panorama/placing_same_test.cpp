// SPDX-License-Identifier: MIT
// The answer depends on the tiles alone: not on the order in which they came, nor on threads, nor on the CPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/pipeline/graph/panorama/tile_set.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

// Twelve tiles in three rows, a stray, and one that is turned.
const TileSet& mixed_set() {
    static const TileSet set = [] {
        const GridSet how{.rows = 3, .columns = 4, .width = 112, .height = 84, .f_px = 180};
        TileSet out = grid_set(how, grey_texture(31, 0.014));
        out.add("z_stray", grey_drawn(grey_texture(32, 0.014), grid_camera(how, 0, 0)));
        out.add("pano_77", grey_drawn(grey_texture(31, 0.014), grey_camera(12, 8, 90, 112, 84, 180)));
        return out;
    }();
    return set;
}

const PanoramaPlacement& placed_at_once() {
    static const PanoramaPlacement found = place(mixed_set().tiles());
    return found;
}

TEST(PlacingSame, OneByOneAsAllAtOnce) {
    const TileSet& set = mixed_set();
    const PanoramaPlacement& at_once = placed_at_once();
    SerialRunner runner;
    PanoramaPlacing placing;
    for (PanoramaTile& t : set.tiles()) {
        std::vector<PanoramaTile> one;
        one.push_back(std::move(t));
        placing.add(std::move(one), runner);
        if (placing.size() % 5 == 0) placing.solve(runner);  // a look in between changes nothing
    }
    expect_same(placing.solve(runner), at_once);
    expect_same(placing.solve(runner), at_once);
}

TEST(PlacingSame, InAnyOrder) {
    const TileSet& set = mixed_set();
    const PanoramaPlacement& straight = placed_at_once();
    std::mt19937 rng(5);
    for (int round = 0; round < 1; ++round) {
        std::vector<std::size_t> order(set.drawn.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::shuffle(order.begin(), order.end(), rng);
        PanoramaPlacement found = place(set.tiles(order));
        // Back to the straight order.
        std::vector<TileFate> tiles(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) tiles[order[i]] = found.tiles[i];
        found.tiles = tiles;
        for (PanoramaLink& l : found.links) {
            l.link.a = static_cast<int>(order[static_cast<std::size_t>(l.link.a)]);
            l.link.b = static_cast<int>(order[static_cast<std::size_t>(l.link.b)]);
        }
        expect_same(found, straight);
    }
}

TEST(PlacingSame, OnAnyThreadsAndEveryLevel) {
    const auto tiles = mixed_set().tiles();
    const PanoramaPlacement& serial = placed_at_once();
    for (const int threads : {2, 4}) {
        ThreadRunner runner(threads);
        PanoramaPlacing placing;
        placing.add(tiles, runner);
        expect_same(placing.solve(runner), serial);
    }
    at_every_level([&] { expect_same(place(tiles), serial); });
}

}  // namespace
}  // namespace nightstack
