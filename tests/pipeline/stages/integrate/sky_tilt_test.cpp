// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/sky_tilt.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <random>

#include "tiles.h"

namespace nightstack {
namespace {

using Sky = std::function<double(double, double)>;

SkyMesh mesh_of(const Sky& sky, int columns = 20, int rows = 12) {
    SkyMesh mesh{128, columns, rows, 3, {}};
    for (auto& level : mesh.level) {
        for (int r = 0; r < rows; ++r) {
            for (int c = 0; c < columns; ++c) {
                level.push_back(static_cast<float>(sky((c + 0.5) * 128 - 0.5, (r + 0.5) * 128 - 0.5)));
            }
        }
    }
    return mesh;
}

Transform turned(double angle_rad, double dx, double dy) {
    return Transform::shift(1280 + dx, 768 + dy) * Transform::similarity(1, angle_rad, 0, 0) *
           Transform::shift(-1280, -768);
}

double nebula(double x, double y) {
    return 300 * std::exp(-((x - 1400) * (x - 1400) + (y - 700) * (y - 700)) / (2 * 500.0 * 500));
}

// The reference's sky, as the frame would show it.
struct Pair {
    SkyMesh frame;
    SkyMesh reference;
};

// Both show the nebula; each has a gradient of its own; the frame is dimmer by 1 / scale.
Pair make_pair(const Transform& ref_from_frame, double scale, double offset, double noise = 0) {
    auto rng = std::make_shared<std::mt19937>(3);
    const auto hiss = [rng, noise] { return noise * std::normal_distribution<double>()(*rng); };
    const Sky reference = [=](double x, double y) { return 500 + 0.02 * x + 0.01 * y + nebula(x, y) + hiss(); };
    const Sky frame = [=](double x, double y) {
        const Point q = ref_from_frame({x, y});
        return (500 - 0.03 * x + 0.02 * y + nebula(q.x, q.y) - offset) / scale + hiss();
    };
    return {mesh_of(frame), mesh_of(reference)};
}

// What the fit should find, in pixels of the frame.
double wanted(const Transform& ref_from_frame, double x, double y) {
    const Point q = ref_from_frame({x, y});
    return (500 + 0.02 * q.x + 0.01 * q.y) - (500 - 0.03 * x + 0.02 * y);
}

void expect_tilt(const SkyTilt& tilt, const Transform& t, double tolerance) {
    ASSERT_TRUE(tilt.known);
    for (const Point p : {Point{0, 0}, Point{2559, 0}, Point{0, 1535}, Point{2559, 1535}, Point{1280, 768}}) {
        EXPECT_NEAR(tilt.at(p.x, p.y), wanted(t, p.x, p.y), tolerance) << p.x << "," << p.y;
    }
}

TEST(SkyTilt, FindsThePlaneBetweenTwoSkiesThroughANebula) {
    for (const double degrees : {0.0, 10.0, 45.0, 90.0, 180.0}) {
        const Transform t = turned(degrees * std::numbers::pi / 180, 40, -30);
        const Pair p = make_pair(t, 1.25, 30);
        // Interpolating the nebula between cells is off by its curvature: 128^2 / 8 * 300 / 500^2 = 2.5 ADU.
        for (int colour = 0; colour < 3; ++colour)
            expect_tilt(fit_sky_tilt(p.frame, 1.25, 30, p.reference, t, colour), t, 2.5);
    }
}

TEST(SkyTilt, NoiseIsAveraged) {
    const Transform t = turned(0.2, 0, 0);
    const Pair p = make_pair(t, 1, 0, 3);
    expect_tilt(fit_sky_tilt(p.frame, 1, 0, p.reference, t, 1), t, 4);
}

TEST(SkyTilt, WildCellsAreLeftOut) {
    const Transform t = turned(std::numbers::pi, 10, 20);
    Pair p = make_pair(t, 1, 0, 1);
    std::mt19937 rng(9);
    for (int i = 0; i < 20; ++i) p.frame.level[1][rng() % 240] += 5000;
    for (int i = 0; i < 10; ++i) p.reference.level[1][rng() % 240] = std::numeric_limits<float>::quiet_NaN();
    expect_tilt(fit_sky_tilt(p.frame, 1, 0, p.reference, t, 1), t, 4);
}

TEST(SkyTilt, EqualSkiesNeedNothing) {
    const SkyMesh mesh = mesh_of([](double x, double) { return 500 + 0.02 * x; });
    const SkyTilt tilt = fit_sky_tilt(mesh, 1, 0, mesh, Transform(), 0);
    ASSERT_TRUE(tilt.known);
    EXPECT_NEAR(tilt.at(2000, 1000), 0, 1e-3);
}

// Whole numbers of ADU: most cells agree to the bit, and their spread is 0.
TEST(SkyTilt, CoarseStepsDoNotMakeItUnknown) {
    const SkyMesh reference = mesh_of([](double, double) { return 500; });
    SkyMesh frame = reference;
    for (std::size_t i = 0; i < frame.level[0].size(); i += 3) frame.level[0][i] += 1;
    const SkyTilt tilt = fit_sky_tilt(frame, 1, 0, reference, Transform(), 0);
    ASSERT_TRUE(tilt.known);
    EXPECT_NEAR(tilt.at(1000, 1000), 0, 1);
}

// What the two skies differ by on average where both see them.
double wanted_level(const Transform& ref_from_frame) {
    double sum = 0;
    int n = 0;
    for (double y = 0; y < 1536; y += 16) {
        for (double x = 0; x < 2560; x += 16) {
            const Point q = ref_from_frame({x, y});
            if (q.x < 64 || q.y < 64 || q.x > 2496 || q.y > 1472) continue;
            sum += wanted(ref_from_frame, x, y);
            ++n;
        }
    }
    return sum / n;
}

// A third or less in common in one direction: noise there must not become a slope that is carried across the
// whole frame.
TEST(SkyTilt, ASmallOverlapGivesALevelAndNoSlope) {
    for (const Transform& t : {Transform::shift(1800, 0), Transform::shift(-1750, 60), Transform::shift(0, 1030),
                               Transform::shift(900, -980), turned(std::numbers::pi, 1800, 40)}) {
        const double want = wanted_level(t);
        for (const double noise : {0.0, 3.0, 30.0}) {
            const Pair p = make_pair(t, 1, 0, noise);
            const SkyTilt tilt = fit_sky_tilt(p.frame, 1, 0, p.reference, t, 1);
            ASSERT_TRUE(tilt.known);
            EXPECT_TRUE(tilt.is_level());
            // 60 cells or more; both skies' gradients themselves are sampled by cells, not evenly.
            EXPECT_NEAR(tilt.at(0, 0), want, 5 + 4 * noise * std::sqrt(2.0 / 60)) << noise;
            EXPECT_EQ(tilt.at(2559, 1535), tilt.at(0, 0));
        }
    }
}

// With no difference but noise, nothing of size may be added anywhere, however little is shared.
TEST(SkyTilt, NoiseAloneAddsNothingAnywhere) {
    constexpr double kNoise = 20;
    double worst = 0;
    for (int seed = 0; seed < 40; ++seed) {
        std::mt19937 rng(static_cast<unsigned>(seed));
        std::normal_distribution<double> hiss(500, kNoise);
        const SkyMesh frame = mesh_of([&](double, double) { return hiss(rng); });
        const SkyMesh reference = mesh_of([&](double, double) { return hiss(rng); });
        for (double share = 0.15; share < 1; share += 0.05) {
            const Transform t = Transform::shift(2560 * (1 - share), 0);
            const SkyTilt tilt = fit_sky_tilt(frame, 1, 0, reference, t, 0);
            for (const Point p : {Point{0, 0}, Point{2559, 0}, Point{0, 1535}, Point{2559, 1535}})
                worst = std::max(worst, std::abs(tilt.at(p.x, p.y)));
        }
    }
    // A plane held by half of the cells is good to 0.8 times the noise (one sigma) at the far edge; this is the
    // worst of 2720 corners. Planes held by strips of two columns were off by 14 times.
    EXPECT_LT(worst, 3 * kNoise);
}

TEST(SkyTilt, HalfTheFrameInCommonStillGivesAPlane) {
    for (const Transform& t : {Transform::shift(1100, 0), Transform::shift(-1100, 500), turned(0.6, 700, -400)}) {
        const Pair p = make_pair(t, 1, 0, 1);
        const SkyTilt tilt = fit_sky_tilt(p.frame, 1, 0, p.reference, t, 1);
        EXPECT_FALSE(tilt.is_level());
        expect_tilt(tilt, t, 6);
    }
}

// A frame of 16:9 shares no more than 9/16 of its length with itself turned upright, at every size of mesh.
TEST(SkyTilt, UprightOnWideIsEnoughForAPlane) {
    for (const int rows : {8, 9, 12, 16}) {
        const int columns = rows * 16 / 9;
        const Point centre{columns * 64 - 0.5, rows * 64 - 0.5};
        const SkyMesh reference = mesh_of([](double x, double) { return 500 + 0.02 * x; }, columns, rows);
        for (double drift = -100; drift <= 100; drift += 12.5) {
            const Transform t = Transform::shift(centre.x, centre.y + drift) *
                                Transform::similarity(1, std::numbers::pi / 2, 0, 0) *
                                Transform::shift(-centre.x, -centre.y);
            const SkyMesh frame = mesh_of([](double x, double) { return 500 + 0.02 * x; }, columns, rows);
            const SkyTilt tilt = fit_sky_tilt(frame, 1, 0, reference, t, 0);
            ASSERT_TRUE(tilt.known);
            EXPECT_NEAR(tilt.along_x, -0.02, 1e-3) << rows << " " << drift;
            EXPECT_NEAR(tilt.along_y, -0.02, 1e-3) << rows << " " << drift;
        }
    }
}

// The frames share nearly everything, but most of one has no sky to show.
TEST(SkyTilt, WhatCountsAreCellsThatBothHave) {
    for (const double last_known : {900.0, 1700.0}) {
        std::mt19937 rng(2);
        std::normal_distribution<double> hiss(500, 1);
        const SkyMesh reference = mesh_of([&](double, double) { return hiss(rng); });
        const SkyMesh frame = mesh_of([&](double x, double) {
            return x > last_known ? std::numeric_limits<double>::quiet_NaN() : hiss(rng);
        });
        const SkyTilt tilt = fit_sky_tilt(frame, 1, 0, reference, Transform::shift(10, 0), 0);
        ASSERT_TRUE(tilt.known);
        EXPECT_EQ(tilt.is_level(), last_known < 1280) << last_known;
    }
}

TEST(SkyTilt, TooLittleCommonSkyIsNotKnown) {
    const SkyMesh mesh = mesh_of([](double x, double y) { return 500 + 0.02 * x + 0.01 * y; });
    for (const Transform& t : {Transform::shift(2560, 0), Transform::shift(2200, 1300), Transform::shift(1e7, 0)}) {
        const SkyTilt tilt = fit_sky_tilt(mesh, 1, 0, mesh, t, 0);
        EXPECT_FALSE(tilt.known);
        EXPECT_EQ(tilt.at(100, 100), 0);
    }
    const SkyMesh line = mesh_of([](double, double) { return 500; }, 40, 1);
    EXPECT_FALSE(fit_sky_tilt(line, 1, 0, line, Transform(), 0).known);  // says nothing across
    EXPECT_FALSE(fit_sky_tilt({}, 1, 0, mesh, Transform(), 0).known);
    EXPECT_FALSE(fit_sky_tilt(mesh, 1, 0, {}, Transform(), 0).known);
}

TEST(SkyTilt, OverAnotherGridIsTheSamePlane) {
    const SkyTilt tilt{5, 0.03, -0.02, true};
    const Transform t = Transform::similarity(2, 0.7, 30, -50);
    const SkyTilt there = tilt.over(t, {100, 200});
    for (const Point p : {Point{0, 0}, Point{700, -20}, Point{-90, 431}}) {
        const Point q = t(p);
        EXPECT_NEAR(there.at(p.x, p.y), tilt.at(q.x, q.y), 1e-9);
    }
    EXPECT_TRUE(there.known);
}

TEST(SkyTilt, AddsPlaneOverScaleAndKeepsNaNAndTheSameBitsInEveryTile) {
    const SkyTilt tilt{5, 0.03, -0.02, true};
    Image<float> whole(50, 40);
    whole.view()(7, 9) = std::numeric_limits<float>::quiet_NaN();
    add_tilt(whole.view(), {100, 200, 50, 40}, tilt, 2);
    EXPECT_FLOAT_EQ(whole.view()(3, 4), static_cast<float>(tilt.at(103, 204) / 2));
    EXPECT_TRUE(std::isnan(whole.view()(7, 9)));
    Image<float> part(13, 11);
    add_tilt(part.view(), {120, 215, 13, 11}, tilt, 2);
    for (int y = 0; y < 11; ++y) {
        for (int x = 0; x < 13; ++x) EXPECT_EQ(part.view()(x, y), whole.view()(20 + x, 15 + y));
    }
    Image<float> untouched(3, 3);
    add_tilt(untouched.view(), {0, 0, 3, 3}, {5, 1, 1, false}, 1);
    EXPECT_EQ(untouched.view()(1, 1), 0);
}

TEST(SkyTilt, AddsTheFormulaToTheLastBitAtEveryCpuLevel) {
    const SkyTilt tilt{5.1, 0.0317, -0.0211, true};
    at_every_cpu_level([&] {
        for (const int width : {1, 7, 8, 50}) {
            Image<float> got(width, 3);
            for (int x = 0; x < width; ++x) got.view()(x, 1) = 1000.3F + static_cast<float>(x);
            add_tilt(got.view(), {-11, 200, width, 3}, tilt, 1.7);
            for (int x = 0; x < width; ++x) {
                const double more = tilt.at(0, 201) / 1.7 + tilt.along_x / 1.7 * (x - 11);
                EXPECT_EQ(got.view()(x, 1), (1000.3F + static_cast<float>(x)) + static_cast<float>(more)) << x;
            }
        }
    });
}

}  // namespace
}  // namespace nightstack
