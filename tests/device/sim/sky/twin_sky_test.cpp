// SPDX-License-Identifier: MIT
#include "device/sim/sky/twin_sky.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "device/sim/sky/camera.h"
#include "device/sim/sky/starlight.h"
#include "device/targets/solar_system.h"
#include "device/targets/star_atlas.h"
#include "pipeline/core/error.h"
#include "twin_sky_fixture.h"

namespace nightstack::device::sim {
namespace {

class Sky : public testing::Test {
protected:
    SerialRunner runner_;
    SkyOptions options_{7, kTestSite, PixelScale::twelve_bit};
    TwinSky sky_{options_, runner_};
};

// The mosaic's green pixels within `radius` of a place: their light over that of a ring about them, as a whole plane
// would hold it, in values.
double green_flux(const Image<std::uint16_t>& image, Point at, double radius) {
    double sum = 0, ring = 0;
    int pixels = 0, ring_pixels = 0;
    const double black = median_of(image, 0, 0);
    for (int y = static_cast<int>(at.y) - 15; y <= at.y + 15; ++y) {
        for (int x = static_cast<int>(at.x) - 15; x <= at.x + 15; ++x) {
            if ((x + y) % 2 != 0) continue;
            const double distance = std::hypot(x - at.x, y - at.y), v = image.view()(x, y);
            if (distance <= radius) {
                sum += v;
                ++pixels;
            } else if (distance > radius + 2 && v < black + 40) {
                ring += v;
                ++ring_pixels;
            }
        }
    }
    return (sum / pixels - ring / ring_pixels) * std::numbers::pi * radius * radius;
}

TEST_F(Sky, StarOfKnownMagnitudeHasItsLightAtItsPlace) {
    const Shot s = shot(sky_, tracked(kQuietField));
    // The brightest of the atlas that do not saturate and stand alone.
    int seen = 0;
    double ratio = 0;
    for (const AtlasStar& star : stars_near({kQuietField.ra_deg, kQuietField.dec_deg}, 1.0, 10.0)) {
        if (star.magnitude < 8.2f) continue;
        const sky::TrueStar* best = nullptr;
        const double expected =
            star_electrons(tracked(kQuietField), static_cast<double>(star.magnitude), static_cast<double>(star.colour))
                .g *
            s.record.truth.transparency;
        for (const sky::TrueStar& t : s.record.truth.stars)
            if (std::abs(t.flux_e.g / expected - 1) < 1e-6) best = &t;
        if (best == nullptr || best->x < 30 || best->y < 30 || best->x > 1889 || best->y > 1049) continue;
        const bool alone = std::none_of(s.record.truth.stars.begin(), s.record.truth.stars.end(), [&](const auto& t) {
            return &t != best && t.flux_e.g > 0.03 * best->flux_e.g && std::hypot(t.x - best->x, t.y - best->y) < 14;
        });
        if (!alone) continue;
        ratio += green_flux(s.image, {best->x, best->y}, 7) * s.record.camera.e_per_value / expected;
        ++seen;
    }
    ASSERT_GT(seen, 5);
    EXPECT_NEAR(ratio / seen, 0.99, 0.03);
}

// Atlas, direction and frame agree: to a hundredth of a pixel, by way of the direction the record tells.
TEST_F(Sky, StarsStandWhereTheRecordPutsThem) {
    for (const int binning : {0, 1}) {
        Exposed e = tracked(kAndromeda);
        e.binning = binning;
        const FrameRecord r = sky_.record(e, e);
        const double scale = binning == 1 ? 2 : 1;
        const Plane plane{camera_facts(0).focal_px / scale, TwinSky::width(e), TwinSky::height(e)};
        const Attitude a = camera_attitude(e, e, middle_of(e), kTestSite, options_.seed);
        EXPECT_NEAR(r.ra_deg, place_of(a.ahead).ra_deg, 1e-9);
        int found = 0;
        for (const AtlasStar& star : stars_near({r.ra_deg, r.dec_deg}, 0.7, 10.0)) {
            const Point p = pixel_of(direction_of(star.place), a, plane);
            const bool there = std::any_of(r.truth.stars.begin(), r.truth.stars.end(), [&](const sky::TrueStar& t) {
                return std::hypot(t.x - p.x, t.y - p.y) < 0.01;
            });
            EXPECT_TRUE(there) << p.x << " " << p.y;
            ++found;
        }
        EXPECT_GT(found, 5);
    }
}

// And in the pixels themselves: the noise of single stars leaves a hundredth of a pixel to their mean. (That a star
// without noise is drawn at its place, tests/pipeline/sky proves.)
TEST_F(Sky, DrawnStarsStandAtTheirPlaces) {
    Exposed e = tracked(kQuietField);
    e.binning = 0;
    e.gain = 0;
    const Shot s = shot(sky_, e);
    const double black = median_of(s.image, 0, 0);
    double mean_x = 0, mean_y = 0;
    int seen = 0;
    for (const sky::TrueStar& t : s.record.truth.stars) {
        if (t.flux_e.g > 50'000 || t.flux_e.g < 1500 || t.x < 20 || t.y < 20 || t.x > 3819 || t.y > 2139) continue;
        double sum = 0, sx = 0, sy = 0;
        const int x0 = static_cast<int>(std::lround(t.x)), y0 = static_cast<int>(std::lround(t.y));
        for (int y = y0 - 5; y <= y0 + 5; ++y) {
            for (int x = x0 - 5; x <= x0 + 5; ++x) {
                if ((x + y) % 2 != 0) continue;
                const double v = s.image.view()(x, y) - black;
                sum += v;
                sx += v * (x - t.x);
                sy += v * (y - t.y);
            }
        }
        if (std::hypot(sx, sy) > 0.4 * sum) continue;  // a neighbour or a hot pixel
        mean_x += sx / sum;
        mean_y += sy / sum;
        ++seen;
    }
    ASSERT_GT(seen, 40);
    EXPECT_NEAR(mean_x / seen, 0, 0.025) << seen;
    EXPECT_NEAR(mean_y / seen, 0, 0.025) << seen;
}

TEST_F(Sky, SameExposureAgainIsTheSameBits) {
    const Exposed first = tracked(kQuietField), later = tracked(kQuietField, 3);
    const Shot a = shot(sky_, later, first);
    shot(sky_, tracked(kAndromeda));
    shot(sky_, first);
    const Shot b = shot(sky_, later, first);
    TwinSky other(options_, runner_);
    const Shot c = shot(other, later, first);
    for (int y = 0; y < a.image.height(); ++y) {
        const auto row = a.image.view().row(y);
        ASSERT_TRUE(std::ranges::equal(row, b.image.view().row(y)));
        ASSERT_TRUE(std::ranges::equal(row, c.image.view().row(y)));
    }
    EXPECT_EQ(a.record.truth.frame_from_scene, c.record.truth.frame_from_scene);
    const Shot noise = shot(sky_, tracked(kQuietField, 4), first);
    EXPECT_FALSE(std::ranges::equal(a.image.view().row(500), noise.image.view().row(500)));
}

TEST_F(Sky, FrameFromFirstLeadsStarsToTheirPlaces) {
    const Exposed first = tracked(kAndromeda);
    const FrameRecord a = sky_.record(first, first);
    EXPECT_EQ(a.frame_from_first, Transform());
    for (const int index : {1, 40, 220}) {
        const FrameRecord b = sky_.record(tracked(kAndromeda, index), first);
        std::vector<const sky::TrueStar*> later(b.scene->stars.size(), nullptr);
        for (const sky::TrueStar& t : b.truth.stars) later[static_cast<std::size_t>(t.scene_index)] = &t;
        ASSERT_EQ(a.scene, b.scene);
        int both = 0;
        for (const sky::TrueStar& t : a.truth.stars) {
            const sky::TrueStar* s = later[static_cast<std::size_t>(t.scene_index)];
            if (s == nullptr) continue;
            const Point p = b.frame_from_first({t.x, t.y});
            ASSERT_NEAR(p.x, s->x, 0.02);
            ASSERT_NEAR(p.y, s->y, 0.02);
            ++both;
        }
        EXPECT_GT(both, 1000) << index;
    }
}

// dwarf-ii: 15.041"/s cos(latitude) cos(azimuth) / cos(altitude), here from frame to frame over an hour.
TEST_F(Sky, FieldTurnsInAnHourAsAnAltAzMountMakesIt) {
    const Exposed first = tracked(kAndromeda);
    const double before = sky_.record(first, first).rot_deg;
    const double after = sky_.record(tracked(kAndromeda, 222), first).rot_deg;  // 222 x 16.2 s: an hour
    const double rad = std::numbers::pi / 180;
    double formula = 0;
    for (int i = 0; i < 222; ++i) {
        const AltAz h = tracked(kAndromeda, i).aim.place;
        formula -=
            16.2 * 15.041 / 3600 * std::cos(48 * rad) * std::cos(h.azimuth_deg * rad) / std::cos(h.altitude_deg * rad);
    }
    EXPECT_NEAR(std::remainder(after - before, 360), formula, 0.06);
    EXPECT_GT(std::abs(formula), 1);
}

TEST_F(Sky, BlackAndWhiteOfEachMode) {
    for (const PixelScale scale : {PixelScale::twelve_bit, PixelScale::times16}) {
        TwinSky sky({7, kTestSite, scale}, runner_);
        for (const int binning : {0, 1}) {
            Exposed e = tracked({60, 50});
            e.binning = binning;
            e.kind = Exposed::Kind::dark;
            e.exposure_s = 0.0001;
            const int per_value = binning == 1                   ? (scale == PixelScale::times16 ? 4 : 1)
                                  : scale == PixelScale::times16 ? 16
                                                                 : 1;
            const int pixels = binning == 1 ? 4 : 1;
            const Shot dark = shot(sky, e);
            EXPECT_NEAR(median_of(dark.image, 0, 0), 200 * pixels * per_value, per_value);
            EXPECT_EQ(dark.record.camera.black, 200 * pixels * per_value);
            EXPECT_EQ(dark.record.camera.white, 4095 * pixels * per_value);
            if (binning == 0) continue;  // the same code, four times the pixels
            e.kind = Exposed::Kind::raw;
            e.exposure_s = 15;
            e.begin = evening() + std::chrono::hours(15);  // noon
            const Shot day = shot(sky, e);
            EXPECT_EQ(median_of(day.image, 0, 0), 4095 * pixels * per_value);
        }
    }
}

TEST_F(Sky, DarkHasNoLightAndDoublesWithWarmth) {
    Exposed e = tracked(kAndromeda);
    e.kind = Exposed::Kind::dark;
    e.sensor_c = 20;
    const Shot cold = shot(sky_, e);
    e.sensor_c = 33;  // two doublings
    const Shot warm = shot(sky_, e);
    const double rise = median_of(warm.image, 0, 0) - median_of(cold.image, 0, 0);
    EXPECT_NEAR(rise * cold.record.camera.e_per_value, 3 * cold.record.camera.dark_median_e, 2.5);
    EXPECT_NEAR(warm.record.camera.dark_median_e, 4 * cold.record.camera.dark_median_e, 1e-6);
    EXPECT_TRUE(cold.record.truth.stars.empty());
    EXPECT_EQ(cold.record.scene, nullptr);
}

TEST_F(Sky, GainIsWhatTheSensorsRegisterSays) {
    Exposed e = tracked(kQuietField);
    e.gain = 0;
    const double low = camera_truth(e, 1, PixelScale::twelve_bit).e_per_value;
    e.gain = 20;  // 6 dB
    EXPECT_NEAR(low / camera_truth(e, 1, PixelScale::twelve_bit).e_per_value, 1.995, 0.001);
}

TEST_F(Sky, WeatherDoesWhatItSays) {
    Exposed e = tracked(kQuietField);
    const FrameRecord clear = sky_.record(e, e);
    e.weather.cloud = 0.6;
    e.weather.satellites = 2;
    e.weather.wind_px = 20;
    const FrameRecord bad = sky_.record(e, e);
    EXPECT_NEAR(bad.truth.transparency / clear.truth.transparency, 0.4, 1e-9);
    EXPECT_GT(bad.truth.sky_e.g, 1.5 * clear.truth.sky_e.g);
    EXPECT_EQ(bad.truth.anomalies.trails.size(), 2u);
    EXPECT_NEAR(bad.truth.anomalies.shake.value().length_px, 10, 1);
    EXPECT_FALSE(clear.truth.anomalies.shake.has_value());
    e.focus = 3;
    EXPECT_GT(sky_.record(e, e).truth.fwhm_px, 2.2 * clear.truth.fwhm_px);
}

// A drift that begins late in a session begins at nothing.
TEST_F(Sky, DriftCountsFromItsOwnBeginning) {
    const Exposed first = tracked(kQuietField), still = tracked(kQuietField, 100);
    Exposed creeping = still;
    creeping.weather.drift_px_s = 0.8;
    const auto moved_px = [&](const Exposed& e) {  // of the stored frame, against one without
        const Point a = sky_.record(still, first).frame_from_first({960, 540});
        const Point b = sky_.record(e, first).frame_from_first({960, 540});
        return std::hypot(b.x - a.x, b.y - a.y);
    };
    EXPECT_NEAR(moved_px(creeping), 0.8 * 7.5 / 2, 0.01);  // half of the exposure, in sums of 2 x 2
    creeping.weather.drift_px = 30;
    EXPECT_NEAR(moved_px(creeping), (30 + 0.8 * 7.5) / 2, 0.02);
}

TEST_F(Sky, WithoutTrackingStarsTrailAsTheEarthTurns) {
    Exposed e = tracked({300, 0});
    e.aim.tracking = false;
    e.binning = 0;
    const FrameRecord r = sky_.record(e, e);
    EXPECT_NEAR(r.truth.anomalies.shake.value().length_px, 15 * 15.041 / 2.991, 1);
    // Half a minute later another place of the sky stands there.
    Exposed later = e;
    later.begin += std::chrono::seconds(60);
    EXPECT_NEAR(sky_.record(later, e).ra_deg - r.ra_deg, 60 * 15.041 / 3600, 1e-4);
}

TEST_F(Sky, WideCameraSeesTheSameSky) {
    Exposed e = tracked(kAndromeda);
    e.camera = 1;
    e.exposure_s = 1;
    e.gain = 500;
    const Shot s = shot(sky_, e);
    EXPECT_EQ(s.image.width(), 1920);
    EXPECT_NEAR(s.record.ra_deg, kAndromeda.ra_deg, 0.2);
    EXPECT_GT(s.record.truth.stars.size(), 200u);
    EXPECT_GT(std::abs(s.record.truth.gradient_y), 0.02);
}

TEST_F(Sky, MoonStandsWhereItIsToldToBe) {
    // A goto to the Moon as the wire's planet 7 puts it, at a bright hour of the night.
    Exposed e;
    e.begin = std::chrono::sys_days(std::chrono::year(2026) / 9 / 26) + std::chrono::hours(22);
    e.exposure_s = 1.0 / 2000;
    e.aim.tracking = true;
    const Horizon horizon(kTestSite, e.begin);
    e.aim.told = view_of(Planet::moon, horizon).place;
    e.aim.place = horizon.altaz_of(e.aim.told);
    e.binning = 1;
    e.number = 9;
    const Shot s = shot(sky_, e);
    int bright = 0;
    for (int y = 0; y < s.image.height(); ++y)
        for (const std::uint16_t v : s.image.view().row(y)) bright += v > 1200;
    EXPECT_GT(bright, 20'000);  // of a disk of 310 x 310 pixels
}

TEST_F(Sky, OddExposuresHaveRecordsToo) {
    std::vector<Exposed> odd(7, tracked(kAndromeda));
    odd[0].exposure_s = 0;
    odd[1].aim.place.altitude_deg = -20;  // into the ground
    odd[2].aim.place.altitude_deg = 90;
    odd[2].aim.tracking = false;
    odd[3].focus = 80;
    odd[4].gain = 10'000;
    odd[5].begin -= std::chrono::hours(24 * 365 * 40);
    odd[6].weather = {1, 500, 3, 99, true};
    for (const Exposed& e : odd) {
        for (const int camera : {0, 1}) {
            Exposed with = e;
            with.camera = camera;
            const FrameRecord r = sky_.record(with, odd[4]);
            for (const double v : {r.ra_deg, r.dec_deg, r.rot_deg, r.truth.fwhm_px, r.truth.transparency,
                                   r.truth.sky_e.g, r.truth.gradient_x, r.camera.saturation_e})
                EXPECT_TRUE(std::isfinite(v)) << &e - odd.data();
            EXPECT_GE(r.truth.transparency, 0);
            EXPECT_LE(r.truth.anomalies.trails.size(), 30u);
        }
    }
    const Shot s = shot(sky_, odd[6]);  // all at once: ends, and soon
    EXPECT_GT(median_of(s.image, 0, 0), 800);
}

TEST_F(Sky, RefusesAFrameOfAnotherSize) {
    Image<std::uint16_t> small(100, 100);
    const Exposed e = tracked(kQuietField);
    EXPECT_THROW(sky_.expose(e, e, small.view()), OptionError);
}

}  // namespace
}  // namespace nightstack::device::sim
