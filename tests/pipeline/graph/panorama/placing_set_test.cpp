// SPDX-License-Identifier: MIT
// Whole sets with truth: where all tiles lie.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/pipeline/graph/panorama/tile_set.h"

namespace nightstack {
namespace {

TEST(PlacingSet, GridLiesWhereItWasTaken) {
    const TileSet set = grid_set({.rows = 2, .columns = 3}, grey_texture(11, 0.012));
    const PanoramaPlacement found = place(set.tiles());
    EXPECT_EQ(count_of(found, TileVerdict::placed), 6);
    EXPECT_EQ(found.panoramas, 1);
    EXPECT_EQ(found.rows, 2);
    EXPECT_EQ(found.columns, 3);
    EXPECT_TRUE(found.focal_known);
    EXPECT_NEAR(found.tiles[0].camera.lens.f_px, 260, 3);
    EXPECT_LT(rms_against_truth(set, found), 0.15);
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(found.tiles[i].place, (GridPlace{static_cast<int>(i) / 3, static_cast<int>(i) % 3}));
}

TEST(PlacingSet, RingClosesOnItself) {
    TileSet set;
    const GreyScene scene = grey_texture(12, 0.02);
    for (int i = 0; i < 9; ++i)
        set.add("ring" + std::to_string(i), grey_drawn(scene, grey_camera(40.0 * i, 2.0 * (i % 2), 0, 160, 120, 130),
                                                       {0, 1, 0, 1, static_cast<unsigned>(i)}));
    const PanoramaPlacement found = place(set.tiles());
    EXPECT_EQ(count_of(found, TileVerdict::placed), 9);
    EXPECT_NEAR(found.tiles[0].camera.lens.f_px, 130, 1.5);
    EXPECT_LT(rms_against_truth(set, found), 0.15);
}

TEST(PlacingSet, TwoSetsAreTwoPanoramasAndAStrayIsLeftOut) {
    TileSet set;
    const GridSet first{.rows = 1, .columns = 4}, second{.rows = 1, .columns = 3, .seed = 2};
    const GreyScene one = grey_texture(13, 0.012), two = grey_texture(14, 0.012);
    for (int i = 0; i < 4; ++i)
        set.add("a" + std::to_string(2 * i), grey_drawn(one, grid_camera(first, 0, i), {0, 1, 0, 1, 5}));
    for (int i = 0; i < 3; ++i)
        set.add("a" + std::to_string(2 * i + 1), grey_drawn(two, grid_camera(second, 0, i), {0, 1, 0, 1, 6}));
    set.add("b", grey_drawn(grey_texture(15, 0.012), grid_camera(first, 0, 1), {0, 1, 0, 1, 7}));
    const PanoramaPlacement found = place(set.tiles());
    EXPECT_EQ(found.panoramas, 2);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(found.tiles[i].panorama, 0);
    for (std::size_t i = 4; i < 7; ++i) EXPECT_EQ(found.tiles[i].panorama, 1);
    EXPECT_EQ(found.tiles[7].verdict, TileVerdict::left_out);
    EXPECT_EQ(found.tiles[7].panorama, -1);
    EXPECT_FALSE(found.tiles[7].reason.empty());
    EXPECT_LT(rms_against_truth(set, found), 0.2);
}

TEST(PlacingSet, TurnedTilesAreFound) {
    const GreyScene scene = grey_texture(16, 0.012);
    for (const double roll : {40.0, 90.0}) {
        TileSet set;
        for (int i = 0; i < 4; ++i) {
            const bool turned = i == 2;
            const int w = turned && roll > 60 ? 150 : 200, h = turned && roll > 60 ? 200 : 150;
            set.add("t" + std::to_string(i), grey_drawn(scene, grey_camera(18.0 * i, 0, turned ? roll : 0, w, h, 260),
                                                        {0, 1, 0, 1, static_cast<unsigned>(i)}));
        }
        const PanoramaPlacement found = place(set.tiles());
        EXPECT_EQ(count_of(found, TileVerdict::placed), 4) << roll;
        EXPECT_LT(rms_against_truth(set, found), 0.3) << roll;
    }
}

TEST(PlacingSet, ABentLensIsFound) {
    TileSet set;
    const GreyScene scene = grey_texture(17, 0.012);
    for (int i = 0; i < 6; ++i)
        set.add(
            "k" + std::to_string(i),
            grey_drawn(scene, grey_camera(16.0 * (i % 3), 13.0 * (i / 3), 0, 200, 150, 260, -0.2), {0, 1, 0, 0, 1}));
    const PanoramaPlacement found = place(set.tiles());
    EXPECT_EQ(count_of(found, TileVerdict::placed), 6);
    EXPECT_NEAR(found.tiles[0].camera.lens.k1, -0.2, 0.05);
    EXPECT_LT(rms_against_truth(set, found), 0.15);
}

}  // namespace
}  // namespace nightstack
