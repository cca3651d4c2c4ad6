// SPDX-License-Identifier: MIT
#include "pipeline/graph/measure_lights.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "pipeline/stages/calibrate/repair_rows.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

std::vector<LightMeasurement> measure(std::span<const Light> lights) {
    SerialRunner serial;
    return measure_lights(lights, serial, 1, [] {}, {});
}

LightMeasurement measure_picture(const Image<float>& picture, const StreamFormat& format) {
    const std::vector<Light> lights{light_of(picture.cview(), format, "one")};
    return measure(lights).front();
}

Image<float> constant(int width, int height, float value) {
    Image<float> picture(width, height);
    for (int y = 0; y < height; ++y) {
        for (float& v : picture.view().row(y)) v = value;
    }
    return picture;
}

bool same(const LightMeasurement& a, const LightMeasurement& b) {
    if (a.stars.size() != b.stars.size() || a.sky_mesh.level != b.sky_mesh.level) return false;
    for (std::size_t i = 0; i < a.stars.size(); ++i) {
        if (a.stars[i].x != b.stars[i].x || a.stars[i].y != b.stars[i].y || a.stars[i].flux != b.stars[i].flux)
            return false;
    }
    for (std::size_t p = 0; p < 3; ++p) {
        if (a.sky[p].level != b.sky[p].level || a.sky[p].sigma != b.sky[p].sigma) return false;
    }
    return a.report.fwhm_px == b.report.fwhm_px && a.white_adu == b.white_adu && a.highest_adu == b.highest_adu &&
           a.noise_adu == b.noise_adu && a.judgement.reason == b.judgement.reason;
}

TEST(MeasureLights, FiguresAreNearTruth) {
    for (const double fwhm : {2.5, 4.0}) {
        sky::NightOptions o = quiet_night(1);
        o.optics.fwhm_px = fwhm;
        o.atmosphere.sky_e = {220, 400, 300};
        const RenderedNight night(o, 80);
        const LightMeasurement m = measure(night.lights()).front();
        ASSERT_TRUE(m.usable()) << m.judgement.text;
        EXPECT_NEAR(m.report.fwhm_px, fwhm, 0.06 * fwhm);
        EXPECT_GT(m.report.roundness, 0.9);
        EXPECT_GT(m.stars.size(), 40U);
        const double want[] = {220, 400, 300};
        for (std::size_t p = 0; p < 3; ++p) {
            EXPECT_NEAR(m.sky[p].level, 200 + want[p], 0.02 * want[p]) << p;
            EXPECT_NEAR(m.sky[p].sigma, std::sqrt(want[p] + 2.5 * 2.5), 0.05 * std::sqrt(want[p])) << p;
        }
        EXPECT_FALSE(m.white_adu);
    }
}

TEST(MeasureLights, MonoHasOneColour) {
    sky::NightOptions o = quiet_night(1);
    o.sensor.cfa.reset();
    o.atmosphere.sky_e = {300, 300, 300};
    const LightMeasurement m = measure(RenderedNight(o, 80).lights()).front();
    ASSERT_TRUE(m.usable());
    EXPECT_NEAR(m.sky[0].level, 500, 5);
    EXPECT_EQ(m.sky_mesh.colours, 1);
}

TEST(MeasureLights, ColourPicturesGiveThreeSkies) {
    sky::NightOptions o = quiet_night(1);
    o.sensor.cfa.reset();
    const RenderedNight night(o, 80);
    Light light = night.lights().front();
    light.format.kind = PixelKind::rgb;
    const auto mono = light.read;
    light.read = [mono](ImageView<float> out, Rect region, int plane) {
        mono(out, region, 0);
        for (int y = 0; y < out.height(); ++y) {
            for (float& v : out.row(y)) v += 100.0F * static_cast<float>(plane);
        }
    };
    const std::vector<Light> lights{light};
    const LightMeasurement m = measure(lights).front();
    ASSERT_TRUE(m.usable());
    EXPECT_GT(m.stars.size(), 40U);
    EXPECT_NEAR(m.sky[1].level - m.sky[0].level, 100, 0.01);
    EXPECT_NEAR(m.sky[2].level - m.sky[0].level, 200, 0.01);
    EXPECT_EQ(m.sky_mesh.colours, 3);
}

TEST(MeasureLights, FindsTheWhiteLevelOfSaturatedStars) {
    sky::NightOptions o = quiet_night(1);
    o.sensor.bits = 12;
    o.sensor.adc_scale = 16;
    o.sensor.gain_e_per_adu = 1;
    o.sensor.full_well_e = 12000;
    sky::Scene scene;
    for (int i = 0; i < 40; ++i) scene.stars.push_back({40.0 + 10 * i, 30.0 + (37 * i) % 260, sky::Rgb{2e5, 2e5, 2e5}});
    const LightMeasurement m = measure(RenderedNight(o, scene).lights()).front();
    ASSERT_TRUE(m.white_adu);
    EXPECT_EQ(*m.white_adu, 4095 * 16);
    EXPECT_EQ(m.highest_adu, 4095 * 16);
    EXPECT_GT(m.report.saturated, 0);
}

TEST(MeasureLights, NamesFramesWithoutAPicture) {
    sky::NightOptions o = quiet_night(5);
    o.anomalies.defects = {{1, sky::DefectKind::zero}, {2, sky::DefectKind::capped}, {3, sky::DefectKind::saturated}};
    RenderedNight night(o, 80);
    for (int y = 0; y < 200; ++y) {
        for (float& v : night.frame(4).row(y)) v = std::numeric_limits<float>::quiet_NaN();
    }
    const auto all = measure(night.lights());
    EXPECT_TRUE(all[0].usable());
    EXPECT_EQ(all[1].judgement.reason, Reason::black);
    EXPECT_EQ(all[1].judgement.verdict, Verdict::rejected);
    EXPECT_LT(all[2].stars.size(), 8U);  // chance: one usable star in a frame this size is no match yet
    EXPECT_EQ(all[3].judgement.reason, Reason::saturated);
    EXPECT_EQ(all[4].judgement.reason, Reason::black);
    EXPECT_NE(all[4].judgement.text.find("NaN"), std::string::npos);
    EXPECT_NE(all[4].judgement.text.find(std::to_string(200 * 480)), std::string::npos);
    for (const std::size_t i : {1U, 3U, 4U}) EXPECT_FALSE(all[i].judgement.text.empty());
}

TEST(MeasureLights, AConstantFrameBelowWhatOthersReachIsBlackNotSaturated) {
    const RenderedNight night(quiet_night(1), 80);
    const Image<float> pedestal = constant(480, 320, 200);
    const Image<float> white = constant(480, 320, 65535);
    std::vector<Light> lights = night.lights();
    lights.push_back(light_of(pedestal.cview(), night.format(), "pedestal"));
    lights.push_back(light_of(white.cview(), night.format(), "white"));
    const auto all = measure(lights);
    EXPECT_EQ(all[1].judgement.reason, Reason::black) << all[1].judgement.text;
    EXPECT_EQ(all[2].judgement.reason, Reason::saturated) << all[2].judgement.text;
}

TEST(MeasureLights, InfiniteAndHugePixelsDoNoHarm) {
    RenderedNight night(quiet_night(1), 80);
    const double highest = measure(night.lights()).front().highest_adu;
    for (int i = 0; i < 9; ++i) night.frame(0)(20 * i + 3, 7 * i + 2) = std::numeric_limits<float>::infinity();
    const LightMeasurement m = measure(night.lights()).front();
    EXPECT_TRUE(m.usable());
    EXPECT_EQ(m.highest_adu, highest);
    EXPECT_FALSE(m.white_adu);
    const Image<float> huge = constant(64, 64, 1e30F);
    EXPECT_FALSE(measure_picture(huge, {64, 64, PixelKind::mono, {}}).usable());
    const Image<float> infinite = constant(64, 64, -std::numeric_limits<float>::infinity());
    EXPECT_EQ(measure_picture(infinite, {64, 64, PixelKind::mono, {}}).judgement.reason, Reason::black);
}

TEST(MeasureLights, TinyFramesAreRefusedNotCrashedOn) {
    for (const int side : {1, 2, 3, 5, 9, 17, 40}) {
        Image<float> picture = constant(side, side, 10);
        picture.view()(0, 0) = 20;
        for (const PixelKind kind : {PixelKind::mono, PixelKind::cfa, PixelKind::rgb}) {
            StreamFormat format{side, side, kind, {}};
            if (kind == PixelKind::cfa) format.cfa = CfaPattern::rggb;
            EXPECT_FALSE(measure_picture(picture, format).usable()) << side;
        }
    }
}

TEST(MeasureLights, WhatReadThrowsBecomesAVerdict) {
    const RenderedNight night(quiet_night(1), 80);
    std::vector<Light> lights(5, night.lights().front());
    lights[0].read = [](ImageView<float>, Rect, int) { throw FormatError("a.fits: ends after 17 bytes"); };
    lights[1].read = [](ImageView<float>, Rect, int) { throw IoError("b.fits: Input/output error", 5); };
    lights[2].read = [](ImageView<float>, Rect, int) {
        throw std::system_error(std::make_error_code(std::errc::io_error), "c.fits");
    };
    lights[3].settled = Judgement{Verdict::failed, Reason::size, "too small", {}};
    lights[3].read = [](ImageView<float>, Rect, int) { FAIL() << "a settled light is not read"; };
    const auto all = measure(lights);
    EXPECT_EQ(all[0].judgement.verdict, Verdict::failed);
    EXPECT_EQ(all[0].judgement.reason, Reason::truncated);
    EXPECT_EQ(all[0].judgement.text, "a.fits: ends after 17 bytes");
    EXPECT_EQ(all[1].judgement.reason, Reason::io);
    EXPECT_EQ(all[2].judgement.verdict, Verdict::failed);
    EXPECT_EQ(all[2].judgement.reason, Reason::io);
    EXPECT_EQ(all[3].judgement.reason, Reason::size);
    EXPECT_TRUE(all[4].usable());
}

TEST(MeasureLights, BugsAndRequestsToStopAreNoVerdicts) {
    std::vector<Light> lights = RenderedNight(quiet_night(1), 5).lights();
    lights[0].read = [](ImageView<float>, Rect, int) { throw std::logic_error("bug"); };
    EXPECT_THROW(measure(lights), std::logic_error);
    lights[0].read = [](ImageView<float>, Rect, int) { throw Interrupted(); };
    EXPECT_THROW(measure(lights), Interrupted);
    lights[0].read = [](ImageView<float>, Rect, int) { throw std::bad_alloc(); };
    EXPECT_THROW(measure(lights), std::bad_alloc);
}

TEST(MeasureLights, SameForEveryRunnerAndNumberOfWorkers) {
    sky::NightOptions o = quiet_night(6, 320, 240);
    o.mount = {9, -5, 1, 5, false};
    o.anomalies.defects = {{2, sky::DefectKind::zero}};
    o.sensor.hot_pixels = 60;
    const RenderedNight night(o, 60);
    Calibration calibration;
    calibration.filter_impulses = true;
    const auto lights = calibrated_by(calibration, night.lights());
    const auto want = measure(lights);
    ThreadRunner threads(4);
    TbbRunner tbb(3);
    SerialRunner serial;
    for (Runner* runner : std::initializer_list<Runner*>{&threads, &tbb, &serial}) {
        for (const int workers : {1, 2, 4}) {
            std::atomic<int> done{0};
            const auto got = measure_lights(lights, *runner, workers, [&] { ++done; }, {});
            EXPECT_EQ(done, 6);
            for (std::size_t i = 0; i < want.size(); ++i) EXPECT_TRUE(same(got[i], want[i])) << i << " " << workers;
        }
    }
}

TEST(MeasureLights, FramesWithoutMeasurableNoisePassTheImpulseFilter) {
    sky::NightOptions o = quiet_night(1);
    RenderedNight night(o, 80);
    for (int y = 0; y < 320; ++y) {  // steps of 256 ADU swallow a noise of 17
        for (float& v : night.frame(0).row(y)) v = 256 * std::floor(v / 1024);
    }
    Calibration calibration;
    calibration.filter_impulses = true;
    const LightMeasurement m = measure(calibrated_by(calibration, night.lights())).front();
    EXPECT_EQ(m.noise_adu, 0);
    EXPECT_NE(m.judgement.verdict, Verdict::failed);
}

TEST(MeasureLights, StopsWhenAsked) {
    const RenderedNight night(quiet_night(6, 200, 160), 20);
    std::stop_source stop;
    ThreadRunner threads(2);
    std::atomic<int> done{0};
    const auto count = [&] {
        ++done;
        stop.request_stop();
    };
    const auto lights = night.lights();
    EXPECT_THROW(measure_lights(lights, threads, 2, count, stop.get_token()), Interrupted);
    EXPECT_LE(done, 2);
}

// Rows are looked at as they are read; what changes pixels after that must not show.
TEST(MeasureLights, FiguresAreThoseOfThePixelsThatStay) {
    RenderedNight night(quiet_night(2), 80);
    for (float* pixel : {&night.frame(1)(100, 50), &night.frame(1)(300, 200)}) {
        *pixel = std::numeric_limits<float>::quiet_NaN();
    }
    Calibration filtered;
    filtered.filter_impulses = true;
    std::vector<Light> lights = night.lights();
    const std::vector<Light> others = calibrated_by(filtered, night.lights());
    lights.insert(lights.end(), others.begin(), others.end());
    MeasureScratch scratch;
    SerialRunner serial;
    for (const Light& light : lights) {
        const LightMeasurement m = measure_light(light, scratch, serial);
        ASSERT_TRUE(m.usable()) << m.judgement.text;
        const ImageView<const float> left = scratch.prepare.raw.cview();
        ASSERT_TRUE(all_finite(left));
        DetectOptions options;
        options.mosaic = true;
        StarList want;
        const StarReport report = find_stars(want, left, options, serial);
        ASSERT_EQ(m.stars.size(), want.size());
        for (std::size_t i = 0; i < want.size(); ++i) ASSERT_EQ(m.stars[i].x, want[i].x);
        EXPECT_EQ(m.report.noise, report.noise);
        EXPECT_EQ(m.sky_mesh.level, measure_sky_mesh(left, light.format.cfa, m.sky_mesh.cell_px).level);
    }
}

}  // namespace
}  // namespace nightstack
