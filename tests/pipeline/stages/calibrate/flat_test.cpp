// SPDX-License-Identifier: MIT
// Master flats: frames of changing light over a vignette, in three colours.
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/master.h"
#include "synthetic_sensor.h"

namespace nightstack {
namespace {

constexpr int kWidth = 96;
constexpr int kHeight = 64;
constexpr float kOffset = 500;

float vignette(int x, int y) {
    const double r2 = std::pow((x - 47.5) / 48, 2) + std::pow((y - 31.5) / 32, 2);
    return static_cast<float>(1 - 0.25 * r2);
}

// Twilight: every frame has another level, every colour its own.
std::vector<Image<float>> flats(int count, CfaPattern pattern, std::uint32_t seed) {
    std::mt19937 rng(seed);
    const float colour[3] = {6000, 14000, 8000};
    std::vector<Image<float>> frames;
    for (int f = 0; f < count; ++f) {
        Image<float> frame(kWidth, kHeight);
        const float light = 0.6F + 0.1F * static_cast<float>(f);
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                frame.view()(x, y) =
                    kOffset + light * colour[static_cast<int>(colour_at(pattern, x, y))] * vignette(x, y);
            }
        }
        add_noise(frame.view(), 20, rng);
        frames.push_back(std::move(frame));
    }
    return frames;
}

MasterOptions flat_options(std::optional<CfaPattern> cfa) {
    MasterOptions options;
    options.kind = MasterKind::flat;
    options.cfa = cfa;
    return options;
}

TEST(MasterFlat, IsTheVignetteWithMedianOnePerColour) {
    for (const CfaPattern pattern : kPatterns) {
        const auto frames = flats(7, pattern, 3);
        const Image<float> offset = flat_image(kWidth, kHeight, kOffset);
        Image<float> master(kWidth, kHeight);
        SerialRunner serial;
        const MasterReport report =
            build_master(master.view(), 7, reader(frames), offset.view(), flat_options(pattern), serial);
        std::vector<float> seen[3], truth[3];
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const auto c = static_cast<std::size_t>(colour_at(pattern, x, y));
                seen[c].push_back(master.view()(x, y));
                truth[c].push_back(vignette(x, y));
            }
        }
        for (std::size_t c = 0; c < 3; ++c) {
            std::vector<float> sorted = seen[c], true_sorted = truth[c];
            std::sort(sorted.begin(), sorted.end());
            std::sort(true_sorted.begin(), true_sorted.end());
            const std::size_t half = sorted.size() / 2;
            EXPECT_NEAR(0.5 * (sorted[half] + sorted[half - 1]), 1, 1e-6);
            for (std::size_t i = 0; i < seen[c].size(); ++i) {
                ASSERT_NEAR(seen[c][i], truth[c][i] / true_sorted[half], 0.012) << name(pattern) << " " << c;
            }
        }
        EXPECT_GT(report.level[1], 2 * report.level[0]);
        EXPECT_LT(report.noise, 0.003);
        EXPECT_EQ(report.guarded_pixels, 0);
    }
}

TEST(MasterFlat, DeadPixelsDoNotBlowUp) {
    auto frames = flats(5, CfaPattern::gbrg, 4);
    for (Image<float>& frame : frames) {
        frame.view()(10, 10) = kOffset;       // dead
        frame.view()(20, 11) = kOffset - 40;  // below its offset
        frame.view()(30, 12) = std::numeric_limits<float>::quiet_NaN();
    }
    const Image<float> offset = flat_image(kWidth, kHeight, kOffset);
    Image<float> master(kWidth, kHeight);
    SerialRunner serial;
    const MasterReport report =
        build_master(master.view(), 5, reader(frames), offset.view(), flat_options(CfaPattern::gbrg), serial);
    EXPECT_EQ(master.view()(10, 10), 1);
    EXPECT_EQ(master.view()(20, 11), 1);
    EXPECT_EQ(master.view()(30, 12), 1);
    EXPECT_EQ(report.guarded_pixels, 2);
    EXPECT_EQ(report.empty_pixels, 1);
}

TEST(MasterFlat, StarsOnTwilightFlatsAreRejected) {
    auto frames = flats(9, CfaPattern::rggb, 5);
    const Image<float> offset = flat_image(kWidth, kHeight, kOffset);
    Image<float> clean(kWidth, kHeight), starred(kWidth, kHeight);
    SerialRunner serial;
    build_master(clean.view(), 9, reader(frames), offset.view(), flat_options(CfaPattern::rggb), serial);
    for (std::size_t f = 0; f < frames.size(); ++f) {
        const double x = 20 + 5 * static_cast<double>(f);
        add_star(frames[f].view(), x, 30, 3, {90000, 120000, 80000}, CfaPattern::rggb);
    }
    build_master(starred.view(), 9, reader(frames), offset.view(), flat_options(CfaPattern::rggb), serial);
    for (int y = 20; y < 40; ++y) {
        for (int x = 10; x < 70; ++x) ASSERT_NEAR(starred.view()(x, y), clean.view()(x, y), 0.006) << x << "," << y;
    }
}

TEST(MasterFlat, IsTheSameForEveryRunner) {
    const auto frames = flats(6, CfaPattern::bggr, 6);
    Image<float> one(kWidth, kHeight), other(kWidth, kHeight);
    SerialRunner serial;
    ThreadRunner threads(3);
    MasterOptions options = flat_options(CfaPattern::bggr);
    build_master(one.view(), 6, reader(frames), {}, options, serial);
    options.band_bytes = 20000;
    build_master(other.view(), 6, reader(frames), {}, options, threads);
    EXPECT_TRUE(same_bits(one.view(), other.view()));
}

TEST(MasterFlat, WithoutLightIsRefused) {
    auto frames = flats(3, CfaPattern::rggb, 7);
    frames[1] = flat_image(kWidth, kHeight, kOffset);
    const Image<float> offset = flat_image(kWidth, kHeight, kOffset);
    Image<float> master(kWidth, kHeight);
    SerialRunner serial;
    try {
        build_master(master.view(), 3, reader(frames), offset.view(), flat_options(CfaPattern::rggb), serial);
        FAIL();
    } catch (const OptionError& error) {
        EXPECT_NE(std::string(error.what()).find("flat frame 1"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace nightstack
