// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/robust.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sessions.h"

namespace nightstack {
namespace {

using testing_sessions::gauss;

std::vector<Sample> samples_of(int count, double (*curve)(double)) {
    std::vector<Sample> samples;
    for (int i = 0; i < count; ++i) samples.push_back({static_cast<double>(i), curve(i / (count - 1.0))});
    return samples;
}

TEST(Robust, MedianAndSpread) {
    EXPECT_EQ(median({3}), 3);
    EXPECT_EQ(median({4, 1}), 2.5);
    EXPECT_EQ(median({9, 1, 5}), 5);
    EXPECT_EQ(median({9, 1, 5, 7}), 6);
    std::mt19937 rng(1);
    std::vector<double> normal;
    for (int i = 0; i < 20001; ++i) normal.push_back(5 + 2 * gauss(rng));
    EXPECT_NEAR(mad_sigma(normal, median(normal)), 2, 0.05);
}

TEST(Robust, ALineIsFollowedExactly) {
    for (const int count : {1, 2, 3, 12, 33, 34, 100, 700}) {
        std::vector<Sample> samples;
        for (int i = 0; i < count; ++i) samples.push_back({3.0 * i, 7 - 0.5 * i});
        const std::vector<double> trend = slow_trend(samples);
        for (std::size_t i = 0; i < samples.size(); ++i) EXPECT_NEAR(trend[i], samples[i].value, 1e-9) << count;
    }
    EXPECT_TRUE(slow_trend({}).empty());
}

TEST(Robust, ADawnIsFollowedToItsEnd) {
    const auto samples = samples_of(200, [](double t) { return 100 + 200 * t * t * t; });
    const std::vector<double> trend = slow_trend(samples);
    for (std::size_t i = 0; i < samples.size(); ++i) EXPECT_NEAR(trend[i], samples[i].value, 12);
}

TEST(Robust, ARunOfOutliersDoesNotBendTheTrend) {
    auto samples = samples_of(100, [](double t) { return 10 + t; });
    for (std::size_t i = 40; i < 49; ++i) samples[i].value = 50;
    const std::vector<double> trend = slow_trend(samples);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        EXPECT_NEAR(trend[i], 10 + static_cast<double>(i) / 99, 0.6) << i;
    }
}

}  // namespace
}  // namespace nightstack
