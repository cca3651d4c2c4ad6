// SPDX-License-Identifier: MIT
#include "pipeline/sky/exposure.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

// A camera of 64 x 48 with everything it can have, and a scene.
struct Bench {
    SensorOptions options = [] {
        SensorOptions o;
        o.width = 64;
        o.height = 48;
        o.cfa = CfaPattern::gbrg;
        o.hot_pixels = 10;
        o.cold_pixels = 4;
        o.adc_scale = 1;
        return o;
    }();
    SerialRunner runner;
    SensorModel sensor{options, runner};
    Scene scene{{{20.3, 22.8, {4000, 3000, 2000}}, {44.7, 30.1, {1000, 1500, 2500}}}, {}};
    FrameTruth truth = [] {
        FrameTruth t;
        t.fwhm_px = 2.5;
        t.sky_e = {20, 30, 25};
        t.gradient_y = 0.3;
        return t;
    }();
    ExposureOptions exposure;

    Image<std::uint16_t> light() {
        Image<std::uint16_t> image(64 / exposure.binning, 48 / exposure.binning);
        render_light(image.view(), scene, truth, sensor, exposure, runner);
        return image;
    }
    Image<float> expected(int binning) {
        Image<float> image(64 / binning, 48 / binning);
        ExposureOptions with = exposure;
        with.binning = binning;
        render_noise_free(image.view(), scene, truth, sensor, with,
                          {.plane = {}, .light = {}, .response = true, .dark = true}, runner);
        return image;
    }
};

// The four pixels of one colour in each block of 4 x 4.
TEST(Exposure, BinnedExpectationIsTheSumOfFourOfOneColour) {
    Bench bench;
    const Image<float> one = bench.expected(1);
    const Image<float> two = bench.expected(2);
    for (int y = 0; y < 24; ++y) {
        for (int x = 0; x < 32; ++x) {
            const int px = 4 * (x / 2) + x % 2;
            const int py = 4 * (y / 2) + y % 2;
            ASSERT_EQ(colour_at(CfaPattern::gbrg, x, y), colour_at(CfaPattern::gbrg, px, py));
            const auto v = one.cview();
            const double sum = v(px, py) + v(px + 2, py) + v(px, py + 2) + v(px + 2, py + 2);
            ASSERT_NEAR(two.cview()(x, y), sum, 1e-3) << x << "," << y;
        }
    }
}

TEST(Exposure, BinnedFrameHasTheMeanAndTheNoiseOfFourPixels) {
    Bench bench;
    bench.exposure.binning = 2;
    bench.scene.stars.clear();
    bench.truth.gradient_y = 0;
    bench.truth.sky_e = {30, 30, 30};
    bench.exposure.noise.dark = bench.exposure.noise.defects = false;
    bench.options.vignetting = bench.options.pixel_response = 0;
    bench.options.cold_pixels = 0;
    const SensorModel plain(bench.options, bench.runner);
    double mean = 0, square = 0;
    const int frames = 20;
    Image<std::uint16_t> image(32, 24);
    for (int i = 0; i < frames; ++i) {
        bench.exposure.number = static_cast<std::uint64_t>(i);
        render_light(image.view(), bench.scene, bench.truth, plain, bench.exposure, bench.runner);
        const Statistics s = statistics_of(image);
        mean += s.mean / frames;
        square += s.variance / frames;
    }
    EXPECT_NEAR(mean, 4 * (200 + 30), 0.5);
    EXPECT_NEAR(square, 4 * (30 + 2.5 * 2.5 + 1.0 / 12), 5);
}

TEST(Exposure, BlackAndWhiteOfASum) {
    Bench bench;
    bench.exposure.binning = 2;
    for (const int scale : {1, 16}) {
        bench.exposure.converter = bench.options;
        bench.exposure.converter->adc_scale = scale;
        bench.truth.anomalies.defect = DefectKind::saturated;
        const int written = scale == 1 ? 1 : 4;  // 16 x 16380 would not fit
        EXPECT_EQ(bench.light().view()(3, 3), 16380 * written);
        bench.truth.anomalies.defect.reset();
        bench.truth.sky_e = {1e6, 1e6, 1e6};
        EXPECT_EQ(bench.light().view()(3, 3), 16380 * written);
        Image<std::uint16_t> image(32, 24);
        ExposureOptions quiet = bench.exposure;
        quiet.noise = {.shot = false, .read = false, .dark = false, .defects = false, .quantisation = true};
        render_bias(image.view(), bench.sensor, quiet, bench.runner);
        EXPECT_EQ(image.view()(3, 3), 800 * written);
    }
}

TEST(Exposure, AnotherGainNeedsNoOtherSensor) {
    Bench bench;
    bench.exposure.noise.read = bench.exposure.noise.shot = false;
    const Image<std::uint16_t> one = bench.light();
    bench.exposure.converter = bench.options;
    bench.exposure.converter->gain_e_per_adu = 0.5;
    const Image<std::uint16_t> half = bench.light();
    EXPECT_NEAR(half.view()(5, 5) - 200, 2 * (one.view()(5, 5) - 200), 1.01);
}

TEST(Exposure, WarmthIsMoreOfTheSameDark) {
    Bench bench;
    bench.exposure.noise.read = bench.exposure.noise.shot = bench.exposure.noise.quantisation = false;
    Image<std::uint16_t> cold(64, 48), warm(64, 48);
    bench.exposure.converter = bench.options;
    bench.exposure.converter->gain_e_per_adu = 0.05;
    render_dark(cold.view(), bench.sensor, bench.exposure, bench.runner);
    bench.exposure.dark_s *= 2;
    render_dark(warm.view(), bench.sensor, bench.exposure, bench.runner);
    for (int x = 0; x < 64; ++x) {
        if (warm.view()(x, 7) == 4095) continue;
        ASSERT_NEAR(warm.view()(x, 7) - 200, 2 * (cold.view()(x, 7) - 200), 2);
    }
}

TEST(Exposure, RefusesWhatCannotBe) {
    Bench bench;
    Image<std::uint16_t> image(64, 48);
    bench.exposure.binning = 3;
    EXPECT_THROW(render_dark(image.view(), bench.sensor, bench.exposure, bench.runner), OptionError);
    bench.exposure.binning = 2;
    EXPECT_THROW(render_dark(image.view(), bench.sensor, bench.exposure, bench.runner), OptionError);
    bench.options.height = 50;
    const SensorModel odd(bench.options, bench.runner);
    Image<std::uint16_t> half(32, 25);
    EXPECT_THROW(render_dark(half.view(), odd, bench.exposure, bench.runner), OptionError);
    bench.exposure.binning = 1;
    bench.scene.stars[0].x = NAN;
    EXPECT_THROW(render_light(image.view(), bench.scene, bench.truth, bench.sensor, bench.exposure, bench.runner),
                 OptionError);
}

}  // namespace
}  // namespace nightstack::sky
