// SPDX-License-Identifier: MIT
// Very many tiles: what grows with their square must stay cheap.
#include <gtest/gtest.h>

#include <ctime>

#include "tests/pipeline/graph/panorama/tile_set.h"
#include "tests/support/soak.h"

namespace nightstack {
namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// More than the few of which all pairs are compared.
TEST(PlacingMany, ThirtyTilesAreFoundByTheirSketches) {
    const TileSet set = grid_set(
        {.rows = 3, .columns = 10, .width = 128, .height = 96, .f_px = 1500, .overlap = 0.6, .jitter_deg = 0.05},
        grey_texture(51, 0.002));
    const PanoramaPlacement found = place(set.tiles(1500));
    EXPECT_EQ(count_of(found, TileVerdict::left_out), 0);
    EXPECT_EQ(found.panoramas, 1);
    EXPECT_EQ(found.rows, 3);
    EXPECT_EQ(found.columns, 10);
    // So small tiles share little at their corners: a few hang on the grid alone, to what its motor was off.
    std::vector<std::size_t> held;
    for (std::size_t i = 0; i < found.tiles.size(); ++i)
        if (found.tiles[i].verdict == TileVerdict::placed) held.push_back(i);
    EXPECT_GE(held.size(), 26u);
    EXPECT_LT(rms_against_truth(set, found, held), 0.15);
}

TEST(PlacingMany, AThousandTilesTakeLessThanAMinute) {
    NIGHTSTACK_SOAK_ONLY();
    const TileSet set = grid_set({.rows = 25, .columns = 40, .f_px = 3000, .jitter_deg = 0.1}, grey_texture(1, 0.0012));
    const auto tiles = set.tiles();
    const double before = cpu_seconds();
    const PanoramaPlacement found = place(tiles);
    EXPECT_LT(cpu_seconds() - before, 60);
    EXPECT_EQ(count_of(found, TileVerdict::left_out), 0);
    EXPECT_EQ(found.rows, 25);
    EXPECT_EQ(found.columns, 40);
}

TEST(PlacingMany, HundredsOfCopiesOfOnePictureTakeLessThanTwoMinutes) {
    NIGHTSTACK_SOAK_ONLY();
    TileSet set;
    for (int i = 0; i < 400; ++i)
        set.add(std::to_string(i), grey_drawn(grey_texture(1, 0.0012), grey_camera(0, 0, 0, 160, 120, 3000)));
    const auto tiles = set.tiles();
    const double before = cpu_seconds();
    const PanoramaPlacement found = place(tiles);
    EXPECT_LT(cpu_seconds() - before, 120);
    EXPECT_EQ(found.panoramas, 1);
}

}  // namespace
}  // namespace nightstack
