// SPDX-License-Identifier: MIT
// Hot and cold pixels of a master dark, against the list that was put in.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "synthetic_sensor.h"

namespace nightstack {
namespace {

constexpr int kWidth = 400;
constexpr int kHeight = 300;
constexpr float kSigma = 6;
using PixelSet = std::set<std::pair<int, int>>;

// Amplifier glow in the lower right corner: steep, and hundreds of sigma high.
float glow(int x, int y, float reach = 40) {
    return 3000 * std::exp(-std::hypot(399.0F - float(x), 299.0F - float(y)) / reach);
}

Image<float> dark_with_glow(std::mt19937& rng, float reach = 40) {
    Image<float> dark = flat_image(kWidth, kHeight, 700);
    for (int y = 0; y < kHeight; ++y) {
        std::normal_distribution<float> unit(0, 1);
        for (int x = 0; x < kWidth; ++x) {
            const float g = glow(x, y, reach);
            dark.view()(x, y) += g + unit(rng) * std::sqrt(kSigma * kSigma + g / 10);
        }
    }
    return dark;
}

PixelSet found_in(const DefectMap& map) {
    PixelSet found;
    for (int y = 0; y < map.height(); ++y) {
        for (const int x : map.row(y)) found.emplace(x, y);
    }
    return found;
}

TEST(FindDefects, FindsWhatWasPutInAndNothingElse) {
    std::mt19937 rng(1);
    Image<float> dark = dark_with_glow(rng);
    const auto pixels = scattered_pixels(kWidth, kHeight, 300, 3, rng);
    PixelSet truth;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const auto [x, y] = pixels[i];
        const bool cold = i % 10 == 0;
        const float local = std::sqrt(kSigma * kSigma + glow(x, y) / 10);
        dark.view()(x, y) += cold ? -10 * local : local * static_cast<float>(9 + i);
        truth.emplace(x, y);
    }
    SerialRunner serial;
    const Defects defects = find_defects(dark.view(), {}, serial);
    const PixelSet found = found_in(defects.map);
    int recalled = 0;
    int false_ones = 0;
    for (const auto& p : truth) recalled += found.count(p) != 0;
    for (const auto& p : found) false_ones += truth.count(p) == 0;
    EXPECT_GE(recalled, 297);  // 99 % of pixels from 9 sigma on, in glow as well
    EXPECT_LE(false_ones, 4);
    EXPECT_NEAR(defects.report.sigma, kSigma, 0.1 * kSigma);
    EXPECT_NEAR(static_cast<double>(defects.report.cold), 30, 3);
    EXPECT_EQ(defects.report.left_out, 0);
    EXPECT_EQ(static_cast<std::size_t>(defects.report.hot + defects.report.cold), defects.map.size());
}

TEST(FindDefects, GlowAloneIsNotHot) {
    SerialRunner serial;
    for (const float reach : {100.0F, 40.0F, 15.0F}) {
        std::mt19937 rng(2);
        const Image<float> dark = dark_with_glow(rng, reach);
        EXPECT_LE(find_defects(dark.view(), {}, serial).map.size(), 3U) << reach;
    }
}

// One raw dark of few bits: most pixels share one value.
TEST(FindDefects, CoarseStepsAreNotHot) {
    std::mt19937 rng(3);
    Image<float> dark = flat_image(kWidth, kHeight, 64);
    add_noise(dark.view(), 0.4F, rng);
    for (int y = 0; y < kHeight; ++y) {
        for (float& v : dark.view().row(y)) v = 16 * std::round(v);
    }
    dark.view()(100, 100) += 16 * 8;
    SerialRunner serial;
    const Defects defects = find_defects(dark.view(), {}, serial);
    EXPECT_TRUE(defects.map.contains(100, 100));
    EXPECT_LE(defects.map.size(), 3U);
}

TEST(FindDefects, KeepsTheMostStrikingUnderTheCeiling) {
    std::mt19937 rng(4);
    Image<float> dark = flat_image(kWidth, kHeight, 500);
    add_noise(dark.view(), 5, rng);
    const auto pixels = scattered_pixels(kWidth, kHeight, 200, 3, rng);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        dark.view()(pixels[i].first, pixels[i].second) += 100 + 20 * static_cast<float>(i);
    }
    DefectOptions options;
    options.most_share = 50.5 / (kWidth * kHeight);
    SerialRunner serial;
    const Defects defects = find_defects(dark.view(), options, serial);
    EXPECT_EQ(defects.map.size(), 50U);
    EXPECT_EQ(defects.report.left_out, 150);
    int strongest = 0;
    for (std::size_t i = 150; i < 200; ++i) strongest += defects.map.contains(pixels[i].first, pixels[i].second);
    EXPECT_GE(strongest, 48);  // the noise of a pixel and of its cell may exchange neighbours in strength
}

TEST(FindDefects, FlatAndBrokenDarks) {
    SerialRunner serial;
    Image<float> dark = flat_image(70, 50, 1000);
    EXPECT_EQ(find_defects(dark.view(), {}, serial).map.size(), 0U);
    dark.view()(30, 20) = std::numeric_limits<float>::quiet_NaN();
    dark.view()(69, 49) = 1010;
    const Defects defects = find_defects(dark.view(), {}, serial);
    EXPECT_EQ(defects.map.size(), 2U);
    EXPECT_TRUE(defects.map.contains(30, 20));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_NO_THROW(find_defects(flat_image(40, 40, nan).view(), {}, serial));
    EXPECT_EQ(find_defects(ImageView<const float>(), {}, serial).map.size(), 0U);
    DefectOptions options;
    options.hot_kappa = -1;
    EXPECT_THROW(find_defects(dark.view(), options, serial), OptionError);
    options = {};
    options.most_share = 2;
    EXPECT_THROW(find_defects(dark.view(), options, serial), OptionError);
}

TEST(FindDefects, IsTheSameForEveryRunner) {
    std::mt19937 rng(5);
    Image<float> dark = dark_with_glow(rng);
    for (const auto& [x, y] : scattered_pixels(kWidth, kHeight, 100, 1, rng)) dark.view()(x, y) += 200;
    SerialRunner serial;
    ThreadRunner threads(4);
    EXPECT_EQ(found_in(find_defects(dark.view(), {}, serial).map),
              found_in(find_defects(dark.view(), {}, threads).map));
}

}  // namespace
}  // namespace nightstack
