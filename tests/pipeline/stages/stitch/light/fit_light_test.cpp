// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/light/fit_light.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

namespace nightstack {
namespace {

const Vignetting kLens{-0.25, -0.05, -0.05};

std::array<float, 3> gain_of(int tile) {
    const float t = static_cast<float>(tile);
    return {std::exp(0.2F * std::sin(t)), std::exp(0.2F * std::sin(t + 0.2F)),
            std::exp(0.25F * std::sin(1.1F * t + 0.5F))};
}

// A row of tiles as their pictures tell it.
std::vector<LightSample> row_of_pictures(int count, const Vignetting& lens, double noise) {
    const PanoScene scene = waves(1, 1.5, 0.1);
    std::vector<DrawnTile> tiles;
    for (int i = 0; i < count; ++i) {
        const TileCamera camera = looking(28.0 * i, i % 2 == 0 ? 2 : -3, i, 320, 200, 320);
        tiles.push_back(drawn_tile(scene, camera, {gain_of(i)}, lens, noise, static_cast<unsigned>(i)));
    }
    std::vector<LightSample> samples;
    for (std::size_t i = 0; i + 1 < tiles.size(); ++i) {
        const auto more = light_samples(static_cast<int>(i), tiles[i].camera, tiles[i].small(), static_cast<int>(i) + 1,
                                        tiles[i + 1].camera, tiles[i + 1].small());
        samples.insert(samples.end(), more.begin(), more.end());
    }
    return samples;
}

// Samples without pictures: links as given, light and places by chance.
std::vector<LightSample> drawn_samples(const std::vector<std::pair<int, int>>& links, int each, const Vignetting& lens,
                                       double noise, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> even;
    std::normal_distribution<float> normal;
    std::vector<LightSample> samples;
    for (const auto& [a, b] : links) {
        for (int i = 0; i < each; ++i) {
            LightSample s{a, b, {}, {}, 0.2F + 0.8F * even(random), 0};
            s.q_b = std::min(1.0F, std::max(0.1F, 1.2F - s.q_a + 0.1F * normal(random)));
            for (std::size_t c = 0; c < 3; ++c) {
                const double light = 0.1 + 0.5 * even(random);
                const auto measured = [&](int tile, float q) {
                    return static_cast<float>(light * lens.falloff(q) / gain_of(tile)[c] *
                                              (1 + noise * normal(random)));
                };
                s.value_a[c] = measured(a, s.q_a);
                s.value_b[c] = measured(b, s.q_b);
            }
            samples.push_back(s);
        }
    }
    return samples;
}

// The largest part by which gains are off, apart from one factor for each channel.
double gain_error(const LightFit& fit, const std::vector<int>& tiles) {
    double worst = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        double mean = 0;
        for (const int t : tiles)
            mean += std::log(fit.tiles[static_cast<std::size_t>(t)].gain[c] / gain_of(t)[c]) /
                    static_cast<double>(tiles.size());
        for (const int t : tiles) {
            const double off = std::log(fit.tiles[static_cast<std::size_t>(t)].gain[c] / gain_of(t)[c]) - mean;
            worst = std::max(worst, std::abs(off));
        }
    }
    return worst;
}

TEST(FitLight, RecoversGainsAndVignettingFromPictures) {
    const auto samples = row_of_pictures(5, kLens, 0.01);
    const LightFit fit = fit_light(samples, 5);
    EXPECT_LT(gain_error(fit, {0, 1, 2, 3, 4}), 0.01);
    for (const double q : {0.25, 0.5, 0.75, 1.0}) EXPECT_NEAR(fit.vignetting.falloff(q), kLens.falloff(q), 0.03) << q;
    for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (const TileLight& t : fit.tiles) sum += std::log(t.gain[c]);
        EXPECT_NEAR(sum, 0, 1e-5);
    }
    ASSERT_EQ(fit.links.size(), 4U);
    for (const LinkLight& link : fit.links) {
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_LT(link.after[c], 0.015);
            EXPECT_LT(link.after[c], link.before[c]);
        }
    }
    for (const bool told : fit.determined) EXPECT_TRUE(told);
}

TEST(FitLight, FindsNoVignettingWhereThereIsNone) {
    const LightFit fit = fit_light(row_of_pictures(5, {}, 0.01), 5);
    EXPECT_TRUE(fit.vignetting.none());
    EXPECT_LT(gain_error(fit, {0, 1, 2, 3, 4}), 0.01);
}

TEST(FitLight, RefusesVignettingThatTheSamplesCannotTell) {
    auto samples = drawn_samples({{0, 1}, {1, 2}}, 100, kLens, 0.02);
    for (LightSample& s : samples) s.q_a = s.q_b = 0.6F;  // always as far out in both
    EXPECT_TRUE(fit_light(samples, 3).vignetting.none());
    // Brighter towards the corners is no lens.
    EXPECT_TRUE(fit_light(drawn_samples({{0, 1}, {1, 2}}, 300, {0.5, 0, 0}, 0.01), 3).vignetting.none());
}

TEST(FitLight, IsNotMovedByWhatMoves) {
    auto samples = drawn_samples({{0, 1}, {1, 2}, {2, 3}, {0, 3}}, 300, kLens, 0.01);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (i % 10 >= 3) continue;  // three of ten show something else in one tile
        for (float& v : samples[i].value_b) v *= 2.5F;
    }
    const LightFit fit = fit_light(samples, 4);
    EXPECT_LT(gain_error(fit, {0, 1, 2, 3}), 0.01);
    EXPECT_NEAR(fit.vignetting.falloff(1), kLens.falloff(1), 0.03);
    for (const LinkLight& link : fit.links) EXPECT_NEAR(link.outliers, 0.3, 0.05);
}

TEST(FitLight, KeepsToItsOwnWhatDoesNotHangTogether) {
    const auto samples = drawn_samples({{0, 1}, {3, 4}}, 200, {}, 0.005);
    const LightFit fit = fit_light(samples, 6);
    EXPECT_LT(gain_error(fit, {0, 1}), 0.01);
    EXPECT_LT(gain_error(fit, {3, 4}), 0.01);
    for (const int alone : {2, 5}) {
        EXPECT_FALSE(fit.determined[static_cast<std::size_t>(alone)]);
        EXPECT_EQ(fit.tiles[static_cast<std::size_t>(alone)], TileLight());
    }
    EXPECT_NEAR(std::log(fit.tiles[3].gain[0]) + std::log(fit.tiles[4].gain[0]), 0, 1e-5);
}

TEST(FitLight, LivesWithNothingAndNonsense) {
    EXPECT_EQ(fit_light({}, 3).tiles.size(), 3U);
    EXPECT_TRUE(fit_light({}, 0).tiles.empty());
    std::vector<LightSample> bad(100, LightSample{0, 1, {1, 1, 1}, {1, 1, 1}, 0.5F, 0.5F});
    bad[0].a = 7;
    bad[1].b = -1;
    bad[2].b = 0;
    bad[3].value_a[1] = 0;
    bad[4].value_b[2] = std::nanf("");
    bad[5].q_a = -1;
    bad[6].value_a[0] = INFINITY;
    const LightFit fit = fit_light(bad, 2);
    ASSERT_EQ(fit.links.size(), 1U);
    EXPECT_EQ(fit.links[0].samples, 93);
    EXPECT_NEAR(fit.tiles[0].gain[0], 1, 1e-6);
    // A thousandfold difference is no exposure: such a tile stays as it is.
    for (LightSample& s : bad) s.value_b = {1e-3F, 1e-3F, 1e-3F};
    for (const TileLight& t : fit_light(bad, 2).tiles) EXPECT_EQ(t, TileLight());
}

TEST(FitLight, CanKeepChannelsTogetherOrGainsOut) {
    const auto samples = drawn_samples({{0, 1}, {1, 2}}, 200, {}, 0.005);
    LightOptions options;
    options.one_gain = true;
    for (const TileLight& t : fit_light(samples, 3, options).tiles) {
        EXPECT_NEAR(t.gain[0], t.gain[1], 1e-5);
        EXPECT_NEAR(t.gain[0], t.gain[2], 1e-5);
    }
    options = {};
    options.gains = false;
    for (const TileLight& t : fit_light(samples, 3, options).tiles) EXPECT_EQ(t, TileLight());
}

// A large panorama takes no more than a moment.
TEST(FitLight, HoldsForManyTiles) {
    std::vector<std::pair<int, int>> links;
    for (int i = 0; i < 400; ++i) {
        if (i % 20 < 19) links.emplace_back(i, i + 1);
        if (i + 20 < 400) links.emplace_back(i, i + 20);
    }
    const LightFit fit = fit_light(drawn_samples(links, 60, kLens, 0.01), 400);
    std::vector<int> all;
    for (int i = 0; i < 400; ++i) all.push_back(i);
    EXPECT_LT(gain_error(fit, all), 0.02);
    EXPECT_NEAR(fit.vignetting.falloff(1), kLens.falloff(1), 0.02);
}

}  // namespace
}  // namespace nightstack
