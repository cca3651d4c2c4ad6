// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/robust_line.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "pipeline/stages/progress/transparency.h"

namespace nightstack {
namespace {

struct Slopes {
    double mean_slope = 0;
    double off = 0;  // root mean square, in standard errors as told
};

Slopes slopes_of(int count, double step) {
    std::mt19937_64 random(2);
    std::normal_distribution<double> normal;
    constexpr int kTimes = 500;
    Slopes result;
    for (int t = 0; t < kTimes; ++t) {
        const int at = static_cast<int>(random() % static_cast<unsigned>(count));
        std::vector<Sample> samples;
        for (int i = 0; i < count; ++i)
            samples.push_back({0.25 * i, 3 + 0.8 * 0.25 * i + 0.5 * normal(random) + (i >= at ? step : 0)});
        const auto line = robust_line(samples);
        if (!line) continue;
        result.mean_slope += line->slope / kTimes;
        result.off += std::pow((line->slope - 0.8) / line->slope_error, 2) / kTimes;
    }
    result.off = std::sqrt(result.off);
    return result;
}

TEST(RobustLine, TheSlopeAndItsErrorAreRight) {
    for (const int count : {6, 11, 12, 30, 100, 400}) {
        const Slopes r = slopes_of(count, 0);
        EXPECT_NEAR(r.mean_slope, 0.8, 0.05) << count;
        EXPECT_GT(r.off, 0.65) << count;
        EXPECT_LT(r.off, 1.35) << count;
    }
}

// A target that was centred anew by 20 pixels, 40 times the scatter.
TEST(RobustLine, AStepIsNoSlope) {
    for (const int count : {12, 30, 100, 400}) {
        const Slopes r = slopes_of(count, 20);
        EXPECT_NEAR(r.mean_slope, 0.8, 0.05) << count;
        EXPECT_LT(r.off, 1.35) << count;
    }
}

TEST(RobustLine, WildValuesAreNoPartOfIt) {
    std::vector<Sample> samples;
    for (int i = 0; i < 40; ++i) samples.push_back({static_cast<double>(i), 2.0 * i + (i % 10 == 3 ? 500 : 0)});
    const auto line = robust_line(samples);
    ASSERT_TRUE(line);
    EXPECT_NEAR(line->slope, 2, 1e-12);
    EXPECT_NEAR(line->at_end, 78, 1e-12);
}

TEST(RobustLine, TooLittleIsNone) {
    std::vector<Sample> samples(4, Sample{0, 1});
    for (std::size_t i = 0; i < 4; ++i) samples[i].position = static_cast<double>(i);
    EXPECT_FALSE(robust_line(samples));
    EXPECT_FALSE(robust_line(std::vector<Sample>(20, Sample{3, 1})));
    samples.push_back({9, 1});
    EXPECT_TRUE(robust_line(samples));
}

TEST(Transparency, FallsAndRises) {
    std::mt19937_64 random(4);
    std::normal_distribution<double> normal;
    std::vector<Sample> steady, falling;
    for (int i = 0; i < 200; ++i) {
        const double noise = 0.02 * normal(random);
        steady.push_back({15.0 * i, 0.95 + noise});
        falling.push_back({15.0 * i, 0.95 - 0.2 * i * 15 / 3600.0 + noise});
    }
    const auto one = transparency_trend(steady), two = transparency_trend(falling);
    ASSERT_TRUE(one && two);
    EXPECT_FALSE(one->is_falling() || one->is_rising());
    EXPECT_NEAR(one->now, 0.95, 0.01);
    EXPECT_TRUE(two->is_falling());
    EXPECT_FALSE(two->is_rising());
    EXPECT_NEAR(two->per_hour, -0.2, 0.03);
    EXPECT_NEAR(two->now, 0.95 - 0.2 * 199 * 15 / 3600.0, 0.01);
    EXPECT_NEAR(two->scatter, 0.02, 0.004);
}

}  // namespace
}  // namespace nightstack
