// SPDX-License-Identifier: MIT
// Folders that are no panorama, or hardly one: a clear word for each tile, no crash.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/pipeline/graph/panorama/tile_set.h"

namespace nightstack {
namespace {

void expect_sound(const PanoramaPlacement& found, std::size_t tiles) {
    ASSERT_EQ(found.tiles.size(), tiles);
    for (const TileFate& f : found.tiles) {
        EXPECT_GT(f.camera.lens.f_px, 0);
        EXPECT_TRUE(std::isfinite(f.camera.lens.f_px));
        EXPECT_TRUE(is_rotation(f.camera.world_from_camera.row_major()));
        if (f.verdict != TileVerdict::placed) {
            EXPECT_FALSE(f.reason.empty());
        }
        EXPECT_EQ(f.verdict == TileVerdict::left_out, f.panorama < 0);
    }
}

TEST(PlacingOdd, NothingAndOneTile) {
    const PanoramaPlacement none = place({});
    EXPECT_TRUE(none.tiles.empty());
    EXPECT_EQ(none.panoramas, 0);
    TileSet one;
    one.add("x", grey_drawn(grey_texture(1, 0.02), grey_camera(0, 0, 0, 160, 120, 200)));
    const PanoramaPlacement found = place(one.tiles());
    expect_sound(found, 1);
    EXPECT_EQ(found.tiles[0].verdict, TileVerdict::left_out);
}

TEST(PlacingOdd, AllBlackAllWhiteAllNoise) {
    for (const double value : {0.0, 255.0, 100.0}) {
        TileSet set;
        for (int i = 0; i < 8; ++i)
            set.add("n" + std::to_string(i),
                    grey_drawn(grey_flat(value), grey_camera(20 * i, 0, 0, 96, 72, 150),
                               {0, 1, 0, value == 100 ? 20.0 : 0.0, static_cast<unsigned>(i)}));
        const PanoramaPlacement found = place(set.tiles());
        expect_sound(found, 8);
        EXPECT_EQ(count_of(found, TileVerdict::left_out), 8) << value;
    }
}

TEST(PlacingOdd, TheSamePictureAgainAndAgain) {
    TileSet set;
    for (int i = 0; i < 9; ++i)
        set.add("s" + std::to_string(i), grey_drawn(grey_texture(5, 0.012), grey_camera(0, 0, 0, 128, 96, 200)));
    const PanoramaPlacement found = place(set.tiles());
    expect_sound(found, 9);
    EXPECT_EQ(found.panoramas, 1);
    EXPECT_LT(rms_against_truth(set, found), 0.1);
}

TEST(PlacingOdd, TinyTiles) {
    for (const int side : {1, 2, 8, 17, 33}) {
        TileSet set;
        for (int i = 0; i < 7; ++i)
            set.add(std::to_string(i),
                    grey_drawn(grey_texture(5, 0.05), grey_camera(10.0 * i, 0, 0, side, side, side)));
        expect_sound(place(set.tiles()), 7);
    }
}

TEST(PlacingOdd, VeryDifferentSizes) {
    const GreyScene scene = grey_texture(6, 0.01);
    TileSet set;
    set.add("1_1", grey_drawn(scene, grey_camera(0, 0, 0, 240, 180, 300), {1, 1, 0, 1, 1}));
    set.add("1_2", grey_drawn(scene, grey_camera(20, 0, 0, 240, 180, 300), {1, 1, 0, 1, 2}));
    set.add("1_3", grey_drawn(scene, grey_camera(40, 0, 0, 160, 200, 300), {0, 1, 0, 1, 3}));
    set.add("2_1", grey_drawn(scene, grey_camera(0, -20, 0, 1, 1, 1)));
    set.add("2_2", grey_drawn(scene, grey_camera(20, -20, 0, 8, 400, 300)));
    set.add("2_3", grey_drawn(scene, grey_camera(40, -20, 0, 300, 5, 300)));
    const PanoramaPlacement found = place(set.tiles());
    expect_sound(found, 6);
    EXPECT_EQ(found.tiles[0].panorama, 0);
    EXPECT_EQ(found.tiles[1].panorama, 0);
    EXPECT_EQ(found.tiles[2].panorama, 0);
}

TEST(PlacingOdd, NonsenseOfFocalLengths) {
    const TileSet set = grid_set({.rows = 1, .columns = 3}, grey_texture(7, 0.012));
    for (const double told : {std::nan(""), -5.0, 1e300, 1e-300, double(INFINITY)})
        expect_sound(place(set.tiles(told)), 3);
}

}  // namespace
}  // namespace nightstack
