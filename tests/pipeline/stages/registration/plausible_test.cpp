// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/plausible.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "fields.h"

namespace nightstack {
namespace {

using namespace testing_fields;

constexpr int kW = 3840;
constexpr int kH = 2160;

std::string why(const Transform& t, const MatchOptions& match = {}) {
    return implausible(t, kW, kH, match).value_or("");
}

testing::AssertionResult says(const Transform& t, const std::string& word) {
    const std::string text = why(t);
    if (text.find(word) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "'" << text << "' lacks '" << word << "'";
}

TEST(Plausible, WhateverAMountDoesIsFine) {
    std::mt19937 rng(4);
    for (int i = 0; i < 200; ++i) {
        const double angle = uniform(rng, -std::numbers::pi, std::numbers::pi);
        const double scale = uniform(rng, 0.98, 1.02);
        const Transform t = motion(angle, uniform(rng, -kW, kW), uniform(rng, -kH, kH), scale);
        EXPECT_EQ(why(t), "");
        // Refraction, a tilted sensor, the projection of a wide field: percents at the corners.
        const Transform lens({1.01, 0.02, 0, -0.015, 0.99, 0, uniform(rng, -2e-5, 2e-5), uniform(rng, -2e-5, 2e-5), 1});
        EXPECT_EQ(why(t * lens), "");
    }
}

TEST(Plausible, OtherCamerasAreHeldAgainstTheirScales) {
    MatchOptions wide;
    wide.min_scale = 0.4;
    wide.max_scale = 2.5;
    EXPECT_EQ(why(motion(0.3, 0, 0, 2.4), wide), "");
    EXPECT_EQ(why(motion(0.3, 0, 0, 0.42), wide), "");
    EXPECT_NE(why(motion(0.3, 0, 0, 2.4)), "");
    EXPECT_NE(why(motion(0.3, 0, 0, 0.42)), "");
}

// The denominator falls below its limit at each corner in turn.
TEST(Plausible, FoldedFramesAreNamedWithTheCorner) {
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 1, 0, -1.0 / 2000, 0, 1}), "folds the frame over (denominator -0.92"));
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 1, 0, -1.0 / 2000, 0, 1}), "at pixel 3840, 0"));
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 1, 0, 0, -1.0 / 2000, 1}), "at pixel 0, 2160"));
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 1, 0, -2e-4, -2e-4, 1}), "at pixel 3840, 2160"));
    EXPECT_TRUE(says(Transform({-1, 0, 0, 0, -1, 0, 1e-3, 1e-3, -1}), "at pixel 0, 0"));
}

TEST(Plausible, MirroredFramesAreRefusedUnlessAllowed) {
    const Transform mirror = motion(0.7, 10, 20) * Transform({-1, 0, kW, 0, 1, 0, 0, 0, 1});
    EXPECT_TRUE(says(mirror, "mirrors the frame (determinant -1 "));
    MatchOptions match;
    match.allow_mirrored = true;
    EXPECT_EQ(why(mirror, match), "");
}

TEST(Plausible, DegenerateAndStretchedFramesAreRefused) {
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 0, 0, 0, 0, 1}), "determinant 0"));           // onto a line
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 0.01, 0, 0, 0, 1}), "short"));                // nearly
    EXPECT_TRUE(says(Transform({1, 3, 0, 0, 1, 0, 0, 0, 1}), "long"));                    // sheared, its area the same
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 1, 0, -2e-4, 0, 1}), "pixel 3840, 0"));       // long where w is small
    EXPECT_TRUE(says(Transform({1, 0, 0, 0, 1, 0, 2e-3, 0, 1}), "0.0133 pixels short"));  // shrinks to the right
    EXPECT_TRUE(says(Transform::shift(40'000, 0), "off the reference's centre"));
    EXPECT_TRUE(says(Transform::shift(0, -1e300), "off the reference's centre"));
}

TEST(Plausible, NumbersThatAreNoneAreRefused) {
    for (std::size_t i = 0; i < 9; ++i) {
        for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
            std::array<double, 9> m = Transform().row_major();
            m[i] = bad;
            EXPECT_NE(why(Transform(m)), "") << i << " " << bad;
        }
    }
}

// Against the slow way: move a point a little in many directions and see how far its image goes.
TEST(Plausible, TheBoundIsOnEveryDirection) {
    std::mt19937 rng(8);
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
        const Transform t({uniform(rng, 0.4, 2), uniform(rng, -1, 1), 0, uniform(rng, -1, 1), uniform(rng, 0.4, 2), 0,
                           uniform(rng, -1e-4, 1e-4), uniform(rng, -1e-4, 1e-4), 1});
        double longest = 0;
        double shortest = 1e9;
        bool mirrored = false;
        for (const Point p : {Point{0, 0}, Point{kW, 0}, Point{0, kH}, Point{kW, kH}}) {
            const Point q = t(p);
            const Point x = t({p.x + 1e-3, p.y});
            const Point y = t({p.x, p.y + 1e-3});
            mirrored |= (x.x - q.x) * (y.y - q.y) - (x.y - q.y) * (y.x - q.x) <= 0;
            for (int k = 0; k < 720; ++k) {
                const double a = k * std::numbers::pi / 720;
                const Point r = t({p.x + 1e-3 * std::cos(a), p.y + 1e-3 * std::sin(a)});
                const double length = std::hypot(r.x - q.x, r.y - q.y) * 1e3;
                longest = std::max(longest, length);
                shortest = std::min(shortest, length);
            }
        }
        const double margin = std::min(std::abs(longest - 2 * 1.02), std::abs(shortest - 0.98 / 2));
        if (margin < 1e-3 || least_denominator(t, kW, kH).value <= kLeastDenominator) continue;
        const bool want = !mirrored && longest <= 2 * 1.02 && shortest >= 0.98 / 2;
        EXPECT_EQ(why(t) == "", want) << why(t) << "; longest " << longest << " shortest " << shortest;
        refused += want ? 0 : 1;
    }
    EXPECT_GT(refused, 50);
    EXPECT_LT(refused, 250);
}

}  // namespace
}  // namespace nightstack
