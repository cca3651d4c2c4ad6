// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/stack_noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "pipeline/stages/progress/effective_frames.h"
#include "tests/pipeline/stages/progress/made_nights.h"

namespace nightstack {
namespace {

using test::MadeNights;
using test::NoiseError;

TEST(StackNoiseFit, ExactPointsGiveTheTruth) {
    MadeNights made(1);
    const auto fit = fit_stack_noise(made.night(100, 400, 1.5, NoiseError::independent, 0));
    ASSERT_TRUE(fit);
    // A bin's median does not lie on its mean n to the last digit.
    EXPECT_NEAR(fit->a, 400, 0.5);
    EXPECT_NEAR(fit->b, 1.5, 0.02);
    EXPECT_EQ(fit->frames, 100);
    EXPECT_NEAR(fit->variance(100), 5.5, 0.02);
}

TEST(StackNoiseFit, TooLittleIsNoFit) {
    MadeNights made(1);
    const auto night = made.night(40, 400, 1, NoiseError::independent, 0);
    EXPECT_FALSE(fit_stack_noise({}));
    EXPECT_FALSE(fit_stack_noise(std::span(night).first(3)));
    EXPECT_FALSE(fit_stack_noise(std::span(night).subspan(20, 20)));  // 21 to 40: a and b look alike
    EXPECT_TRUE(fit_stack_noise(std::span(night).first(4)));
}

TEST(StackNoiseFit, WhatIsNoMeasurementIsPassedOver) {
    MadeNights made(1);
    auto night = made.night(64, 400, 1, NoiseError::independent, 0);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const StackNoise& bad : {StackNoise{nan, 1}, {5, nan}, {0, 1}, {-3, 1}, {5, 0}, {5, -1}}) night.push_back(bad);
    const auto fit = fit_stack_noise(night);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->a, 400, 0.5);
}

TEST(StackNoiseFit, ErrorsAreRightForIndependentMeasurementsAndGrowingStacks) {
    for (const NoiseError kind : {NoiseError::independent, NoiseError::growing, NoiseError::wild}) {
        for (const int frames : {16, 64, 300}) {
            MadeNights made(7);
            double off = 0, a = 0, at_end = 0;
            constexpr int kNights = 500;
            for (int i = 0; i < kNights; ++i) {
                const auto fit = fit_stack_noise(made.night(frames, 100, 100.0 / frames, kind, 0.03));
                ASSERT_TRUE(fit);
                off += std::pow((fit->b - 100.0 / frames) / fit->b_error, 2) / kNights;
                at_end += std::pow((fit->variance(frames) - 200.0 / frames) / fit->variance_error(frames), 2) / kNights;
                a += fit->a / kNights;
            }
            EXPECT_NEAR(a, 100, 1) << static_cast<int>(kind) << " " << frames;
            // Never much too small; bins of many independent ones are better than is said.
            EXPECT_LT(std::sqrt(off), 1.5) << static_cast<int>(kind) << " " << frames;
            EXPECT_GT(std::sqrt(off), 0.15) << static_cast<int>(kind) << " " << frames;
            EXPECT_LT(std::sqrt(at_end), 1.5) << static_cast<int>(kind) << " " << frames;
        }
    }
}

// What the errors are built on, from pixels: the estimates of n and m > n frames are correlated by n / m.
TEST(StackNoiseFit, AGrowingStackErrsAsItIsAssumedTo) {
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    constexpr int kTrials = 400, kPixels = 200, kFrames = 32, kEarly = 8;
    double ee = 0, el = 0, ll = 0;
    for (int t = 0; t < kTrials; ++t) {
        double early = 0, late = 0;
        for (int p = 0; p < kPixels; ++p) {
            double sum = 0;
            for (int n = 1; n <= kFrames; ++n) {
                sum += normal(random);
                if (n == kEarly) early += sum * sum / (kEarly * kPixels);
            }
            late += sum * sum / (kFrames * kPixels);
        }
        ee += (early - 1) * (early - 1);
        el += (early - 1) * (late - 1);
        ll += (late - 1) * (late - 1);
    }
    EXPECT_NEAR(el / std::sqrt(ee * ll), static_cast<double>(kEarly) / kFrames, 0.15);
    EXPECT_NEAR(std::sqrt(ee / ll), 1, 0.15);  // and the relative error is the same at both
}

TEST(EffectiveFrames, AreAsManyEqualOnesAsGiveTheNoise) {
    EffectiveFrames equal;
    EXPECT_EQ(equal.count(), 0);
    for (int i = 0; i < 10; ++i) equal.add(3, 5);
    EXPECT_NEAR(equal.count(), 10, 1e-12);
    // Weights 1 / s^2: each frame is worth (s_1 / s)^2.
    EffectiveFrames unequal;
    double expected = 0;
    for (const double s : {2.0, 4.0, 1.0}) {
        unequal.add(1 / (s * s), s);
        expected += 4 / (s * s);
    }
    EXPECT_NEAR(unequal.count(), expected, 1e-12);
}

// Moonrise: the plain count sees a floor where there is none.
TEST(EffectiveFrames, ABrighteningSkyIsNoFloor) {
    EffectiveFrames worth;
    std::vector<StackNoise> plain, effective;
    double squares = 0;
    for (int n = 1; n <= 200; ++n) {
        const double s = std::sqrt(100 * (1 + 0.01 * n));
        worth.add(1, s);
        squares += s * s;
        const double noise = std::sqrt(squares) / n;
        plain.push_back({static_cast<double>(n), noise});
        effective.push_back({worth.count(), noise});
    }
    const auto by_count = fit_stack_noise(plain), by_worth = fit_stack_noise(effective);
    ASSERT_TRUE(by_count && by_worth);
    EXPECT_GT(by_count->b, 3 * by_count->b_error);
    EXPECT_LT(std::abs(by_worth->b), by_worth->b_error);
    EXPECT_NEAR(by_worth->a, 101, 0.5);
}

}  // namespace
}  // namespace nightstack
