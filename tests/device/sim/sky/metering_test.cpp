// SPDX-License-Identifier: MIT
#include "device/sim/sky/metering.h"

#include <gtest/gtest.h>

#include "twin_sky_fixture.h"

namespace nightstack::device::sim {
namespace {

Exposed automatic(int camera = 0) {
    Exposed e;
    e.camera = camera;
    e.exposure_s = 1.0 / 30;
    e.gain = camera == 0 ? 60 : 64;
    e.automatic = e.automatic_gain = true;
    return e;
}

// Part of the range that this light fills.
double share(const Exposed& e, const Metering& m, double light_e) {
    const double range = sensor_options(e.camera, 1).full_well_e;
    return light_e / kMeteringExposure_s * m.exposure_s * gain_factor(e.camera, m.gain) / range;
}

std::vector<double> even(double light_e) { return std::vector<double>(100, light_e); }

TEST(Metering, BringsTheMiddleToAGoodLevel) {
    for (const int camera : {0, 1})
        for (double light = 0.2; light < 1e5; light *= 3) {
            const Exposed e = automatic(camera);
            const Metering m = metered(e, even(light));
            EXPECT_NEAR(share(e, m, light), 0.16, 0.035) << light;
            EXPECT_LE(m.exposure_s, 1);
            if (light > 100) {
                EXPECT_LE(m.exposure_s, 1.0 / 30);
            }
        }
}

TEST(Metering, ByNightItEndsAtASecond) {
    const Metering m = metered(automatic(), even(1e-6));
    EXPECT_EQ(m.exposure_s, 1);
    EXPECT_EQ(m.gain, 120);
    EXPECT_EQ(metered(automatic(), even(1e12)).exposure_s, 0.0001);
}

TEST(Metering, TheMoonIsNotBurntOut) {
    std::vector<double> light = even(0.01);
    std::fill_n(light.begin(), 4, 2000.0);
    const Exposed e = automatic();
    EXPECT_NEAR(share(e, metered(e, light), 2000), 0.76, 0.1);
}

TEST(Metering, WhatIsNotAutomaticStays) {
    Exposed e = automatic();
    e.automatic = e.automatic_gain = false;
    EXPECT_EQ(metered(e, even(50)).exposure_s, e.exposure_s);
    EXPECT_EQ(metered(e, even(50)).gain, 60);
    e.automatic = true;
    EXPECT_EQ(metered(e, even(50)).gain, 60);
    EXPECT_NEAR(share(e, metered(e, even(50)), 50), 0.16, 0.035);
    e.automatic = false;
    e.automatic_gain = true;
    EXPECT_EQ(metered(e, even(50)).exposure_s, e.exposure_s);
    EXPECT_NEAR(share(e, metered(e, even(50)), 50), 0.16, 0.035);
}

TEST(Metering, ThePictureOfADayIsNeitherBlackNorWhite) {
    SerialRunner runner;
    TwinSky sky({3, kTestSite, PixelScale::twelve_bit}, runner);
    Exposed e = tracked(kQuietField);
    e.camera = 1;
    e.binning = 0;
    e.begin -= std::chrono::hours(10);  // about noon
    e.aim.tracking = false;
    e.aim.place.altitude_deg = 40;
    e.automatic = e.automatic_gain = true;
    e.kind = Exposed::Kind::photo;
    const Shot s = shot(sky, e);
    const double green = (median_of(s.image, 0, 0) - 200) / (4095 - 200);
    EXPECT_GT(green, 0.08);
    EXPECT_LT(green, 0.45) << "towards the Sun the shortest exposure may end it";
    EXPECT_LT(s.record.exposure_s, 0.1);
}

}  // namespace
}  // namespace nightstack::device::sim
