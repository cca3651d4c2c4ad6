// SPDX-License-Identifier: MIT
#include "pipeline/sky/night.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

TEST(Night, FirstFrameIsTheScene) {
    NightOptions o;
    o.sensor.width = 64;
    o.sensor.height = 48;
    o.sensor.hot_pixels = 5;
    SerialRunner runner;
    EXPECT_EQ(Night(o, {}, runner).truth(0).frame_from_scene, Transform());
}

TEST(Night, MountDriftsTurnsAndFlipsAsAsked) {
    NightOptions o = quiet_night(201, 101);
    o.frames = 9;
    o.mount = {.drift_x_px = 16, .drift_y_px = -8, .dither_px = 0, .rotation_deg = 24, .meridian_flip = true};
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Point centre{100, 50};
    const Transform middle = night.truth(4).frame_from_scene;
    EXPECT_FALSE(night.truth(4).flipped);
    EXPECT_NEAR(middle(centre).x, 108, 1e-9);
    EXPECT_NEAR(middle(centre).y, 46, 1e-9);
    EXPECT_NEAR(middle.rotation_rad(), 12 * M_PI / 180, 1e-9);
    EXPECT_NEAR(middle.scale(), 1, 1e-12);
    const Transform last = night.truth(8).frame_from_scene;
    EXPECT_TRUE(night.truth(5).flipped);
    EXPECT_NEAR(last(centre).x, 200 - 116, 1e-9);
    EXPECT_NEAR(last(centre).y, 100 - 42, 1e-9);
    EXPECT_NEAR(last.rotation_rad(), (24 - 180) * M_PI / 180, 1e-9);
    // x towards y is the direction of growing angle: a point right of the centre moves down.
    EXPECT_GT(middle({150, 50}).y, middle(centre).y);
}

TEST(Night, StarsLieWhereTheTruthSays) {
    NightOptions o = quiet_night(160, 140);
    o.frames = 6;
    o.mount = {.drift_x_px = 14, .drift_y_px = -9, .dither_px = 2, .rotation_deg = 33, .meridian_flip = true};
    SerialRunner runner;
    const Night night(o, one_star(62.4, 81.7, 3e4), runner);
    for (int i = 0; i < o.frames; ++i) {
        const FrameTruth truth = night.truth(i);
        ASSERT_EQ(truth.stars.size(), 1u);
        const Point at{truth.stars[0].x, truth.stars[0].y};
        const Moments m = moments_about(noise_free_of(night, i), at, 30);
        EXPECT_NEAR(m.x, at.x, 0.002) << i;
        EXPECT_NEAR(m.y, at.y, 0.002) << i;
        const Point again = truth.frame_from_scene({62.4, 81.7});
        EXPECT_NEAR(again.x, at.x, 1e-12);
        EXPECT_NEAR(again.y, at.y, 1e-12);
    }
}

TEST(Night, TheLensMovesStarsByItsFormula) {
    NightOptions o = quiet_night(160, 140);
    o.frames = 2;
    o.mount = {.drift_x_px = 14, .drift_y_px = -9, .dither_px = 0, .rotation_deg = 33};
    o.optics.distortion_k1 = -0.1;
    o.optics.distortion_k2 = 0.02;
    SerialRunner runner;
    const Night night(o, one_star(42.4, 101.7, 3e4), runner);
    for (int i = 0; i < o.frames; ++i) {
        const FrameTruth truth = night.truth(i);
        const Point at{truth.stars[0].x, truth.stars[0].y};
        const Moments m = moments_about(noise_free_of(night, i), at, 25);
        EXPECT_NEAR(m.x, at.x, 0.01) << i;
        EXPECT_NEAR(m.y, at.y, 0.01) << i;
        const double dx = at.x - 79.5, dy = at.y - 69.5;
        const double r2 = (dx * dx + dy * dy) / (79.5 * 79.5 + 69.5 * 69.5);
        const Point ideal = truth.frame_from_scene({42.4, 101.7});
        EXPECT_NEAR(79.5 + dx * (1 - 0.1 * r2 + 0.02 * r2 * r2), ideal.x, 1e-9);
        EXPECT_NEAR(69.5 + dy * (1 - 0.1 * r2 + 0.02 * r2 * r2), ideal.y, 1e-9);
        EXPECT_GT(std::hypot(ideal.x - at.x, ideal.y - at.y), 0.1);
    }
}

TEST(Night, DitherStaysInItsDisc) {
    NightOptions o = quiet_night(16, 16);
    o.frames = 300;
    o.mount.dither_px = 2;
    SerialRunner runner;
    const Night night(o, {}, runner);
    double most = 0;
    double sum = 0;
    for (int i = 1; i < o.frames; ++i) {
        const Point p = night.truth(i).frame_from_scene({0, 0});
        most = std::max(most, std::hypot(p.x, p.y));  // against frame 0, which has a dither of its own
        sum += p.x * p.x + p.y * p.y;
    }
    EXPECT_LE(most, 4);
    EXPECT_GT(most, 1.5);
    EXPECT_GT(sum / o.frames, 1.0);  // variance of the disc: radius^2 / 2 = 2, plus that of frame 0
}

TEST(Night, MarginCoversWhatTheMountShows) {
    NightOptions o = quiet_night(300, 200);
    o.frames = 30;
    o.mount = {.drift_x_px = 25, .drift_y_px = 40, .dither_px = 3, .rotation_deg = 70, .meridian_flip = true};
    SerialRunner runner;
    const int margin = scene_options_for(o).margin_px;
    const Night night(o, {}, runner);
    for (int i = 0; i < o.frames; ++i) {
        const Transform scene_from_frame = night.truth(i).frame_from_scene.inverse();
        for (const Point corner : {Point{0, 0}, Point{299, 0}, Point{0, 199}, Point{299, 199}}) {
            const Point p = scene_from_frame(corner);
            EXPECT_GT(p.x, -margin);
            EXPECT_GT(p.y, -margin);
            EXPECT_LT(p.x, 299 + margin);
            EXPECT_LT(p.y, 199 + margin);
        }
    }
}

TEST(Night, SkyHasItsGradientAndRises) {
    NightOptions o = quiet_night(100, 80);
    o.frames = 8;
    o.mount.meridian_flip = true;
    o.atmosphere.sky_e = {100, 200, 300};
    o.atmosphere.gradient_x = 0.2;
    o.atmosphere.gradient_y = -0.4;
    o.atmosphere.rise = 0.7;
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Image<float> first = noise_free_of(night, 0, {.plane = Colour::green});
    EXPECT_NEAR(first.view()(99, 40) - first.view()(0, 40), 200 * 0.2 * 0.99, 0.01);
    EXPECT_NEAR(first.view()(50, 79) - first.view()(50, 0), -200 * 0.4 * 79 / 80, 0.01);
    EXPECT_NEAR(statistics_of(first).mean, 200, 1e-3);
    const Image<float> last = noise_free_of(night, 7, {.plane = Colour::green});
    EXPECT_NEAR(statistics_of(last).mean, 340, 1e-3);
    EXPECT_LT(last.view()(99, 40), last.view()(0, 40));  // turned by the flip
    EXPECT_DOUBLE_EQ(night.truth(7).gradient_x, -0.2);
    EXPECT_DOUBLE_EQ(night.truth(7).sky_e.b, 510);
}

TEST(Night, SeeingAndTransparencyVaryAsAsked) {
    NightOptions o = quiet_night(16, 16);
    o.frames = 400;
    o.optics.fwhm_px = 3;
    o.optics.fwhm_jitter = 0.05;
    o.atmosphere.transparency_spread = 0.2;
    SerialRunner runner;
    const Night night(o, {}, runner);
    double fwhm = 0;
    double fwhm2 = 0;
    double transparency = 0;
    for (int i = 0; i < o.frames; ++i) {
        const FrameTruth t = night.truth(i);
        fwhm += t.fwhm_px / o.frames;
        fwhm2 += t.fwhm_px * t.fwhm_px / o.frames;
        transparency += t.transparency / o.frames;
        EXPECT_LE(t.transparency, 1);
        EXPECT_GE(t.transparency, 0.8);
    }
    EXPECT_NEAR(fwhm, 3, 0.03);
    EXPECT_NEAR(std::sqrt(fwhm2 - fwhm * fwhm), 0.15, 0.025);
    EXPECT_NEAR(transparency, 0.9, 0.015);
}

TEST(Night, TruthListsOnlyStarsInTheFrame) {
    NightOptions o = quiet_night(50, 40);
    o.mount.drift_x_px = 20;
    SerialRunner runner;
    const Scene scene{{{-10, 20, {1, 2, 3}}, {45, 20, {4, 5, 6}}, {-0.5, 39.4, {1, 1, 1}}, {20, 39.5, {1, 1, 1}}}, {}};
    const Night night(o, scene, runner);
    const FrameTruth first = night.truth(0);
    ASSERT_EQ(first.stars.size(), 2u);
    EXPECT_EQ(first.stars[0].scene_index, 1);
    EXPECT_EQ(first.stars[1].scene_index, 2);
    const FrameTruth last = night.truth(4);
    ASSERT_EQ(last.stars.size(), 2u);
    EXPECT_EQ(last.stars[0].scene_index, 0);
    EXPECT_NEAR(last.stars[0].x, 10, 1e-12);
    EXPECT_EQ(last.stars[0].flux_e, (Rgb{1, 2, 3}));
}

TEST(Night, RefusesWhatCannotBe) {
    SerialRunner runner;
    const auto refused = [&](auto change) {
        NightOptions o = quiet_night(8, 8);
        change(o);
        EXPECT_THROW(Night(o, {}, runner), OptionError);
    };
    refused([](NightOptions& o) { o.frames = 0; });
    refused([](NightOptions& o) { o.exposure_s = -1; });
    refused([](NightOptions& o) { o.mount.rotation_deg = 1e6; });
    refused([](NightOptions& o) { o.mount.drift_x_px = NAN; });
    refused([](NightOptions& o) { o.mount.dither_px = -1; });
    refused([](NightOptions& o) { o.atmosphere.gradient_x = 3; });
    refused([](NightOptions& o) { o.atmosphere.sky_e.r = -1; });
    refused([](NightOptions& o) { o.atmosphere.transparency_spread = 2; });
    refused([](NightOptions& o) { o.sensor.bits = 0; });
    refused([](NightOptions& o) { o.optics.distortion_k1 = -0.4; });
    EXPECT_THROW(Night(quiet_night(8, 8), one_star(NAN, 2, 5), runner), OptionError);
    EXPECT_THROW(Night(quiet_night(8, 8), one_star(2, 2, -5), runner), OptionError);
    const Night night(quiet_night(8, 8), {}, runner);
    EXPECT_THROW(night.truth(-1), OptionError);
    EXPECT_THROW(night.truth(5), OptionError);
}

}  // namespace
}  // namespace nightstack::sky
