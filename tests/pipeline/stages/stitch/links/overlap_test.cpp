// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/overlap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

TEST(OverlapShare, OfATileWithItselfIsAll) {
    for (const double k1 : {0.0, -0.2, 0.1}) {
        const TileCamera c = grey_camera(30, 20, 50, 320, 240, 250, k1);
        EXPECT_EQ(overlap_share(c, c), 1);
    }
}

TEST(OverlapShare, IsWhatIsLeftAfterAStep) {
    const TileCamera a = grey_camera(0, 0, 0, 400, 300, 4000);
    for (const double share : {0.0, 0.1, 0.25, 0.5, 0.9}) {
        const double step_deg = (1 - share) * 400 / 4000 * 180 / 3.14159265358979;
        const TileCamera b = grey_camera(step_deg, 0, 0, 400, 300, 4000);
        EXPECT_NEAR(overlap_share(a, b), share, 0.045) << share;
        EXPECT_NEAR(overlap_share(b, a), share, 0.045) << share;
    }
}

TEST(OverlapShare, OfOppositeTilesIsNothing) {
    const TileCamera a = grey_camera(0, 0, 0, 400, 300, 300);
    for (const double yaw : {120.0, 180.0, 240.0}) {
        EXPECT_FALSE(may_overlap(a, grey_camera(yaw, 0, 0, 400, 300, 300)));
        EXPECT_EQ(overlap_share(a, grey_camera(yaw, 0, 0, 400, 300, 300)), 0);
    }
}

// What cannot overlap by the quick measure does not by the slow one.
TEST(OverlapShare, IsNothingWhereItMayNotBe) {
    std::mt19937 rng(7);
    const auto dice = [&](double low, double high) {
        return low + (high - low) * (static_cast<double>(rng()) / 4294967296.0);
    };
    int apart = 0;
    for (int i = 0; i < 400; ++i) {
        const TileCamera a = grey_camera(dice(-180, 180), dice(-80, 80), dice(-180, 180), 64, 48, dice(20, 200));
        const TileCamera b = grey_camera(dice(-180, 180), dice(-80, 80), dice(-180, 180), 48, 64, dice(20, 200));
        if (may_overlap(a, b)) continue;
        ++apart;
        for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 64; ++x) {
                const auto p = b.pixel(a.direction({static_cast<double>(x), static_cast<double>(y)}));
                ASSERT_FALSE(p && b.lens.holds(*p));
            }
    }
    EXPECT_GT(apart, 50);
}

TEST(OverlapShare, OfBrokenCamerasIsNothing) {
    TileCamera good = grey_camera(0, 0, 0, 64, 48, 50), bad = good;
    bad.lens.f_px = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(overlap_share(good, bad) > 0);
    bad = good;
    bad.world_from_camera = Rotation::about({std::numeric_limits<double>::infinity(), 0, 0});
    EXPECT_FALSE(overlap_share(good, bad) > 0);
}

}  // namespace
}  // namespace nightstack
