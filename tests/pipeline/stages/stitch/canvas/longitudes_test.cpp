// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/canvas/longitudes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace nightstack {
namespace {

constexpr double kDeg = std::numbers::pi / 180;

TEST(Longitudes, HaveAMiddleAndAWidth) {
    for (int from = -400; from <= 400; from += 7) {
        for (const int wide : {1, 30, 90, 170}) {
            for (const bool swapped : {false, true}) {
                Longitudes l;
                const double a = from * kDeg, b = (from + wide) * kDeg;
                swapped ? l.cover(b, a) : l.cover(a, b);
                EXPECT_NEAR(std::remainder(l.middle_rad() - (a + b) / 2, 2 * std::numbers::pi), 0, 0.2 * kDeg);
                EXPECT_NEAR(l.half_width_rad(), wide * kDeg / 2, 0.2 * kDeg);
                EXPECT_FALSE(l.whole_circle());
            }
        }
    }
}

TEST(Longitudes, OfPiecesAreAroundTheWidestGap) {
    Longitudes l;
    l.cover(170 * kDeg, -170 * kDeg);
    l.cover(-120 * kDeg, -100 * kDeg);
    EXPECT_NEAR(std::remainder(l.middle_rad() - 215 * kDeg, 2 * std::numbers::pi), 0, 0.2 * kDeg);
    EXPECT_NEAR(l.half_width_rad(), 45 * kDeg, 0.2 * kDeg);
}

TEST(Longitudes, CloseTheCircle) {
    Longitudes l, all;
    for (int i = 0; i < 8; ++i) l.cover(i * 45 * kDeg, (i + 1) * 45 * kDeg);
    all.cover_all();
    for (const Longitudes* x : {&l, &all}) {
        EXPECT_TRUE(x->whole_circle());
        EXPECT_EQ(x->middle_rad(), 0);
        EXPECT_NEAR(x->half_width_rad(), std::numbers::pi, 1e-9);
    }
}

TEST(Longitudes, StandNonsense) {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, inf, -inf, 1e300, -1e300, 1e10}) {
        Longitudes l;
        l.cover(bad, 0);
        l.cover(0, bad);
        l.cover(bad, bad);
        EXPECT_LE(l.half_width_rad(), std::numbers::pi);
    }
    const Longitudes none;
    EXPECT_EQ(none.half_width_rad(), 0);
    EXPECT_TRUE(std::isfinite(none.middle_rad()));
}

}  // namespace
}  // namespace nightstack
