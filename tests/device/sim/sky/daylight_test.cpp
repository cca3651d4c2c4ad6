// SPDX-License-Identifier: MIT
// The landscape as the twin's cameras take it: by day, and in front of the stars.
#include <gtest/gtest.h>

#include <cmath>

#include "device/sim/landscape/landscape.h"
#include "device/sim/sky/air.h"
#include "device/sim/sky/camera.h"
#include "twin_sky_fixture.h"

namespace nightstack::device::sim {
namespace {

class Daylight : public testing::Test {
protected:
    SerialRunner runner_;
    TwinSky sky_{{7, kTestSite, PixelScale::twelve_bit}, runner_};

    // At noon, with an exposure that suits the light.
    static Exposed tile(double azimuth_deg, double altitude_deg, double hour = 11) {
        Exposed e;
        e.kind = Exposed::Kind::tile;
        e.begin =
            std::chrono::sys_days(std::chrono::year(2026) / 9 / 12) + std::chrono::seconds(std::lround(hour * 3600));
        e.aim.place.azimuth_deg = azimuth_deg;
        e.aim.place.altitude_deg = altitude_deg;
        e.binning = 1;
        e.exposure_s = 1;
        e.exposure_s = std::min(1.0, 2000 / day_light(e, lights_at(e.begin, kTestSite)).g);
        e.number = static_cast<std::uint64_t>(azimuth_deg * 100 + altitude_deg);
        return e;
    }
};

// Green of a cell of 2 x 2 pixels.
double green(const Image<std::uint16_t>& image, int x, int y) {
    return 0.5 * (image.cview()(2 * x, 2 * y) + image.cview()(2 * x + 1, 2 * y + 1));
}

TEST_F(Daylight, NeighbouringTilesOfAPanoramaFit) {
    const Exposed a = tile(143, -0.8), b = tile(145.2, -0.2);
    const Shot left = shot(sky_, a), right = shot(sky_, b);
    EXPECT_NEAR(left.record.azimuth_deg, 143, 1e-6);
    EXPECT_NEAR(right.record.altitude_deg, -0.2, 1e-6);
    const Plane plane{camera_facts(0).focal_px / 2, 1920, 1080};
    const Attitude from = attitude_at(a.aim.place, a.begin, kTestSite),
                   to = attitude_at(b.aim.place, b.begin, kTestSite);
    double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    int saturated = 0;
    for (int y = 0; y < 540; ++y) {
        for (int x = 0; x < 960; ++x) {
            const Point p = pixel_of(direction_of({2 * x + 0.5, 2 * y + 0.5}, from, plane), to, plane);
            const double cx = (p.x - 0.5) / 2, cy = (p.y - 0.5) / 2;
            if (cx < 0 || cy < 0 || cx >= 959 || cy >= 539) continue;
            const int x0 = static_cast<int>(cx), y0 = static_cast<int>(cy);
            const double fx = cx - x0, fy = cy - y0;
            const double u = green(left.image, x, y);
            const double v = (green(right.image, x0, y0) * (1 - fx) + green(right.image, x0 + 1, y0) * fx) * (1 - fy) +
                             (green(right.image, x0, y0 + 1) * (1 - fx) + green(right.image, x0 + 1, y0 + 1) * fx) * fy;
            n += 1, sa += u, sb += v, saa += u * u, sbb += v * v, sab += u * v;
            saturated += u > 16'000;
        }
    }
    ASSERT_GT(n, 0.15 * 960 * 540);
    EXPECT_GT((sab - sa * sb / n) / std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n)), 0.98);
    EXPECT_LT(saturated, 0.02 * n);
    EXPECT_GT(sa / n, 800 + 0.03 * 15'580);  // well above black
}

TEST_F(Daylight, StarsNeverShineThroughHills) {
    Exposed e = tile(30, 2, 22);
    e.exposure_s = 1;
    const FrameRecord low = sky_.record(e, e);
    const Landscape land(7);
    const Attitude a = attitude_at(e.aim.place, middle_of(e), kTestSite);
    const Plane plane{camera_facts(0).focal_px / 2, 1920, 1080};
    for (const sky::TrueStar& s : low.truth.stars) {
        const auto place = altaz_of(direction_of({s.x, s.y}, a, plane), middle_of(e), kTestSite);
        EXPECT_GE(place.altitude_deg, land.skyline_deg(place.azimuth_deg) - 0.01);
    }
    // Nothing but the ground.
    e.aim.place.altitude_deg = -4;
    const Shot ground = shot(sky_, e);
    EXPECT_TRUE(ground.record.truth.stars.empty());
    int bright = 0;
    for (int y = 0; y < ground.image.height(); ++y)
        for (const std::uint16_t v : ground.image.view().row(y)) bright += v > 1000;
    EXPECT_LT(bright, 300) << "hot pixels alone";
}

TEST_F(Daylight, GroundGrowsDarkWithTheDay) {
    double before = HUGE_VAL;
    for (const double hour : {11.0, 18.3, 21.0}) {
        Exposed e = tile(143, -3, hour);
        e.exposure_s = 0.002;
        e.camera = 1;
        const Shot s = shot(sky_, e);
        const double light = (median_of(s.image, 0, 0) - s.record.camera.black) * s.record.camera.e_per_value;
        EXPECT_LE(light, before) << hour;
        if (hour > 20) {
            EXPECT_LT(light, 30);
        }
        before = light;
    }
}

}  // namespace
}  // namespace nightstack::device::sim
