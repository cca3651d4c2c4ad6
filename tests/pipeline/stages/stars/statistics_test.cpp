// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "star_field.h"

namespace nightstack {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(Statistics, MedianEqualsTheSortedMiddle) {
    std::mt19937 rng(4);
    std::normal_distribution<float> normal(10, 3);
    for (std::size_t n = 1; n < 40; ++n) {
        std::vector<float> v(n);
        for (float& x : v) x = normal(rng);
        std::vector<float> sorted = v;
        std::sort(sorted.begin(), sorted.end());
        const float expected = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        EXPECT_NEAR(median_in_place(v), expected, 1e-5) << n;
    }
    EXPECT_EQ(median_in_place({}), 0);
}

TEST(Statistics, SpreadOfGaussianIgnoresATenthOfOutliers) {
    std::mt19937 rng(5);
    std::normal_distribution<float> normal(100, 7);
    std::vector<float> v(20000);
    for (float& x : v) x = normal(rng);
    for (std::size_t i = 0; i < v.size(); i += 20) v[i] = 1e6F;
    const ClippedMean clipped = clipped_mean(v);
    EXPECT_NEAR(clipped.mean, 100, 0.2);
    EXPECT_NEAR(clipped.sigma, 7 * 0.985, 0.15);
    EXPECT_LT(clipped.kept, 19001U);
    const RobustSpread spread = median_and_sigma_in_place(v);
    EXPECT_NEAR(spread.median, 100, 0.7);
    EXPECT_NEAR(spread.sigma, 7, 0.6);
}

TEST(Statistics, ClippedMeanOfCoarseIntegersKeepsTheirSpread) {
    std::mt19937 rng(6);
    std::normal_distribution<double> normal(0.2, 0.4);  // most samples are 0: the MAD is 0
    std::vector<float> v(20000);
    double squares = 0;
    for (float& x : v) {
        x = static_cast<float>(std::round(normal(rng)));
        squares += (x - 0.27) * (x - 0.27);
    }
    EXPECT_NEAR(clipped_mean(v).sigma, std::sqrt(squares / 20000), 0.05);
}

TEST(Statistics, NothingFiniteGivesZeros) {
    const std::vector<float> v{kNan, std::numeric_limits<float>::infinity()};
    EXPECT_EQ(clipped_mean(v).kept, 0U);
    Image<float> plane(4, 4);
    for (int y = 0; y < 4; ++y) std::fill_n(plane.view().row_data(y), 4, kNan);
    EXPECT_TRUE(sampled_pixels(plane.view()).empty());
    EXPECT_EQ(plane_sky(plane.view()).of[0].samples, 0U);
    EXPECT_EQ(plane_sky(ImageView<const float>()).of[0].samples, 0U);
}

TEST(Statistics, SamplesAreFewAndMeetAllPhases) {
    Image<float> plane(640, 480);
    for (int y = 0; y < 480; ++y) {
        for (int x = 0; x < 640; ++x) plane.view()(x, y) = static_cast<float>((x & 1) + 2 * (y & 1));
    }
    const std::vector<float> v = sampled_pixels(plane.view(), 3000);
    EXPECT_LT(v.size(), 3300U);
    EXPECT_GT(v.size(), 1000U);
    for (const float phase : {0.F, 1.F, 2.F, 3.F}) {
        EXPECT_NEAR(static_cast<double>(std::count(v.begin(), v.end(), phase)) / static_cast<double>(v.size()), 0.25,
                    0.03);
    }
}

TEST(Statistics, SkyPerColourSurvivesStarsAndGradient) {
    for (const CfaPattern cfa : {CfaPattern::rggb, CfaPattern::gbrg}) {
        std::mt19937 rng(8);
        test::Scene scene(400, 300);
        scene.add_sky(cfa, {200, 500, 120});
        for (const test::TrueStar& s : test::random_stars(rng, 400, 300, 150, 1000, 50000, 5)) {
            scene.add_star({}, s, cfa);
        }
        scene.add_noise(rng, 4);
        const PlaneSky sky = plane_sky(scene.cview(), cfa);
        ASSERT_EQ(sky.colours, 3);
        const double level[3] = {200, 500, 120};
        for (std::size_t c = 0; c < 3; ++c) {
            const double sigma = std::sqrt(level[c] + 16);
            EXPECT_NEAR(sky.of[c].level, level[c], 0.15 * sigma) << c;
            EXPECT_NEAR(sky.of[c].sigma, sigma, 0.04 * sigma) << c;
        }
        EXPECT_NEAR(sky.level(), 330, 3);
    }
    std::mt19937 rng(9);
    test::Scene slope(300, 300);
    slope.add_sky(100, 3, -0.2);  // far more slope across the frame than noise
    slope.add_noise(rng, 10);
    const PlaneSky sky = plane_sky(slope.cview());
    EXPECT_EQ(sky.colours, 1);
    EXPECT_NEAR(sky.of[0].sigma, std::sqrt(520 + 100), 2.5);
}

}  // namespace
}  // namespace nightstack
