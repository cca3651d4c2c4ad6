// SPDX-License-Identifier: MIT
#include "pipeline/sky/anomalies.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

// The slow twin: distance to the segment for each pixel.
double trail_twin(const Trail& t, int x, int y) {
    const double length = std::hypot(t.to.x - t.from.x, t.to.y - t.from.y);
    const double ux = (t.to.x - t.from.x) / length;
    const double uy = (t.to.y - t.from.y) / length;
    const double along = (x - t.from.x) * ux + (y - t.from.y) * uy;
    const double across = (y - t.from.y) * ux - (x - t.from.x) * uy;
    if (along < 0 || along > length) return 0;
    return t.peak_e * std::pow(2.0, -4 * across * across / (t.width_px * t.width_px));
}

class TrailOf : public testing::TestWithParam<Trail> {};

TEST_P(TrailOf, LiesWhereItShouldInItsFrameOnly) {
    NightOptions o = quiet_night(120, 90);
    o.anomalies.trails = {GetParam()};
    SerialRunner runner;
    const Night night(o, {}, runner);
    const Image<float> image = noise_free_of(night, 2);
    for (int y = 0; y < 90; ++y) {
        for (int x = 0; x < 120; ++x)
            ASSERT_NEAR(image.view()(x, y), trail_twin(GetParam(), x, y), 0.01) << x << " " << y;
    }
    EXPECT_GT(statistics_of(image).mean, 1);
    EXPECT_EQ(statistics_of(noise_free_of(night, 1)).mean, 0);
    EXPECT_EQ(statistics_of(noise_free_of(night, 2, {.plane = {}, .light = {.trails = false}})).mean, 0);
    EXPECT_EQ(night.truth(2).anomalies.trails.size(), 1u);
    EXPECT_TRUE(night.truth(1).anomalies.trails.empty());
}
INSTANTIATE_TEST_SUITE_P(Lines, TrailOf,
                         testing::Values(Trail{2, {-50, 10}, {300, 70}, 500, 3}, Trail{2, {60, -20}, {60, 200}, 300, 2},
                                         Trail{2, {-5, 45}, {200, 45}, 300, 2}, Trail{2, {100, 80}, {20, 10}, 200, 6}));

TEST(Anomalies, CloudTakesStarlightAndAddsSky) {
    NightOptions o = quiet_night(64, 64);
    o.atmosphere.sky_e = {100, 100, 100};
    o.anomalies.clouds = {{3, 0.3, 2.5}};
    SerialRunner runner;
    const Night night(o, one_star(31, 32, 5000), runner);
    const NoiseFreeOptions only_stars{.plane = {}, .light = {.sky = false}};
    EXPECT_NEAR(moments_about(noise_free_of(night, 2, only_stars), {31, 32}, 99).sum, 5000, 15);
    EXPECT_NEAR(moments_about(noise_free_of(night, 3, only_stars), {31, 32}, 99).sum, 1500, 5);
    EXPECT_NEAR(noise_free_of(night, 3).view()(2, 2), 250, 0.1);
    EXPECT_DOUBLE_EQ(night.truth(3).transparency, 0.3);
    EXPECT_DOUBLE_EQ(night.truth(3).stars[0].flux_e.g, 1500);
    EXPECT_DOUBLE_EQ(night.truth(3).sky_e.g, 250);
}

TEST(Anomalies, ShakeDrawsStarsOutAlongItsLine) {
    NightOptions o = quiet_night(121, 121);
    o.optics.beta = 8;
    o.anomalies.shakes = {{1, 12, 0.6}};
    SerialRunner runner;
    const Night night(o, one_star(60.3, 59.8, 20000), runner);
    const Moments still = moments_about(noise_free_of(night, 0), {60.3, 59.8}, 50);
    const Moments shaken = moments_about(noise_free_of(night, 1), {60.3, 59.8}, 50);
    EXPECT_NEAR(shaken.sum, still.sum, 0.003 * still.sum);
    EXPECT_NEAR(shaken.x, 60.3, 0.002);
    EXPECT_NEAR(shaken.y, 59.8, 0.002);
    EXPECT_NEAR(0.5 * std::atan2(2 * shaken.xy, shaken.xx - shaken.yy), 0.6, 0.01);
    const double extra = shaken.xx + shaken.yy - still.xx - still.yy;
    EXPECT_NEAR(extra, 12 * 12 / 12.0, 0.3);  // variance of an even line
}

TEST(Anomalies, DefectiveFrames) {
    NightOptions o = quiet_night(32, 20);
    o.sensor.bits = 12;
    o.sensor.adc_scale = 16;
    o.atmosphere.sky_e = {500, 500, 500};
    o.anomalies.defects = {
        {0, DefectKind::zero}, {1, DefectKind::capped}, {2, DefectKind::saturated}, {3, DefectKind::half_read}};
    SerialRunner runner;
    const Night night(o, {}, runner);
    EXPECT_EQ(statistics_of(light_of(night, 0)).mean, 0);
    EXPECT_EQ(statistics_of(light_of(night, 1)).mean, 200 * 16);
    EXPECT_EQ(statistics_of(light_of(night, 2)).mean, 65520);
    const Image<std::uint16_t> half = light_of(night, 3);
    EXPECT_EQ(half.view()(5, 9), 700 * 16);
    EXPECT_EQ(half.view()(5, 10), 0);
    EXPECT_EQ(statistics_of(light_of(night, 4)).mean, 700 * 16);
}

TEST(Anomalies, RefusesWhatCannotBe) {
    Anomalies a;
    a.trails = {{0, {1, 1}, {1, 1}, 10, 3}};
    EXPECT_THROW(a.check(), OptionError);
    a.trails = {{0, {1, 1}, {NAN, 5}, 10, 3}};
    EXPECT_THROW(a.check(), OptionError);
    a.trails = {{0, {1, 1}, {9, 1}, 10, 0.2}};
    EXPECT_THROW(a.check(), OptionError);
    a = {};
    a.clouds = {{0, 1.2, 1}};
    EXPECT_THROW(a.check(), OptionError);
    a = {};
    a.shakes = {{0, -3, 0}};
    EXPECT_THROW(a.check(), OptionError);
}

}  // namespace
}  // namespace nightstack::sky
