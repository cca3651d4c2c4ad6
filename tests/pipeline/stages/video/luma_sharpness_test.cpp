// SPDX-License-Identifier: MIT
// The sharper of the pictures of a scene is told, whatever flashes over it or crosses it.
#include "pipeline/stages/video/luma_sharpness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {
namespace {

constexpr int kWidth = 384, kHeight = 256;

using Light = std::vector<double>;

// A Gaussian blur of some pixels, in x and in y.
Light blurred(const Light& from, double sigma) {
    const int reach = static_cast<int>(std::ceil(4 * sigma));
    std::vector<double> kernel;
    double all = 0;
    for (int k = -reach; k <= reach; ++k)
        kernel.push_back(std::exp(-k * k / (2 * sigma * sigma))), all += kernel.back();
    const auto pass = [&](const Light& in, int length, int step, int others, int other_step) {
        Light out(in.size());
        for (int o = 0; o < others; ++o)
            for (int i = 0; i < length; ++i) {
                double sum = 0;
                for (int k = -reach; k <= reach; ++k)
                    sum += kernel[static_cast<std::size_t>(k + reach)] *
                           in[static_cast<std::size_t>(std::clamp(i + k, 0, length - 1) * step + o * other_step)];
                out[static_cast<std::size_t>(i * step + o * other_step)] = sum / all;
            }
        return out;
    };
    return pass(pass(from, kWidth, 1, kHeight, kWidth), kHeight, kWidth, kWidth, 1);
}

Light drawn(const std::function<double(int x, int y)>& level) {
    Light out;
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x) out.push_back(level(x, y));
    return out;
}

double rough(int x, int y) { return std::sin(0.9 * x + 0.3 * y) * std::cos(0.23 * x - 0.71 * y); }

// What films show, before the air blurs it.
Light scene(const std::string& kind) {
    if (kind == "planet")
        return drawn([](int x, int y) {
            const double r = std::hypot(x - 251.3, y - 143.7);
            return r > 30 ? 12 : 120 + 40 * std::cos(y * 0.55) + 8 * rough(x, y);
        });
    if (kind == "moon")
        return drawn([](int x, int y) {
            const double r = std::hypot(x - 90, y - 170);
            return r > 150 ? 10 : 90 + 30 * std::sin(x * 0.21) * std::sin(y * 0.17) + 15 * rough(x, y);
        });
    if (kind == "landscape")
        return drawn([](int x, int y) { return y < 120 ? 150 : 80 + 25 * rough(x, y) + 20 * std::sin(0.05 * x); });
    Light out(static_cast<std::size_t>(kWidth * kHeight), 22);
    std::mt19937 random(3);
    for (int star = 0; star < 70; ++star) out[random() % out.size()] += 1500.0 + static_cast<double>(random() % 6000);
    return out;
}

struct Spoilt {
    double gain = 1, veil = 0;
    int trail = -1;    // its row at the left edge
    double flash = 0;  // of a lamp in a corner
};

Image<std::uint8_t> picture(const Light& light, const Spoilt& spoilt, double noise, unsigned seed) {
    Image<std::uint8_t> out(kWidth, kHeight);
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, 1);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            double level = light[static_cast<std::size_t>(y * kWidth + x)] * spoilt.gain + spoilt.veil;
            if (spoilt.trail >= 0 && std::abs(y - spoilt.trail - 0.4 * x) < 1.5) level += 150;
            const double far = std::hypot(x - 340, y - 30);
            level += far < 40 ? spoilt.flash : 0;
            level += noise * std::sqrt(1 + std::max(0.0, spoilt.veil) / 40) * normal(random);
            out.view()(x, y) = static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0, 255.0)));
        }
    }
    return out;
}

// The sharpness of each of the pictures on the scale of all.
std::vector<double> told(const std::vector<Image<std::uint8_t>>& pictures) {
    SharpnessScale scale;
    std::vector<LumaPatches> patches(pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        measure_patches(patches[i], pictures[i].cview());
        scale.add(patches[i]);
    }
    std::vector<double> out;
    for (const LumaPatches& p : patches) out.push_back(scale.of(p));
    return out;
}

std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<double> out;
    for (const double v : values)
        out.push_back(static_cast<double>(std::ranges::count_if(values, [v](double w) { return w < v; })));
    return out;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const auto n = static_cast<double>(a.size());
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) ma += a[i] / n, mb += b[i] / n;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - ma) * (b[i] - mb);
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / std::sqrt(aa * bb);
}

const std::vector<std::string> kScenes{"planet", "moon", "landscape", "stars"};

std::vector<Light> at_blurs(const std::string& kind, const std::vector<double>& blurs) {
    const Light sharp = scene(kind);
    std::vector<Light> out;
    for (const double blur : blurs) out.push_back(blurred(sharp, blur));
    return out;
}

TEST(LumaSharpness, OrdersPicturesByTheirBlur) {
    const std::vector<double> blurs{1.4, 1.9, 1.5, 2.2, 1.7, 2.05, 1.6, 1.8};
    std::vector<double> wanted;
    for (const double blur : blurs) wanted.push_back(-blur);
    for (const std::string& kind : kScenes) {
        std::vector<Image<std::uint8_t>> pictures;
        unsigned seed = 0;
        for (const Light& light : at_blurs(kind, blurs)) pictures.push_back(picture(light, {}, 2, seed++));
        const std::vector<double> sharp = told(pictures);
        EXPECT_GT(correlation(ranks(sharp), ranks(wanted)), 0.97) << kind;
        EXPECT_GT(sharp[0], 1.2 * sharp[3]) << kind;
    }
}

// Each of these pictures is a little less sharp than the others, and none of what happens in it makes it sharper.
TEST(LumaSharpness, NeitherFlashesNorTrailsMakeAPictureSharp) {
    const std::vector<std::pair<std::string, Spoilt>> spoils{{"trail", {1, 0, 60, 0}},
                                                             {"flash of light", {1.6, 0, -1, 0}},
                                                             {"veil", {1, 60, -1, 0}},
                                                             {"lamp", {1, 0, -1, 180}}};
    for (const std::string& kind : kScenes) {
        const std::vector<Light> lights = at_blurs(kind, {1.6, 1.75});
        std::vector<Image<std::uint8_t>> pictures;
        for (unsigned i = 0; i < 5; ++i) pictures.push_back(picture(lights[0], {}, 2, i));
        pictures.emplace_back();
        for (const auto& [what, spoilt] : spoils) {
            pictures.back() = picture(lights[1], spoilt, 2, 9);
            const std::vector<double> sharp = told(pictures);
            EXPECT_LT(sharp[5], *std::min_element(sharp.begin(), sharp.begin() + 5)) << kind << ", " << what;
        }
    }
}

// Two pictures are no majority: what only one of them shows does not count.
TEST(LumaSharpness, OfTwoPicturesTheOneWithTheTrailIsNotTheSharper) {
    for (const std::string& kind : kScenes) {
        const std::vector<Light> lights = at_blurs(kind, {1.6, 1.75});
        std::vector<Image<std::uint8_t>> pictures;
        pictures.push_back(picture(lights[1], {1, 0, 60, 0}, 2, 1));
        pictures.push_back(picture(lights[0], {}, 2, 2));
        const std::vector<double> sharp = told(pictures);
        EXPECT_LT(sharp[0], sharp[1]) << kind;
    }
}

TEST(LumaSharpness, SmallAndEmptyPicturesTellNothing) {
    SharpnessScale scale;
    LumaPatches none;
    measure_patches(none, Image<std::uint8_t>(3, 300).cview());
    EXPECT_TRUE(none.empty());
    scale.add(none);
    EXPECT_EQ(scale.of(none), 0);
    LumaPatches black;
    measure_patches(black, Image<std::uint8_t>(100, 100).cview());
    scale.add(black);
    EXPECT_EQ(scale.of(black), 0);
    LumaPatches larger;
    measure_patches(larger, picture(scene("moon"), {}, 2, 1).cview());
    scale.add(larger);
    EXPECT_NEAR(scale.of(larger), 1, 1e-6);
    EXPECT_EQ(scale.of(black), 0);
}

}  // namespace
}  // namespace nightstack
