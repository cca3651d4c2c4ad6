// SPDX-License-Identifier: MIT
// The filter must take hot pixels and leave stars, down to a FWHM of 2 px and in every colour.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "synthetic_sensor.h"

namespace nightstack {
namespace {

constexpr float kSky[3] = {400, 700, 350};
constexpr double kGain = 4;  // ADU per electron
constexpr double kReadNoise = 12;

double noise_at(double level) { return std::sqrt(kReadNoise * kReadNoise + kGain * std::max(0.0, level)); }

Image<float> sky_image(int width, int height, CfaPattern pattern) {
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) image.view()(x, y) = kSky[static_cast<int>(colour_at(pattern, x, y))];
    }
    return image;
}

// Shot and read noise on what is there.
void expose(Image<float>& image, std::mt19937& rng) {
    std::normal_distribution<double> unit(0, 1);
    for (int y = 0; y < image.height(); ++y) {
        for (float& v : image.view().row(y)) v = static_cast<float>(std::min(65535.0, v + unit(rng) * noise_at(v)));
    }
}

ImpulseOptions options_for(const Image<float>& image) {
    ImpulseOptions options;
    options.sigma = mosaic_noise(image.view());
    return options;
}

ImpulseReport filtered(Image<float>& image) {
    ImpulseScratch scratch;
    const Rect whole = image.view().bounds();
    return impulse_filter(image.view(), whole, whole, options_for(image), scratch);
}

TEST(ImpulseFilter, LeavesEveryStar) {
    const double colours[][3] = {{1, 1, 1}, {0.45, 1, 0.55}, {1, 0.35, 0.15}, {0.2, 0.5, 1}, {0.3, 1, 0.3}};
    std::mt19937 rng(1);
    std::uniform_real_distribution<double> unit(0, 1);
    for (const CfaPattern pattern : kPatterns) {
        for (const double fwhm : {2.0, 2.5, 3.5, 6.0}) {
            Image<float> truth = sky_image(360, 360, pattern);
            for (int i = 0; i < 15 * 15; ++i) {
                const auto& colour = colours[rng() % 5];
                const double flux = std::pow(10, 3 + 3 * unit(rng));  // from lost in the noise to saturated
                add_star(truth.view(), 24 * (i % 15 + 0.5) + unit(rng), 24 * (i / 15 + 0.5) + unit(rng), fwhm,
                         {flux * colour[0], flux * colour[1], flux * colour[2]}, pattern);
            }
            Image<float> light = truth.clone();
            expose(light, rng);
            const Image<float> before = light.clone();
            const ImpulseReport report = filtered(light);
            // Of some 225 stars at most two faint ones, whose neighbours noise has eaten, may be mistaken;
            // nothing that stands 8 deviations above the sky is ever lost.
            int touched = 0;
            for (int y = 0; y < 360; ++y) {
                for (int x = 0; x < 360; ++x) {
                    if (light.view()(x, y) == before.view()(x, y)) continue;
                    ++touched;
                    const double loss = std::abs(truth.view()(x, y) - light.view()(x, y));
                    EXPECT_LT(loss, 8 * noise_at(truth.view()(x, y))) << fwhm << " at " << x << "," << y;
                }
            }
            EXPECT_LE(touched, 2) << "fwhm " << fwhm << " " << name(pattern);
            EXPECT_EQ(report.hot + report.cold, touched);
        }
    }
}

TEST(ImpulseFilter, TakesHotAndColdPixelsAmongStars) {
    std::mt19937 rng(2);
    std::uniform_real_distribution<double> unit(0, 1);
    const CfaPattern pattern = CfaPattern::gbrg;
    Image<float> truth = sky_image(400, 400, pattern);
    for (int i = 0; i < 150; ++i) {
        const double flux = std::pow(10, 3.5 + 2 * unit(rng));
        add_star(truth.view(), 400 * unit(rng), 400 * unit(rng), 2.5, {0.6 * flux, flux, 0.7 * flux}, pattern);
    }
    Image<float> light = truth.clone();
    expose(light, rng);
    const Image<float> before = light.clone();
    struct Kind {
        double sigmas;
        int present = 0, taken = 0;
    } kinds[] = {{12}, {20}, {50}, {400}, {-9}};
    const auto pixels = scattered_pixels(396, 396, 500, 6, rng);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const Kind& kind = kinds[i % 5];
        light.view()(pixels[i].first + 2, pixels[i].second + 2) += static_cast<float>(kind.sigmas * noise_at(600));
    }
    const Image<float> spoilt = light.clone();
    filtered(light);
    int others = 0;
    for (int y = 0; y < 400; ++y) {
        for (int x = 0; x < 400; ++x) {
            const bool changed = light.view()(x, y) != spoilt.view()(x, y);
            const bool was_spoilt = spoilt.view()(x, y) != before.view()(x, y);
            others += changed && !was_spoilt;
        }
    }
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const int x = pixels[i].first + 2;
        const int y = pixels[i].second + 2;
        if (truth.view()(x, y) > 1.2 * kSky[static_cast<int>(colour_at(pattern, x, y))]) continue;  // on a star
        Kind& kind = kinds[i % 5];
        ++kind.present;
        kind.taken += light.view()(x, y) != spoilt.view()(x, y);
    }
    for (const Kind& kind : kinds) EXPECT_GT(kind.present, 60);
    EXPECT_GE(kinds[0].taken, 0.4 * kinds[0].present);
    EXPECT_GE(kinds[1].taken, 0.8 * kinds[1].present);
    EXPECT_GE(kinds[2].taken, 0.93 * kinds[2].present);  // the rest touch a star's wing
    EXPECT_GE(kinds[4].taken, 0.25 * kinds[4].present);
    EXPECT_GE(kinds[3].taken, 0.98 * kinds[3].present);
    EXPECT_LE(others, 2);
}

TEST(ImpulseFilter, PairsOfHotPixelsThatTouchAreTaken) {
    Image<float> light = sky_image(60, 60, CfaPattern::rggb);
    std::mt19937 rng(3);
    expose(light, rng);
    for (int i = 0; i < 10; ++i) {
        light.view()(5 + 5 * i, 20) += 9000;
        light.view()(6 + 5 * i, 20) += 7000;
    }
    EXPECT_GE(filtered(light).hot, 20);
    for (int x = 0; x < 60; ++x) EXPECT_LT(light.view()(x, 20), 1500);
}

TEST(ImpulseFilter, WorksUpToTheEdges) {
    Image<float> light = sky_image(40, 30, CfaPattern::bggr);
    std::mt19937 rng(4);
    expose(light, rng);
    const std::pair<int, int> places[] = {{0, 0}, {39, 0}, {0, 29}, {39, 29}, {1, 15}, {38, 15}, {20, 1}, {20, 28}};
    for (const auto& [x, y] : places) light.view()(x, y) += 20000;
    EXPECT_EQ(filtered(light).hot, 8);
    for (const auto& [x, y] : places) EXPECT_LT(light.view()(x, y), 1500);
}

TEST(ImpulseFilter, ATileWithItsBorderEqualsTheWhole) {
    std::mt19937 rng(5);
    Image<float> light = sky_image(200, 150, CfaPattern::gbrg);
    expose(light, rng);
    for (const auto& [x, y] : scattered_pixels(200, 150, 900, 1, rng)) light.view()(x, y) += 4000;
    const ImpulseOptions options = options_for(light);
    ImpulseScratch scratch;
    const Rect sensor = light.view().bounds();
    Image<float> whole = light.clone();
    EXPECT_GT(impulse_filter(whole.view(), sensor, sensor, options, scratch).hot, 300);
    for (int trial = 0; trial < 60; ++trial) {
        const Rect wanted{static_cast<int>(rng() % 120), static_cast<int>(rng() % 100),
                          static_cast<int>(4 + rng() % 77), static_cast<int>(4 + rng() % 47)};
        const Rect read = intersected(grown(wanted, kCosmeticBorder), sensor);
        Image<float> copy = light.clone();
        impulse_filter(copy.view().cropped(read), read, sensor, options, scratch);
        ASSERT_TRUE(same_bits(copy.view().cropped(wanted), whole.view().cropped(wanted)))
            << wanted.x << " " << wanted.y;
    }
}

TEST(ImpulseFilter, NotFiniteNegativeAndTinyInputsDoNoHarm) {
    std::mt19937 rng(6);
    Image<float> light = flat_image(50, 40, -30);
    add_noise(light.view(), 10, rng);
    light.view()(10, 10) = std::numeric_limits<float>::quiet_NaN();
    light.view()(30, 30) = 1e30F;
    EXPECT_EQ(filtered(light).hot, 1);
    EXPECT_LT(light.view()(30, 30), 50);
    EXPECT_TRUE(std::isnan(light.view()(10, 10)));
    ImpulseScratch scratch;
    ImpulseOptions options;
    options.sigma = 5;
    Image<float> tiny = flat_image(4, 4, 1);
    tiny.view()(2, 2) = 1000;
    EXPECT_EQ(impulse_filter(tiny.view(), {0, 0, 4, 4}, {0, 0, 4, 4}, options, scratch).hot, 0);
    options.sigma = 0;
    EXPECT_THROW(impulse_filter(tiny.view(), {0, 0, 4, 4}, {0, 0, 4, 4}, options, scratch), OptionError);
    options.sigma = 5;
    EXPECT_THROW(impulse_filter(tiny.view(), {0, 0, 4, 3}, {0, 0, 4, 4}, options, scratch), OptionError);
    EXPECT_THROW(impulse_filter(tiny.view(), {1, 0, 4, 4}, {0, 0, 4, 4}, options, scratch), OptionError);
}

TEST(MosaicNoise, IsThatOfTheSkyWhateverStandsOnIt) {
    std::mt19937 rng(7);
    std::uniform_real_distribution<double> unit(0, 1);
    Image<float> light = sky_image(500, 400, CfaPattern::rggb);
    for (int i = 0; i < 200; ++i) {
        add_star(light.view(), 500 * unit(rng), 400 * unit(rng), 3, {30000, 50000, 30000}, CfaPattern::rggb);
    }
    add_noise(light.view(), 20, rng);
    EXPECT_NEAR(mosaic_noise(light.view()), 20, 1.5);
    EXPECT_EQ(mosaic_noise(ImageView<const float>()), 0);
    EXPECT_EQ(mosaic_noise(flat_image(2, 2, 1).view()), 0);
}

}  // namespace
}  // namespace nightstack
