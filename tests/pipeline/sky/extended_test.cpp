// SPDX-License-Identifier: MIT
#include "pipeline/sky/extended.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

Scene one_object(const ExtendedObject& object) { return {{}, {object}}; }

ExtendedObject ellipse(Profile profile) {
    ExtendedObject o;
    o.profile = profile;
    o.x = 101.3;
    o.y = 98.6;
    o.half_light_px = 14;
    o.axis_ratio = 0.5;
    o.angle_rad = 0.5;
    o.flux_e = {2e5, 1e5, 6e4};
    return o;
}

class Extended : public testing::TestWithParam<Profile> {};

TEST_P(Extended, HoldsItsLightInEachColour) {
    SerialRunner runner;
    const Night night(quiet_night(200, 200), one_object(ellipse(GetParam())), runner);
    for (const Colour c : {Colour::red, Colour::green, Colour::blue}) {
        const Moments m = moments_about(noise_free_of(night, 0, {.plane = c}), {100, 100}, 1000);
        EXPECT_NEAR(m.sum / ellipse(GetParam()).flux_e.of(c), 1, 0.003);
        EXPECT_NEAR(m.x, 101.3, 0.03);
        EXPECT_NEAR(m.y, 98.6, 0.03);
    }
}

TEST_P(Extended, HalfOfTheLightLiesInTheHalfLightEllipse) {
    NightOptions o = quiet_night(200, 200);
    o.optics.fwhm_px = 1;
    SerialRunner runner;
    const ExtendedObject object = ellipse(GetParam());
    const Image<float> image = noise_free_of(Night(o, one_object(object), runner), 0, {.plane = Colour::red});
    double inside = 0;
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 200; ++x) {
            const double along = (x - object.x) * std::cos(0.5) + (y - object.y) * std::sin(0.5);
            const double across = (y - object.y) * std::cos(0.5) - (x - object.x) * std::sin(0.5);
            if (std::hypot(along, across / object.axis_ratio) <= object.half_light_px) inside += image.view()(x, y);
        }
    }
    EXPECT_NEAR(inside / object.flux_e.r, 0.5, 0.01);
}

TEST_P(Extended, TurnsWithTheField) {
    NightOptions o = quiet_night(200, 200);
    o.mount.rotation_deg = 40;
    SerialRunner runner;
    const Night night(o, one_object(ellipse(GetParam())), runner);
    const Moments m = moments_about(noise_free_of(night, o.frames - 1), {100, 100}, 1000);
    const double angle = 0.5 * std::atan2(2 * m.xy, m.xx - m.yy);
    EXPECT_NEAR(angle, 0.5 + 40 * M_PI / 180, 0.01);
    const Point centre = night.truth(o.frames - 1).frame_from_scene({101.3, 98.6});
    EXPECT_NEAR(m.x, centre.x, 0.03);
    EXPECT_NEAR(m.y, centre.y, 0.03);
}
INSTANTIATE_TEST_SUITE_P(Profiles, Extended, testing::Values(Profile::gaussian, Profile::exponential));

TEST(ExtendedObject, FarOutsideTheFrameAddsNothing) {
    SerialRunner runner;
    ExtendedObject far = ellipse(Profile::gaussian);
    for (const double x : {-3000.0, 3000.0, 1e15}) {
        far.x = x;
        EXPECT_EQ(statistics_of(noise_free_of(Night(quiet_night(64, 64), one_object(far), runner))).mean, 0);
    }
}

TEST(ExtendedObject, DiskIsEvenLitFromItsMajorAxisAndKeepsItsLight) {
    SerialRunner runner;
    for (const double lit : {1.0, 0.5, 0.25}) {
        ExtendedObject disk;
        disk.profile = Profile::disk;
        disk.x = disk.y = 60;
        disk.half_light_px = 40 / std::sqrt(2.0);
        disk.angle_rad = std::numbers::pi / 2;  // the Sun is below
        disk.lit = lit;
        disk.flux_e = {1e6, 1e6, 1e6};
        const Image<float> image = noise_free_of(Night(quiet_night(121, 121), one_object(disk), runner));
        const double level = 1e6 / (std::numbers::pi * 1600 * lit);
        EXPECT_NEAR(statistics_of(image).mean * 121 * 121, 1e6, 5e3) << lit;
        EXPECT_NEAR(image.view()(60, 95), level, 0.01 * level) << lit;
        EXPECT_NEAR(image.view()(60, 25), lit == 1 ? level : 0, 0.01 * level) << lit;
        EXPECT_NEAR(image.view()(60, 70), lit > 0.3 ? level : 0, 0.01 * level) << lit;
        EXPECT_EQ(image.view()(60, 104), 0) << lit;
    }
}

TEST(ExtendedObject, RefusesWhatCannotBe) {
    ExtendedObject o = ellipse(Profile::gaussian);
    o.axis_ratio = 0;
    EXPECT_THROW(o.check(), OptionError);
    o = ellipse(Profile::gaussian);
    o.half_light_px = 0.5;
    EXPECT_THROW(o.check(), OptionError);
    o = ellipse(Profile::gaussian);
    o.x = NAN;
    EXPECT_THROW(o.check(), OptionError);
    o = ellipse(Profile::gaussian);
    o.flux_e.b = -1;
    EXPECT_THROW(o.check(), OptionError);
}

}  // namespace
}  // namespace nightstack::sky
