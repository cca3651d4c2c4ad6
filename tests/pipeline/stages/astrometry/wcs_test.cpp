// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/wcs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace nightstack {
namespace {

Wcs bent() {
    Wcs w;
    w.reference = {314.7, 44.3};
    w.reference_pixel = {359.5, 239.5};
    w.cd = {-0.007, -0.0045, 0.0045, -0.007};
    w.a.order = w.b.order = 3;
    w.a.coefficient[2][0] = 3e-6;
    w.a.coefficient[1][1] = -2e-6;
    w.b.coefficient[0][2] = 4e-6;
    w.b.coefficient[3][0] = 5e-9;
    return w;
}

TEST(Wcs, ThereAndBackAgain) {
    std::mt19937 generator(7);
    std::uniform_real_distribution<double> x(0, 720);
    std::uniform_real_distribution<double> y(0, 480);
    for (const double dec : {44.3, 0.0, -80.0, 89.9}) {
        Wcs w = bent();
        w.reference = {0.2, dec};
        for (int i = 0; i < 200; ++i) {
            const Point p{x(generator), y(generator)};
            const auto back = w.pixel_from_sky(w.sky_from_pixel(p));
            ASSERT_TRUE(back);
            EXPECT_NEAR(back->x, p.x, 1e-6);
            EXPECT_NEAR(back->y, p.y, 1e-6);
        }
    }
}

// Figures of astropy 5.2 for the same header (CRPIX one higher, A_ and B_ as above).
TEST(Wcs, AgreesWithAstropy) {
    const Wcs w = bent();
    const SkyPoint corner = w.sky_from_pixel({0, 0});
    EXPECT_NEAR(corner.ra_deg, 319.71225524929, 1e-9);
    EXPECT_NEAR(corner.dec_deg, 44.25001370357, 1e-9);
    const SkyPoint other = w.sky_from_pixel({700, 100});
    EXPECT_NEAR(other.ra_deg, 312.13266455250, 1e-9);
    EXPECT_NEAR(other.dec_deg, 46.77850164274, 1e-9);
}

TEST(Wcs, IsTheSameSkyOnAnotherGrid) {
    Wcs w = bent();
    w.ap.order = w.bp.order = 2;
    w.ap.coefficient[0][2] = 2e-6;
    w.bp.coefficient[1][1] = 3e-6;
    const Wcs fine = rescaled(w, 2, {7.5, -3});
    const Wcs over = turned_over(w, 480);
    for (const Point p : {Point{0, 0}, Point{700, 100}, Point{123.4, 479}}) {
        const SkyPoint sky = w.sky_from_pixel(p);
        EXPECT_LT(separation_deg(sky, fine.sky_from_pixel({2 * p.x + 7.5, 2 * p.y - 3})), 1e-10);
        EXPECT_LT(separation_deg(sky, over.sky_from_pixel({p.x, 479 - p.y})), 1e-10);
    }
    EXPECT_NEAR(fine.arcsec_per_px(), w.arcsec_per_px() / 2, 1e-9);
    EXPECT_NEAR(fine.ap(40, 60), 2 * w.ap(20, 30), 1e-12);
    EXPECT_NEAR(over.ap(20, -30), w.ap(20, 30), 1e-12);
    EXPECT_NEAR(over.bp(20, -30), -w.bp(20, 30), 1e-12);
}

TEST(Wcs, ScaleAndAngle) {
    Wcs w;
    w.reference_pixel = {100, 100};
    // North up, east left, rows counted downwards.
    w.cd = {-0.01, 0, 0, -0.01};
    EXPECT_NEAR(w.arcsec_per_px(), 36, 1e-9);
    EXPECT_NEAR(w.rotation_deg(), 0, 1e-9);
    EXPECT_GT(w.sky_from_pixel({100, 50}).dec_deg, 0.4);
    EXPECT_NEAR(w.sky_from_pixel({50, 100}).ra_deg, 0.5, 1e-4) << "east is left";
    // East up.
    w.cd = {0, -0.01, 0.01, 0};
    EXPECT_NEAR(w.rotation_deg(), 90, 1e-9);
    EXPECT_NEAR(w.sky_from_pixel({100, 50}).ra_deg, 0.5, 1e-4);
}

TEST(Wcs, TheOtherSideOfTheSkyHasNoPixel) {
    EXPECT_FALSE(bent().pixel_from_sky({134.7, -44.3}));
    EXPECT_NEAR(separation_deg({10, 20}, {190, -20}), 180, 1e-6);
    EXPECT_NEAR(separation_deg({359.5, 0}, {0.5, 0}), 1, 1e-9);
}

TEST(Wcs, NumbersThatCannotBeAreNotSound) {
    EXPECT_TRUE(bent().is_sound());
    const auto broken = [](auto change) {
        Wcs w = bent();
        change(w);
        return !w.is_sound();
    };
    EXPECT_TRUE(broken([](Wcs& w) { w.cd[1] = std::numeric_limits<double>::quiet_NaN(); }));
    EXPECT_TRUE(broken([](Wcs& w) { w.cd = {1e-9, 0, 0, 1e-9}; }));
    EXPECT_TRUE(broken([](Wcs& w) { w.cd = {0.01, 0.01, 0.01, 0.01}; }));
    EXPECT_TRUE(broken([](Wcs& w) { w.cd = {0.01, 0.01, 0.01, 0.0101}; }));
    EXPECT_TRUE(broken([](Wcs& w) { w.reference.dec_deg = 91; }));
    EXPECT_TRUE(broken([](Wcs& w) { w.reference.ra_deg = -1; }));
    EXPECT_TRUE(broken([](Wcs& w) { w.reference_pixel.x = 1e9; }));
    EXPECT_TRUE(broken([](Wcs& w) { w.bp.coefficient[1][1] = std::numeric_limits<double>::infinity(); }));
}

}  // namespace
}  // namespace nightstack
