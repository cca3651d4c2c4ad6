// SPDX-License-Identifier: MIT
// The noise of groups is such that the rule of the live stack leaves out no more of them than of normal noise, whatever
// quantisation made of it; and what crosses some of them is no noise.
#include "pipeline/stages/video/group_spread.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "pipeline/stages/video/trimmed_rms.h"

namespace nightstack {
namespace {

constexpr int kSide = 128;

LiveStackOptions options(double noise) {
    LiveStackOptions o;
    o.white_adu = 255;
    o.noise_adu[0] = noise;
    o.sky_adu[0] = 100;
    return o;
}

// Gray pictures of a level per pixel, each a group of its own.
class Film {
public:
    using Level = std::function<double(int group, int x, int y)>;
    Film(int groups, const Level& level) {
        SerialRunner serial;
        for (int g = 0; g < groups; ++g) {
            PlanarPicture picture;
            picture.reshape({kSide, kSide}, Subsampling{});
            const ImageView<std::uint8_t> pixels = picture.blocks(0);
            for (int y = 0; y < kSide; ++y)
                for (int x = 0; x < kSide; ++x)
                    pixels(x, y) = static_cast<std::uint8_t>(std::lround(std::clamp(level(g, x, y), 0.0, 255.0)));
            const VideoFrame frame{&picture, Transform()};
            groups_.push_back(std::make_unique<VideoGroup>());
            groups_.back()->begin({0, 0, kSide, kSide}, Subsampling{});
            groups_.back()->add(std::span(&frame, 1), serial);
            groups_.back()->close(serial);
        }
    }
    double noise(int pictures = 1) const {
        GroupSpread spread({0, 0, kSide, kSide}, options(7));
        for (const auto& group : groups_) spread.add(*group, {}, kLiveWeightOne);
        return spread.noise(pictures)[0];
    }
    // The share of all samples that the live stack leaves out with this noise.
    double rejected(double noise) const {
        SerialRunner serial;
        LiveStack stack(options(noise));
        for (const auto& group : groups_) {
            LiveFrame frame;
            frame.footprint = {0, 0, kSide, kSide};
            frame.sample = [&](const Rect& tile, std::span<const ImageView<float>> out) { group->fill(tile, out, {}); };
            stack.add(frame, serial);
        }
        const LivePicture shown = stack.snapshot({0, 0, kSide, kSide}, serial);
        double out = 0, all = 0;
        for (int y = 0; y < kSide; ++y) {
            for (int x = 0; x < kSide; ++x) {
                out += shown.planes[0].low.view()(x, y) + shown.planes[0].high.view()(x, y);
                all += shown.planes[0].coverage.view()(x, y);
            }
        }
        return out / all;
    }

private:
    std::vector<std::unique_ptr<VideoGroup>> groups_;
};

TEST(GroupSpread, NormalNoiseIsItself) {
    std::mt19937 random(1);
    std::normal_distribution<double> normal(0, 4);
    for (const int groups : {5, 12, 40, 64}) {
        const Film film(groups, [&](int, int x, int) { return 100 + 0.2 * x + normal(random); });
        EXPECT_NEAR(film.noise(), 4, 0.12) << groups;
    }
}

// A pixel is the same in most pictures and jumps by a step now and then: a median of differences is 0.
TEST(GroupSpread, JumpsOfQuantisationAreNoOutliers) {
    std::mt19937 random(2);
    for (const double step : {1.0, 2.0}) {
        for (const double rate : {0.01, 0.03, 0.1}) {
            for (const int groups : {6, 12, 40}) {
                const Film film(groups, [&](int, int x, int y) {
                    return 100 + (x + y) % 5 + (static_cast<double>(random()) < rate * 4294967296.0 ? step : 0);
                });
                EXPECT_LT(film.rejected(film.noise()), 0.007) << step << ' ' << rate << ' ' << groups;
            }
        }
    }
    const Film film(12,
                    [&](int, int, int) { return 100 + (static_cast<double>(random()) < 0.03 * 4294967296.0 ? 1 : 0); });
    EXPECT_GT(film.rejected(0.29), 0.02);  // with the least noise that eight bits hide
}

TEST(GroupSpread, WhatCrossesSomeGroupsIsNoNoise) {
    for (const bool quantised : {false, true}) {
        const auto film = [&](bool crossed) {
            std::mt19937 random(3);
            std::normal_distribution<double> normal(0, 2);
            return Film(24, [&, crossed](int g, int x, int y) {
                const bool lit = crossed && g % 4 == 1 && std::abs(y - x / 2 - 2 * g) < 2;
                const double noise = normal(random);
                return 100 + (quantised ? (noise > 3.5 ? 1 : 0) : noise) + (lit ? 60 : 0);
            });
        };
        const Film with = film(true), without = film(false);
        EXPECT_LT(with.noise(), 1.4 * without.noise()) << quantised;
        // Each of the six trails has 3 of 128 rows, and all of that is left out.
        EXPECT_GT(with.rejected(with.noise()), 6.0 / 24 * 3 / 128 * 0.6) << quantised;
    }
}

// People in the street, in a tenth of every picture: they must not hide a bird.
TEST(GroupSpread, WhatMovesAllTheTimeRaisesItToALimit) {
    std::mt19937 random(4);
    std::normal_distribution<double> normal(0, 2);
    const Film film(24, [&](int, int, int y) {
        return 100 + normal(random) + (y > 110 && static_cast<double>(random()) < 0.3 * 4294967296.0 ? 80 : 0);
    });
    EXPECT_LT(film.noise(), 1.25 * 4 * 2);
}

TEST(GroupSpread, TooFewGroupsOrPixelsTellNothing) {
    const Film film(2, [](int, int, int) { return 50; });
    EXPECT_EQ(film.noise(), 7);
    GroupSpread small({0, 0, 5, 5}, options(7));
    EXPECT_EQ(small.noise(1)[0], 7);
    const Film clean(5, [](int, int, int) { return 50; });
    EXPECT_NEAR(clean.noise(1), 0.2887, 1e-3);  // what rounding may hide
    EXPECT_NEAR(clean.noise(100), 0.05, 1e-3);
}

TEST(TrimmedRms, IsTheDeviationWithoutTheLargest) {
    std::mt19937 random(5);
    std::normal_distribution<double> normal(0, 3);
    std::vector<float> sizes;
    for (int i = 0; i < 20000; ++i) sizes.push_back(static_cast<float>(std::abs(normal(random))));
    EXPECT_NEAR(trimmed_rms(sizes), 3, 0.06);
    for (int i = 0; i < 100; ++i) sizes[static_cast<std::size_t>(i * 200)] = 1000;
    EXPECT_NEAR(trimmed_rms(sizes), 3, 0.2);
    sizes.clear();
    EXPECT_EQ(trimmed_rms(sizes), 0);
}

}  // namespace
}  // namespace nightstack
