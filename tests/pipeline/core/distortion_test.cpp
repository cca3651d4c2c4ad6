// SPDX-License-Identifier: MIT
#include "pipeline/core/distortion.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nightstack {
namespace {

TEST(RadialDistortion, IsItsFormulaInsideTheFrame) {
    const auto lens = RadialDistortion::about_middle(101, 81, -0.1, 0.02);
    EXPECT_EQ(lens.centre, (Point{50, 40}));
    EXPECT_NEAR(lens.radius_px, std::hypot(50, 40), 1e-12);
    const Point p{20, 70};
    const double r2 = (30.0 * 30 + 30.0 * 30) / (50.0 * 50 + 40.0 * 40);
    const double factor = 1 - 0.1 * r2 + 0.02 * r2 * r2;
    EXPECT_NEAR(lens.ideal_from_frame(p).x, 50 - 30 * factor, 1e-12);
    EXPECT_NEAR(lens.ideal_from_frame(p).y, 40 + 30 * factor, 1e-12);
    EXPECT_EQ(lens.ideal_from_frame(lens.centre), lens.centre);
}

TEST(RadialDistortion, ThereAndBackAgainEverywhere) {
    for (const double k1 : {-0.24, -0.01, 0.0, 0.03, 0.4}) {
        for (const double k2 : {-0.01, 0.0, 0.1}) {
            const auto lens = RadialDistortion::about_middle(3840, 2160, k1, k2);
            ASSERT_TRUE(lens.sound()) << k1 << ' ' << k2;
            for (int y = -3000; y < 5000; y += 331) {
                for (int x = -3000; x < 7000; x += 331) {
                    const Point p{1.0 * x, 1.0 * y};
                    const Point back = lens.frame_from_ideal(lens.ideal_from_frame(p));
                    ASSERT_NEAR(back.x, p.x, 1e-9);
                    ASSERT_NEAR(back.y, p.y, 1e-9);
                }
            }
        }
    }
}

TEST(RadialDistortion, OneThatFoldsIsNotSound) {
    EXPECT_FALSE(RadialDistortion::about_middle(100, 100, -0.3).sound());
    EXPECT_FALSE(RadialDistortion::about_middle(100, 100, 0.5, -0.6).sound());
    EXPECT_TRUE(RadialDistortion::about_middle(100, 100, 0).none());
}

}  // namespace
}  // namespace nightstack
