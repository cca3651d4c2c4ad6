// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/sky_plane.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nightstack {
namespace {

TEST(TangentPlane, IsThatOfAWcsWithNorthUp) {
    for (const SkyPoint touch : {SkyPoint{0.1, 20}, SkyPoint{250, -60}, SkyPoint{40, 89.99}, SkyPoint{40, 90}}) {
        Wcs wcs;
        wcs.reference = touch;
        wcs.cd = {-6.0 / 3600, 0, 0, -6.0 / 3600};
        const TangentPlane plane(direction_of(touch), 6);
        for (const Point p : {Point{0, 0}, Point{900, -500}, Point{-1234.5, 88}}) {
            const SkyPoint sky = wcs.sky_from_pixel(p);
            // At the very pole the plane names its east by itself, so only distances are the same.
            const bool pole = touch.dec_deg == 90;
            const Point q = plane.place(direction_of(sky));
            if (!pole) {
                EXPECT_NEAR(q.x, p.x, 1e-6);
                EXPECT_NEAR(q.y, p.y, 1e-6);
            }
            EXPECT_NEAR(std::hypot(q.x, q.y), std::hypot(p.x, p.y), 1e-6);
            EXPECT_LT(separation_deg(sky_of(plane.direction(q)), sky), 1e-9);
        }
    }
}

TEST(TangentPlane, DirectionsAndPositionAngles) {
    for (const SkyPoint sky : {SkyPoint{0, 0}, SkyPoint{359.999, -89}, SkyPoint{123, 45}}) {
        EXPECT_LT(separation_deg(sky_of(direction_of(sky)), sky), 1e-10);
        EXPECT_NEAR(dot(direction_of(sky), direction_of(sky)), 1, 1e-14);
    }
    EXPECT_NEAR(position_angle_deg({359.5, 0}, {0.5, 0}), 90, 1e-9);
    EXPECT_NEAR(position_angle_deg({10, 20}, {10, 10}), 180, 1e-9);
    EXPECT_NEAR(position_angle_deg({10, 20}, {9.9, 20}), 270, 0.1);
    EXPECT_EQ(position_angle_deg({10, 20}, {10, 21}), 0);
}

}  // namespace
}  // namespace nightstack
