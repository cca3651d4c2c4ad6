// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/tile_camera.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nightstack {
namespace {

struct Bend {
    double k1, k2;
};

class TileLensBends : public testing::TestWithParam<Bend> {};

TEST_P(TileLensBends, AndUnbends) {
    const TileLens lens{1920, 1080, 1400, GetParam().k1, GetParam().k2};
    for (int y = 0; y < lens.height; y += 90) {
        for (int x = 0; x < lens.width; x += 60) {
            const Direction d = lens.direction({double(x), double(y)});
            EXPECT_NEAR(length(d), 1, 1e-12);
            const auto back = lens.pixel(d);
            ASSERT_TRUE(back);
            EXPECT_NEAR(back->x, x, 1e-6);
            EXPECT_NEAR(back->y, y, 1e-6);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Lenses, TileLensBends,
                         testing::Values(Bend{0, 0}, Bend{-0.2, 0}, Bend{0.15, 0}, Bend{-0.3, 0.1}, Bend{0.1, -0.05}));

TEST(TileLens, FollowsItsFormula) {
    const TileLens lens{1001, 801, 500, -0.1, 0.02};
    const auto p = lens.pixel({0.3, -0.4, 1});  // r^2 = 0.25
    ASSERT_TRUE(p);
    const double scale = 500 * (1 - 0.1 * 0.25 + 0.02 * 0.0625);
    EXPECT_NEAR(p->x, 500 + scale * 0.3, 1e-9);
    EXPECT_NEAR(p->y, 400 - scale * 0.4, 1e-9);
}

// A barrel folds back on itself somewhere; what lies beyond must not come back into the picture.
TEST(TileLens, SeesNothingBeyondItsReach) {
    const TileLens lens{1920, 1080, 900, -0.3, 0};
    const double reach = lens.reach();
    EXPECT_NEAR(1 - 0.9 * reach * reach, 0.2, 1e-9);
    EXPECT_FALSE(lens.pixel({reach * 1.01, 0, 1}));
    EXPECT_FALSE(lens.pixel({0, 0, -1}));
    EXPECT_FALSE(lens.pixel({0, 0, 0}));
    EXPECT_TRUE(std::isinf(TileLens{}.reach()));
    const Direction far = lens.direction({1e7, 539.5});
    EXPECT_NEAR(far.x / far.z, reach, 1e-9);
}

TEST(TileCamera, TurnsWithItsRotation) {
    const TileCamera camera{{1921, 1081, 1000, 0, 0}, Rotation::looking(0.3, -0.1, 0.05)};
    const auto middle = camera.pixel(Rotation::looking(0.3, -0.1, 0)({0, 0, 1}));
    ASSERT_TRUE(middle);
    EXPECT_NEAR(middle->x, 960, 1e-9);
    EXPECT_NEAR(middle->y, 540, 1e-9);
    const auto back = camera.pixel(camera.direction({123, 456}));
    ASSERT_TRUE(back);
    EXPECT_NEAR(back->x, 123, 1e-8);
    EXPECT_NEAR(back->y, 456, 1e-8);
}

}  // namespace
}  // namespace nightstack
