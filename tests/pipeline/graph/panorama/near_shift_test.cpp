// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/near_shift.h"

#include <gtest/gtest.h>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

TEST(NearShift, TurnsATileToWhereItLooked) {
    const GreyScene faint = [big = grey_texture(8, 0.2, 2)](const Direction& d) { return 120 + 0.2 * (big(d) - 128); };
    const GreyDrawn a = grey_drawn(faint, grey_camera(0, 0, 0, 160, 120, 160), {0, 1, 0, 1, 1});
    const GreyDrawn b = grey_drawn(faint, grey_camera(20, 2, 0, 160, 120, 160), {0, 1, 0, 1, 2});
    TileCamera supposed = b.camera;
    supposed.world_from_camera = Rotation::about({0.03, -0.04, 0}) * supposed.world_from_camera;
    const NearShift found = near_shift(b.tile(), supposed, a.tile(), a.camera);
    ASSERT_TRUE(found.compared && found.shows);
    EXPECT_GT(found.likeness, 0.6);
    const Direction ahead = (found.turn * supposed.world_from_camera)({0, 0, 1});
    EXPECT_LT(angle_rad(ahead, b.camera.world_from_camera({0, 0, 1})), 0.02);
}

TEST(NearShift, SaysWhenThereIsNothingToSee) {
    // Noise goes in the means over many pixels.
    const GreyDrawn a = grey_drawn(grey_flat(120), grey_camera(0, 0, 0, 480, 360, 480), {1, 1, 0, 3, 1});
    const GreyDrawn b = grey_drawn(grey_flat(120), grey_camera(20, 2, 0, 480, 360, 480), {1, 1, 0, 3, 2});
    const NearShift found = near_shift(b.tile(), b.camera, a.tile(), a.camera);
    EXPECT_TRUE(found.compared);
    EXPECT_FALSE(found.shows);
    EXPECT_FALSE(near_shift(b.tile(), b.camera, a.tile(), grey_camera(180, 0, 0, 480, 360, 480)).compared);
}

// A neighbour of one pixel sees half of the world, and has no second pixel to look between.
TEST(NearShift, StandsTinyNeighbours) {
    const GreyDrawn own = grey_drawn(grey_texture(1, 0.1), grey_camera(0, 0, 0, 160, 120, 160));
    for (const auto& [w, h] : {std::pair{1, 1}, {1, 40}, {40, 1}, {2, 2}, {8, 8}}) {
        const GreyDrawn tiny = grey_drawn(grey_texture(1, 0.1), grey_camera(0, 0, 0, w, h, 0.5));
        EXPECT_FALSE(near_shift(own.tile(), own.camera, tiny.tile(), tiny.camera).sure);
        EXPECT_FALSE(near_shift(tiny.tile(), tiny.camera, own.tile(), own.camera).sure);
    }
}

}  // namespace
}  // namespace nightstack
