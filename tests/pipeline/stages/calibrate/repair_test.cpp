// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "synthetic_sensor.h"

namespace nightstack {
namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();

// A level per colour and a slope over all.
float scene(const std::optional<CfaPattern>& pattern, int x, int y) {
    const float level = pattern ? 1000.0F * static_cast<float>(colour_at(*pattern, x, y)) : 300;
    return level + 2.0F * static_cast<float>(x) - static_cast<float>(y);
}

Image<float> scene_image(const std::optional<CfaPattern>& pattern, int width, int height) {
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) image.view()(x, y) = scene(pattern, x, y);
    }
    return image;
}

DefectMap map_of(int width, int height, const std::vector<std::pair<int, int>>& pixels) {
    std::vector<DefectPixel> defects;
    for (const auto& [x, y] : pixels) defects.push_back({x, y});
    return DefectMap(width, height, defects);
}

TEST(DefectMap, SortsAndForgetsRepeats) {
    const DefectMap map(10, 5, {{7, 3}, {2, 3}, {7, 3}, {0, 0}, {9, 4}});
    EXPECT_EQ(map.size(), 4U);
    ASSERT_EQ(map.row(3).size(), 2U);
    EXPECT_EQ(map.row(3)[0], 2);
    EXPECT_EQ(map.row(3)[1], 7);
    EXPECT_TRUE(map.row(1).empty());
    EXPECT_TRUE(map.contains(9, 4));
    EXPECT_FALSE(map.contains(8, 4));
    EXPECT_THROW(DefectMap(10, 5, {{10, 0}}), OptionError);
    EXPECT_THROW(DefectMap(10, 5, {{0, -1}}), OptionError);
    EXPECT_TRUE(DefectMap().empty());
}

TEST(Repair, OnASlopeTheMiddleOfTheNeighboursIsExact) {
    std::mt19937 rng(1);
    std::vector<std::optional<CfaPattern>> kinds(std::begin(kPatterns), std::end(kPatterns));
    kinds.emplace_back(std::nullopt);
    for (const auto& pattern : kinds) {
        Image<float> light = scene_image(pattern, 80, 60);
        const auto pixels = scattered_pixels(76, 56, 60, 5, rng);
        std::vector<std::pair<int, int>> inner;
        for (const auto& [x, y] : pixels) inner.emplace_back(x + 2, y + 2);
        for (const auto& [x, y] : inner) light.view()(x, y) = 60000;
        EXPECT_EQ(repair(light.view(), light.view().bounds(), map_of(80, 60, inner), pattern), 60);
        for (int y = 0; y < 60; ++y) {
            for (int x = 0; x < 80; ++x) ASSERT_EQ(light.view()(x, y), scene(pattern, x, y));
        }
    }
}

TEST(Repair, ColoursAreNotMixedAnywhere) {
    for (const CfaPattern pattern : kPatterns) {
        Image<float> light(12, 10);
        std::vector<std::pair<int, int>> all;
        for (int y = 0; y < 10; ++y) {
            for (int x = 0; x < 12; ++x) {
                light.view()(x, y) = 1000.0F * static_cast<float>(colour_at(pattern, x, y));
                all.emplace_back(x, y);
            }
        }
        for (const auto& [x, y] : all) {  // edges and corners too
            Image<float> one = light.clone();
            one.view()(x, y) = 50000;
            EXPECT_EQ(repair(one.view(), one.view().bounds(), map_of(12, 10, {{x, y}}), pattern), 1);
            EXPECT_TRUE(same_bits(one.view(), light.view())) << x << "," << y;
        }
    }
}

// Clusters: a neighbour that is a defect itself must not serve, whatever the order.
TEST(Repair, DefectsDoNotServeEachOther) {
    for (const std::optional<CfaPattern> pattern : {std::optional(CfaPattern::rggb), std::optional<CfaPattern>()}) {
        Image<float> light = flat_image(20, 20, 100);
        std::vector<std::pair<int, int>> block;
        for (int y = 9; y < 12; ++y) {
            for (int x = 9; x < 12; ++x) block.emplace_back(x, y);
        }
        for (const auto& [x, y] : block) light.view()(x, y) = 9999;
        light.view()(8, 8) = kNan;
        const int replaced = repair(light.view(), light.view().bounds(), map_of(20, 20, block), pattern);
        EXPECT_EQ(replaced, pattern ? 9 : 8);  // a mono pixel amid eight defects has nobody
        for (const auto& [x, y] : block) {
            const bool has_neighbours = pattern || x != 10 || y != 10;
            EXPECT_EQ(light.view()(x, y), has_neighbours ? 100 : 9999) << x << "," << y;
        }
    }
}

TEST(Repair, ATileWithItsBorderEqualsTheWhole) {
    std::mt19937 rng(2);
    Image<float> light = flat_image(90, 70, 500);
    add_noise(light.view(), 50, rng);
    const auto pixels = scattered_pixels(90, 70, 900, 1, rng);
    for (std::size_t i = 0; i < pixels.size(); i += 3) light.view()(pixels[i].first, pixels[i].second) = kNan;
    const DefectMap map = map_of(90, 70, {pixels.begin(), pixels.begin() + 500});
    for (const std::optional<CfaPattern> pattern : {std::optional(CfaPattern::gbrg), std::optional<CfaPattern>()}) {
        const Rect sensor = light.view().bounds();
        Image<float> whole = light.clone();
        repair(whole.view(), sensor, map, pattern);
        repair_missing(whole.view(), sensor, sensor, pattern);
        for (int trial = 0; trial < 40; ++trial) {
            const Rect wanted{static_cast<int>(rng() % 70), static_cast<int>(rng() % 50),
                              static_cast<int>(1 + rng() % 20), static_cast<int>(1 + rng() % 20)};
            // Two steps, each with its own border.
            const Rect read = intersected(grown(wanted, 2 * kCosmeticBorder), sensor);
            Image<float> copy = light.clone();
            repair(copy.view().cropped(read), read, map, pattern);
            repair_missing(copy.view().cropped(read), read, sensor, pattern);
            EXPECT_TRUE(same_bits(copy.view().cropped(wanted), whole.view().cropped(wanted)));
        }
    }
}

TEST(RepairMissing, FillsWhatCanBeFilled) {
    Image<float> light = flat_image(30, 30, 70);
    const Rect sensor = light.view().bounds();
    light.view()(0, 0) = kNan;
    light.view()(12, 13) = std::numeric_limits<float>::infinity();
    EXPECT_EQ(repair_missing(light.view(), sensor, sensor, CfaPattern::bggr), 2);
    EXPECT_TRUE(same_bits(light.view(), flat_image(30, 30, 70).view()));
    for (int y = 10; y < 20; ++y) {
        for (int x = 10; x < 20; ++x) light.view()(x, y) = kNan;
    }
    EXPECT_EQ(repair_missing(light.view(), sensor, sensor, std::nullopt), 36);  // the rim of the hole
    EXPECT_TRUE(std::isnan(light.view()(15, 15)));
}

TEST(Repair, RefusesWhatDoesNotFit) {
    Image<float> light(10, 10);
    const DefectMap map(10, 10, {});
    EXPECT_THROW(repair(light.view(), {0, 0, 9, 10}, map, {}), OptionError);
    EXPECT_THROW(repair(light.view(), {1, 0, 10, 10}, map, {}), OptionError);
    EXPECT_THROW(repair_missing(light.view(), {0, 0, 10, 10}, {0, 0, 9, 10}, {}), OptionError);
}

}  // namespace
}  // namespace nightstack
