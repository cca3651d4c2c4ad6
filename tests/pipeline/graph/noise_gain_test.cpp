// SPDX-License-Identifier: MIT
// The gain against what is known of each step.
#include "pipeline/graph/noise_gain.h"

#include <gtest/gtest.h>

namespace nightstack {
namespace {

constexpr std::array<ColourSky, 3> kSky{{{400, 20, 1}, {500, 20, 1}, {350, 20, 1}}};

std::array<double, 3> gain_of(DemosaicKind demosaic, WarpKind warp, PixelKind kind = PixelKind::cfa) {
    StreamFormat format;
    format.kind = kind;
    if (kind == PixelKind::cfa) format.cfa = CfaPattern::gbrg;
    IntegrateOptions integrate;
    integrate.demosaic = demosaic;
    integrate.warp = warp;
    const DemosaicOptions options = demosaic_options_for_sky({400, 500, 350}, 20);
    return noise_gain(format, kSky, options, integrate, 1);
}

TEST(NoiseGain, IsOneWhereEveryPixelIsTakenAsItIs) {
    EXPECT_NEAR(gain_of(DemosaicKind::linear, WarpKind::nearest, PixelKind::mono)[0], 1, 0.02);
}

// The mean over the mosaic's four places of the sum of squares of each filter.
TEST(NoiseGain, OfAFilterIsItsSumOfSquares) {
    const std::array<double, 3> superpixel = gain_of(DemosaicKind::superpixel, WarpKind::nearest);
    EXPECT_NEAR(superpixel[0], 1, 0.04);
    EXPECT_NEAR(superpixel[1], 0.5, 0.02);
    const std::array<double, 3> bilinear = gain_of(DemosaicKind::bilinear, WarpKind::nearest);
    EXPECT_NEAR(bilinear[0], (1 + 0.5 + 0.5 + 0.25) / 4, 0.02);
    EXPECT_NEAR(bilinear[1], (1 + 0.25) / 2, 0.02);
    const std::array<double, 3> linear = gain_of(DemosaicKind::linear, WarpKind::nearest);
    const double across = 0.5 + (25 + 4 + 2 + 0.5) / 64;
    const double diagonal = 0.25 + (36 + 9) / 64.0 / 16;
    EXPECT_NEAR(linear[0], (1 + 2 * across + diagonal) / 4, 0.03);
    EXPECT_NEAR(linear[1], (1 + 0.25 + (16 + 4) / 64.0) / 2, 0.02);
    EXPECT_NEAR(linear[2], linear[0], 0.03);
}

// Linear interpolation over all places: the mean of (1 - t)^2 + t^2 is 2/3, in each direction.
TEST(NoiseGain, OfInterpolationIsItsMeanOverAllPlaces) {
    EXPECT_NEAR(gain_of(DemosaicKind::linear, WarpKind::bilinear, PixelKind::mono)[0], 4.0 / 9, 0.02);
    EXPECT_NEAR(gain_of(DemosaicKind::linear, WarpKind::lanczos, PixelKind::mono)[0], 0.78, 0.06);
}

// A drop onto pixels of its own size: mostly one raw pixel, seldom a mean of some.
TEST(NoiseGain, OfDrizzleIsNearThatOfRawPixels) {
    StreamFormat format;
    format.kind = PixelKind::cfa;
    format.cfa = CfaPattern::gbrg;
    SamplingOptions drizzle;
    drizzle.drizzle = DrizzleOptions{};
    const std::array<double, 3> gain = noise_gain(format, kSky, {}, drizzle, 1);
    EXPECT_GT(gain[0], 0.9);
    EXPECT_LT(gain[0], 1.05);
    EXPECT_GT(gain[1], 0.6);
    EXPECT_LT(gain[1], 0.95);
}

TEST(NoiseGain, UnknownNoiseStaysUnknown) {
    StreamFormat format;
    format.kind = PixelKind::rgb;
    const std::array<double, 3> gain = noise_gain(format, {}, {}, {}, 1);
    EXPECT_EQ(gain, (std::array<double, 3>{1, 1, 1}));
}

TEST(NoiseGain, ReachesEveryLight) {
    std::vector<AcceptedLight> lights(2);
    lights[1].noise_variance = {100, 200, 300};
    apply_noise_gain(lights, {0.5, 2, 1}, {1, 1, 3});
    EXPECT_EQ(lights[1].tested_variance, (std::array<float, 3>{100, 200, 900}));
    EXPECT_EQ(lights[1].noise_variance, (std::array<float, 3>{50, 400, 300}));
}

}  // namespace
}  // namespace nightstack
