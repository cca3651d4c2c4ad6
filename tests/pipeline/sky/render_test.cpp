// SPDX-License-Identifier: MIT
#include "pipeline/sky/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

// Everything at once, on a small sensor.
NightOptions busy_night() {
    NightOptions o;
    o.frames = 5;
    o.sensor.width = 150;
    o.sensor.height = 110;
    o.sensor.hot_pixels = 40;
    o.sensor.cold_pixels = 20;
    o.mount.rotation_deg = 20;
    o.anomalies.trails = {{1, {0, 20}, {149, 90}, 300, 3}};
    o.anomalies.shakes = {{2, 6, 1}};
    o.anomalies.clouds = {{3, 0.5, 2}};
    return o;
}

Scene busy_scene(const NightOptions& o, std::uint64_t seed = 1) {
    SceneOptions s = scene_options_for(o);
    s.seed = seed;
    s.n_stars = 60;
    return make_scene(s);
}

TEST(Render, SameBitsForEveryRunnerAndOrder) {
    const NightOptions o = busy_night();
    SerialRunner serial;
    const Night night(o, busy_scene(o), serial);
    std::vector<Image<std::uint16_t>> lights;
    for (int i = 0; i < o.frames; ++i) lights.push_back(light_of(night, i));
    const Image<std::uint16_t> dark = dark_of(night, 1);
    for (const int threads : {2, 5}) {
        ThreadRunner runner(threads);
        const Night again(o, busy_scene(o), runner);
        Image<std::uint16_t> image(night.width(), night.height());
        for (int i = o.frames - 1; i >= 0; --i) {
            render_light(image.view(), again, i, runner);
            EXPECT_TRUE(same_pixels(image, lights[static_cast<std::size_t>(i)]))
                << "frame " << i << ", threads " << threads;
        }
        render_dark(image.view(), again, 1, runner);
        EXPECT_TRUE(same_pixels(image, dark));
    }
}

// FNV-1a over the pixels.
std::uint64_t hash_of(const Image<std::uint16_t>& image) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (int y = 0; y < image.height(); ++y) {
        for (const std::uint16_t v : image.view().row(y)) hash = (hash ^ v) * 0x100000001b3ULL;
    }
    return hash;
}

// The same bits in every build, on every processor, this year and next. A change of the renderer
// that means to change pixels puts the new numbers here.
TEST(Render, GoldenPixels) {
    const NightOptions o = busy_night();
    SerialRunner runner;
    const Night night(o, busy_scene(o), runner);
    EXPECT_EQ(hash_of(light_of(night, 0)), 2723987024850595733u);
    EXPECT_EQ(hash_of(light_of(night, 1)), 15524304985618291541u);
    EXPECT_EQ(hash_of(light_of(night, 2)), 868618307612483877u);
    EXPECT_EQ(hash_of(dark_of(night, 0)), 6585352353313796597u);
}

TEST(Render, WritesOnlyInsideItsView) {
    const NightOptions o = busy_night();
    SerialRunner runner;
    const Night night(o, busy_scene(o), runner);
    Image<std::uint16_t> large(170, 130);
    for (int y = 0; y < 130; ++y) std::ranges::fill(large.view().row(y), std::uint16_t{7});
    render_light(large.view().cropped({10, 10, 150, 110}), night, 2, runner);
    const Image<std::uint16_t> alone = light_of(night, 2);
    for (int y = 0; y < 130; ++y) {
        for (int x = 0; x < 170; ++x) {
            const bool inside = x >= 10 && x < 160 && y >= 10 && y < 120;
            ASSERT_EQ(large.view()(x, y), inside ? alone.view()(x - 10, y - 10) : 7);
        }
    }
}

TEST(Render, NoiseSeedChangesOnlyNoise) {
    NightOptions o = busy_night();
    SerialRunner runner;
    const Night first(o, busy_scene(o), runner);
    o.noise_seed = 2;
    const Night second(o, busy_scene(o), runner);
    const NoiseFreeOptions all{.plane = {}, .light = {}, .response = true, .dark = true};
    for (int i = 0; i < o.frames; ++i) {
        EXPECT_TRUE(same_pixels(noise_free_of(first, i, all), noise_free_of(second, i, all)));
        EXPECT_EQ(first.truth(i).frame_from_scene, second.truth(i).frame_from_scene);
        EXPECT_FALSE(same_pixels(light_of(first, i), light_of(second, i)));
    }
    EXPECT_FALSE(same_pixels(dark_of(first), dark_of(second)));
}

TEST(Render, SceneSeedLeavesNoiseAndCameraAlone) {
    NightOptions o = busy_night();
    SerialRunner runner;
    const Night first(o, busy_scene(o, 1), runner);
    const Night second(o, busy_scene(o, 2), runner);
    EXPECT_TRUE(same_pixels(dark_of(first), dark_of(second)));
    EXPECT_EQ(first.truth(3).frame_from_scene, second.truth(3).frame_from_scene);
    EXPECT_FALSE(same_pixels(noise_free_of(first), noise_free_of(second)));
}

TEST(Render, ConditionsSeedLeavesNoiseAlone) {
    NightOptions o = busy_night();
    SerialRunner runner;
    const Night first(o, busy_scene(o), runner);
    o.conditions_seed = 2;
    const Night second(o, busy_scene(o), runner);
    EXPECT_NE(first.truth(1).fwhm_px, second.truth(1).fwhm_px);
    EXPECT_NE(first.truth(1).transparency, second.truth(1).transparency);
    EXPECT_NE(first.truth(1).frame_from_scene, second.truth(1).frame_from_scene);
    EXPECT_TRUE(same_pixels(dark_of(first), dark_of(second)));
}

TEST(Render, FramesAndKindsHaveNoiseOfTheirOwn) {
    NightOptions o = quiet_night(64, 64);
    o.noise.read = true;
    o.sensor.read_noise_e = 20;
    SerialRunner runner;
    const Night night(o, {}, runner);
    std::vector<Image<std::uint16_t>> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(light_of(night, i));
        all.push_back(dark_of(night, i));
        Image<std::uint16_t> bias(64, 64);
        render_bias(bias.view(), night, i, runner);
        all.push_back(std::move(bias));
        Image<std::uint16_t> flat(64, 64);
        render_flat(flat.view(), night, i, runner, 0);
        all.push_back(std::move(flat));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_NEAR(statistics_of(all[i]).mean, 200, 1.6);
        for (std::size_t k = 0; k < i; ++k) EXPECT_FALSE(same_pixels(all[i], all[k])) << i << " " << k;
    }
}

struct NoiseCase {
    double sky_e;
    double read_e;
    double gain;
};
class Noise : public testing::TestWithParam<NoiseCase> {};

TEST_P(Noise, MeanAndVarianceAreAsExpected) {
    const auto [sky_e, read_e, gain] = GetParam();
    NightOptions o = quiet_night(256, 256);
    o.atmosphere.sky_e = {sky_e, sky_e, sky_e};
    o.sensor.read_noise_e = read_e;
    o.sensor.gain_e_per_adu = gain;
    o.noise = {.shot = true, .read = true, .dark = false, .defects = false, .quantisation = true};
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Statistics s = statistics_of(light_of(night));
    const double variance = (sky_e + read_e * read_e) / (gain * gain) + 1.0 / 12;  // and rounding to ADU
    const double n = 256.0 * 256;
    EXPECT_NEAR(s.mean, 200 + sky_e / gain, 5 * std::sqrt(variance / n));
    EXPECT_NEAR(s.variance / variance, 1, 5 * std::sqrt(2.2 / n));
}
INSTANTIATE_TEST_SUITE_P(Levels, Noise,
                         testing::Values(NoiseCase{4, 2, 1}, NoiseCase{25, 3, 1}, NoiseCase{31, 3, 0.5},
                                         NoiseCase{300, 2.5, 1}, NoiseCase{300, 8, 1.7}, NoiseCase{9000, 2, 0.8}));

TEST(Render, NeighboursAreUncorrelated) {
    NightOptions o = quiet_night(256, 256);
    o.atmosphere.sky_e = {300, 300, 300};
    o.noise = {.shot = true, .read = true, .dark = false, .defects = false, .quantisation = true};
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Image<std::uint16_t> a = light_of(night, 0);
    const Image<std::uint16_t> b = light_of(night, 1);
    const Statistics s = statistics_of(a);
    double right = 0;
    double below = 0;
    double next = 0;
    for (int y = 0; y < 255; ++y) {
        for (int x = 0; x < 255; ++x) {
            const double d = a.view()(x, y) - s.mean;
            right += d * (a.view()(x + 1, y) - s.mean);
            below += d * (a.view()(x, y + 1) - s.mean);
            next += d * (b.view()(x, y) - s.mean);
        }
    }
    const double limit = 5 * 255 * s.variance;
    EXPECT_LT(std::abs(right), limit);
    EXPECT_LT(std::abs(below), limit);
    EXPECT_LT(std::abs(next), limit);
}

TEST(Render, SwitchesTakeSingleSourcesAway) {
    NightOptions o = busy_night();
    o.noise = {.shot = false, .read = false, .dark = false, .defects = false, .quantisation = false};
    SerialRunner runner;
    const Night night(o, busy_scene(o), runner);
    const Image<std::uint16_t> dark = dark_of(night);
    EXPECT_EQ(statistics_of(dark).variance, 0);
    EXPECT_EQ(dark.view()(3, 3), 200 * 16);
    Image<float> light(o.sensor.width, o.sensor.height);
    render_light(light.view(), night, 1, runner);
    const Image<float> expected = noise_free_of(night, 1, {.plane = {}, .light = {}, .response = true});
    std::set<double> steps;
    for (int y = 0; y < light.height(); ++y) {
        for (int x = 0; x < light.width(); ++x) {
            const double adu = 16 * std::min(4095.0, 200.0 + static_cast<double>(expected.view()(x, y)));
            ASSERT_NEAR(light.view()(x, y), adu, 0.02);
            steps.insert(std::fmod(light.view()(x, y), 16));
        }
    }
    EXPECT_GT(steps.size(), 100u);  // no steps of one ADC unit
    o.noise.dark = true;
    const Image<std::uint16_t> with_dark = dark_of(Night(o, {}, runner));
    EXPECT_NEAR(statistics_of(with_dark).mean, (200 + 0.4 * 15) * 16, 3);
    EXPECT_GT(statistics_of(with_dark).variance, 0);
}

TEST(Render, ValuesAreTwelveBitsTimesTheScaleAndClip) {
    NightOptions o = busy_night();
    for (const int scale : {1, 16}) {
        o.sensor.adc_scale = scale;
        SerialRunner runner;
        const Night night(o, one_star(70, 50, 1e6), runner);
        const Image<std::uint16_t> image = light_of(night);
        int top = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (const std::uint16_t v : image.view().row(y)) {
                ASSERT_EQ(v % scale, 0);
                ASSERT_LE(v, 4095 * scale);
                top += v == 4095 * scale;
            }
        }
        EXPECT_GT(top, 9);
        EXPECT_EQ(image.view()(70, 50), 4095 * scale);
    }
}

TEST(Render, FullWellHoldsBeforeTheConverter) {
    NightOptions o = quiet_night(41, 41);
    o.sensor.full_well_e = 2500;
    SerialRunner runner;
    const Image<std::uint16_t> image = light_of(Night(o, one_star(20, 20, 1e6), runner));
    EXPECT_EQ(image.view()(20, 20), 2700);
    EXPECT_EQ(*std::ranges::max_element(image.view().row(20)), 2700);
}

class Cfa : public testing::TestWithParam<CfaPattern> {};

TEST_P(Cfa, EachPixelSeesItsColour) {
    NightOptions o = quiet_night(64, 50);
    o.sensor.cfa = GetParam();
    o.atmosphere.sky_e = {100, 200, 300};
    SerialRunner runner;
    const Scene scene{{{30.2, 25.7, {9000, 3000, 500}}}, {}};
    const Night night(o, scene, runner);
    const Image<float> raw = noise_free_of(night);
    Image<float> planes[3];
    for (const Colour c : {Colour::red, Colour::green, Colour::blue}) {
        planes[static_cast<int>(c)] = noise_free_of(night, 0, {.plane = c});
    }
    for (int y = 0; y < 50; ++y) {
        for (int x = 0; x < 64; ++x) {
            const int colour = static_cast<int>(colour_at(GetParam(), x, y));
            ASSERT_EQ(raw.view()(x, y), planes[colour].view()(x, y));
        }
    }
    EXPECT_EQ(light_of(night).view()(0, 0), 200 + 100 * (1 + static_cast<int>(colour_at(GetParam(), 0, 0))));
    EXPECT_NEAR(moments_about(planes[0], {30.2, 25.7}, 99).sum - 100 * 64 * 50, 9000, 30);
}
INSTANTIATE_TEST_SUITE_P(Patterns, Cfa,
                         testing::Values(CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr));

TEST(Render, MonoSeesTheMeanOfTheColours) {
    NightOptions o = quiet_night(16, 16);
    o.atmosphere.sky_e = {100, 200, 600};
    SerialRunner runner;
    EXPECT_EQ(light_of(Night(o, {}, runner)).view()(3, 4), 500);
}

TEST(Render, HotPixelsAreHotInDarksAndColdOnesColdInFlats) {
    NightOptions o = busy_night();
    o.sensor.dark_spread = 0;
    o.sensor.vignetting = 0;
    o.sensor.hot_min_e_per_s = 10;
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Image<std::uint16_t> dark = dark_of(night);
    Image<std::uint16_t> flat(o.sensor.width, o.sensor.height);
    render_flat(flat.view(), night, 0, runner);
    std::set<std::pair<int, int>> hot;
    for (const HotPixel& p : night.sensor().hot_pixels()) {
        hot.insert({p.x, p.y});
        const double e = (p.extra_e_per_s + 0.4) * o.exposure_s;
        const double adu = std::min(4095.0, 200 + e);
        EXPECT_NEAR(dark.view()(p.x, p.y) / 16.0, adu, 6 * std::sqrt(e + 7));
    }
    ASSERT_EQ(hot.size(), 40u);
    int outliers = 0;
    for (int y = 0; y < dark.height(); ++y) {
        for (int x = 0; x < dark.width(); ++x)
            outliers += dark.view()(x, y) > (200 + 6 + 40) * 16 && !hot.contains({x, y});
    }
    EXPECT_EQ(outliers, 0);
    for (const ColdPixel& p : night.sensor().cold_pixels()) {
        EXPECT_LT(flat.view()(p.x, p.y), 0.6 * (200 + 1947.5) * 16 + 200 * 16);
        EXPECT_NEAR(flat.view()(p.x, p.y) / 16.0, 200 + 1947.5 * p.response, 300);
    }
}

TEST(Render, CalibratedLightIsTheSky) {
    // Truth in a circle: the mean of many lights minus darks over flat is the expected light.
    NightOptions o = busy_night();
    o.frames = 40;
    o.anomalies = {};
    o.mount = {.drift_x_px = 0, .drift_y_px = 0, .dither_px = 0, .rotation_deg = 0, .meridian_flip = false};
    o.atmosphere.rise = 0;
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Image<float> expected = noise_free_of(night);
    Image<float> sum(o.sensor.width, o.sensor.height);
    for (int i = 0; i < o.frames; ++i) {
        const Image<std::uint16_t> light = light_of(night, i);
        const Image<std::uint16_t> dark = dark_of(night, i);
        for (int y = 0; y < sum.height(); ++y) {
            for (int x = 0; x < sum.width(); ++x) {
                sum.view()(x, y) += static_cast<float>(light.view()(x, y) - dark.view()(x, y)) / 16 / 40;
            }
        }
    }
    double miss = 0;
    int n = 0;
    for (int y = 0; y < sum.height(); ++y) {
        for (int x = 0; x < sum.width(); ++x) {
            if (std::abs(sum.view()(x, y) / night.sensor().flat()(x, y) - expected.view()(x, y)) > 40)
                continue;  // defects
            miss += static_cast<double>(sum.view()(x, y) / night.sensor().flat()(x, y) - expected.view()(x, y));
            ++n;
        }
    }
    EXPECT_GT(n, 16400);
    EXPECT_NEAR(miss / n, 0, 5 * std::sqrt(330.0 / 40 / n) + 0.02);
}

TEST(Render, RefusesWrongSizesAndFrames) {
    SerialRunner runner;
    const Night night(quiet_night(20, 10), {}, runner);
    Image<std::uint16_t> wrong(10, 20);
    Image<std::uint16_t> right(20, 10);
    Image<float> plane(21, 10);
    EXPECT_THROW(render_light(wrong.view(), night, 0, runner), OptionError);
    EXPECT_THROW(render_dark(wrong.view(), night, 0, runner), OptionError);
    EXPECT_THROW(render_flat(wrong.view(), night, 0, runner), OptionError);
    EXPECT_THROW(render_bias(wrong.view(), night, 0, runner), OptionError);
    EXPECT_THROW(render_noise_free(plane.view(), night, 0, {}, runner), OptionError);
    EXPECT_THROW(render_light(right.view(), night, 5, runner), OptionError);
    EXPECT_THROW(render_dark(right.view(), night, -1, runner), OptionError);
    EXPECT_THROW(render_flat(right.view(), night, 0, runner, 1.5), OptionError);
}

TEST(Render, OnePixelSensor) {
    NightOptions o = busy_night();
    o.sensor.width = 1;
    o.sensor.height = 1;
    o.sensor.hot_pixels = 0;
    o.sensor.cold_pixels = 0;
    SerialRunner runner;
    const Night night(o, one_star(0, 0, 1000), runner);
    EXPECT_GT(light_of(night).view()(0, 0), 200 * 16);
}

}  // namespace
}  // namespace nightstack::sky
