// SPDX-License-Identifier: MIT
#include "pipeline/stages/display/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

TEST(Statistics, OfSmallKnownPlanes) {
    Image<float> plane(5, 1);
    const float values[] = {4, 1, 3, 100, 2};
    for (int x = 0; x < 5; ++x) plane.view()(x, 0) = values[x];
    const PlaneStatistics s = plane_statistics(plane.view());
    EXPECT_EQ(s.pixels, 5u);
    EXPECT_EQ(s.min, 1);
    EXPECT_EQ(s.max, 100);
    EXPECT_EQ(s.median, 3);
    EXPECT_DOUBLE_EQ(s.mean, 22);
    EXPECT_FLOAT_EQ(s.noise, 1.4826F);  // |v - 3| = 1 2 0 97 1
    EXPECT_EQ(plane_statistics(plane.cview().cropped({0, 0, 4, 1})).median, 3.5F);
}

TEST(Statistics, LeavesOutWhatIsNotThere) {
    Image<float> plane(6, 1);
    Image<std::uint16_t> coverage(6, 1);
    const float values[] = {5, NAN, 7, 0, INFINITY, 9};
    for (int x = 0; x < 6; ++x) {
        plane.view()(x, 0) = values[x];
        coverage.view()(x, 0) = x == 3 ? 0 : 2;
    }
    const PlaneStatistics s = plane_statistics(plane.view(), coverage.view());
    EXPECT_EQ(s.pixels, 3u);
    EXPECT_EQ(s.median, 7);
    EXPECT_EQ(s.min, 5);
    EXPECT_EQ(plane_statistics({}).pixels, 0u);
    Image<std::uint16_t> wrong(5, 1);
    EXPECT_THROW(plane_statistics(plane.view(), wrong.view()), OptionError);
}

TEST(Statistics, NoiseIsSigmaOfGaussianBackground) {
    Image<float> plane(300, 200);
    std::mt19937_64 rng(1);
    std::normal_distribution<float> normal(500, 20);
    for (int y = 0; y < 200; ++y) {
        for (float& v : plane.view().row(y)) v = rng() % 100 == 0 ? 60000 : normal(rng);  // 1 % stars
    }
    const PlaneStatistics s = plane_statistics(plane.view());
    EXPECT_NEAR(s.noise, 20, 0.5);
    EXPECT_NEAR(s.median, 500, 1);
}

TEST(Histogram, CountsEveryPixelOnce) {
    Image<float> plane(100, 10);
    for (int y = 0; y < 10; ++y) {
        for (int x = 0; x < 100; ++x) plane.view()(x, y) = static_cast<float>(x);
    }
    const Histogram h = plane_histogram(plane.view(), {}, 8, 10, 90);
    EXPECT_EQ(h.below, 100u);
    EXPECT_EQ(h.above, 90u);
    EXPECT_EQ(h.bins[0], 100u);
    EXPECT_EQ(h.bins[7], 110u);  // 90 itself belongs to the last bin
    EXPECT_EQ(std::accumulate(h.bins.begin(), h.bins.end(), h.below + h.above), 1000u);
    EXPECT_THROW(plane_histogram(plane.view(), {}, 0, 0, 1), OptionError);
    EXPECT_THROW(plane_histogram(plane.view(), {}, 5, 1, 1), OptionError);
}

}  // namespace
}  // namespace nightstack
