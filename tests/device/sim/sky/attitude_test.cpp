// SPDX-License-Identifier: MIT
#include "device/sim/sky/attitude.h"

#include <gtest/gtest.h>

#include <cmath>

#include "device/sim/sky/affine_fit.h"
#include "twin_sky_fixture.h"

namespace nightstack::device::sim {
namespace {

constexpr Plane kTele{68962, 3840, 2160};

TEST(Attitude, IsTheMountsOwnArithmetic) {
    for (const AltAz place : {AltAz{10, 3}, {45, 140}, {80, 200}, {30, 359}}) {
        const Attitude a = attitude_at(place, evening(), kTestSite);
        const Equatorial expected = Horizon(kTestSite, evening()).place_at(place);
        const Equatorial seen = place_of(a.ahead);
        EXPECT_NEAR(seen.ra_deg, expected.ra_deg, 1e-9);
        EXPECT_NEAR(seen.dec_deg, expected.dec_deg, 1e-9);
        const AltAz back = altaz_of(a.ahead, evening(), kTestSite);
        EXPECT_NEAR(back.altitude_deg, place.altitude_deg, 1e-9);
        EXPECT_NEAR(back.azimuth_deg, place.azimuth_deg, 1e-9);
    }
}

// Facing south west is right, and up is up.
TEST(Attitude, PictureIsNotMirrored) {
    const Attitude a = attitude_at({40, 180}, evening(), kTestSite);
    EXPECT_GT(pixel_of(attitude_at({40, 181}, evening(), kTestSite).ahead, a, kTele).x, 1919.5);
    EXPECT_LT(pixel_of(attitude_at({40.5, 180}, evening(), kTestSite).ahead, a, kTele).y, 1079.5);
}

TEST(Attitude, ScaleAndFieldAreThoseOfTheLens) {
    const Attitude a = attitude_at({40, 180}, evening(), kTestSite);
    const auto apart = [&](Point p, Point q, const Plane& plane) {
        return std::acos(dot(direction_of(p, a, plane), direction_of(q, a, plane))) * 180 / std::numbers::pi;
    };
    EXPECT_NEAR(apart({1919.5, 1079.5}, {1920.5, 1079.5}, kTele) * 3600, 2.991, 1e-3);
    EXPECT_NEAR(apart({-0.5, 1079.5}, {3839.5, 1079.5}, kTele), 3.19, 0.005);
    EXPECT_NEAR(apart({1919.5, -0.5}, {1919.5, 2159.5}, kTele), 1.794, 0.005);
    const Plane wide{2718, 1920, 1080};
    EXPECT_NEAR(apart({-0.5, 539.5}, {1919.5, 539.5}, wide), 38.9, 0.05);
    EXPECT_NEAR(apart({959.5, -0.5}, {959.5, 1079.5}, wide), 22.4, 0.1);
}

TEST(Attitude, PixelsAndDirectionsBelongTogether) {
    const Attitude a = attitude_at({40, 100}, evening(), kTestSite);
    for (const Point p : {Point{0, 0}, {3000, 200}, {100, 2100}}) {
        const Point back = pixel_of(direction_of(p, a, kTele), a, kTele);
        EXPECT_NEAR(back.x, p.x, 1e-7);
        EXPECT_NEAR(back.y, p.y, 1e-7);
    }
}

TEST(Attitude, OnePlaneFromAnother) {
    const Attitude from = attitude_at({40, 100}, evening(), kTestSite);
    const Attitude to = attitude_at({40.3, 100.2}, evening(600), kTestSite);
    const Transform t = to_from(to, from, kTele);
    for (const Point p : {Point{0, 0}, {3000, 200}, {100, 2100}}) {
        const Point seen = pixel_of(direction_of(p, from, kTele), to, kTele);
        EXPECT_NEAR(t(p).x, seen.x, 1e-6);
        EXPECT_NEAR(t(p).y, seen.y, 1e-6);
    }
}

// The field turns by 15.041"/s cos(latitude) cos(azimuth) / cos(altitude).
TEST(Attitude, FieldRotationFollowsTheFormula) {
    for (const Equatorial place : {Equatorial{330, 10}, {20, 40}, {280, -10}, {300, 60}}) {
        const Vec3 d = direction_of(Equatorial{place.ra_deg, place.dec_deg});
        double turned = 0;
        constexpr int kSteps = 360;
        for (int i = 0; i < kSteps; ++i) {
            const AltAz h = altaz_of(d, evening(10.0 * i + 5), kTestSite);
            const double rad = std::numbers::pi / 180;
            turned += 10 * 15.041 / 3600 * std::cos(kTestSite.latitude_deg * rad) * std::cos(h.azimuth_deg * rad) /
                      std::cos(h.altitude_deg * rad);
        }
        const double seen = rotation_deg(attitude_towards(d, evening(3600), kTestSite)) -
                            rotation_deg(attitude_towards(d, evening(), kTestSite));
        // The position angle of up grows where the formula is negative: in the south it counts the stars' turn.
        EXPECT_NEAR(std::remainder(seen, 360), -turned, 0.01) << place.ra_deg;
    }
}

TEST(AffineFit, IsExactForAnAffineMapAndNearForAHomography) {
    const Transform affine({1.01, 0.2, 30, -0.2, 0.99, -7, 0, 0, 1});
    const auto m = affine_fit(affine, 1920, 1080);
    const double expected[6] = {1.01, 0.2, 30, -0.2, 0.99, -7};
    for (int i = 0; i < 6; ++i) EXPECT_NEAR(m[static_cast<std::size_t>(i)], expected[i], 1e-9);
    const Attitude from = attitude_at({40, 100}, evening(), kTestSite);
    const Attitude to = attitude_at({40.04, 100.04}, evening(), kTestSite);
    const auto near = affine_fit(to_from(to, from, kTele), 3840, 2160);
    const Point p{3000, 400}, q = to_from(to, from, kTele)(p);
    EXPECT_NEAR(near[0] * p.x + near[1] * p.y + near[2], q.x, 0.05);
    EXPECT_NEAR(near[3] * p.x + near[4] * p.y + near[5], q.y, 0.05);
}

}  // namespace
}  // namespace nightstack::device::sim
