// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/background.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "pipeline/core/error.h"
#include "pipeline/stages/stars/statistics.h"
#include "star_field.h"

namespace nightstack {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Median and MAD of all pixels of a square: slow, and right to a few per cent under stars.
RobustSpread slow_cell(ImageView<const float> plane, int x0, int y0, int size) {
    std::vector<float> v;
    for (int y = y0; y < y0 + size; ++y) {
        for (int x = x0; x < x0 + size; ++x) v.push_back(plane(x, y));
    }
    return median_and_sigma_in_place(v);
}

TEST(BackgroundMesh, AgreesWithMedianAndMadOfEveryCell) {
    std::mt19937 rng(2);
    test::Scene scene(256, 256);
    scene.add_sky(1000);
    for (const test::TrueStar& s : test::random_stars(rng, 256, 256, 25, 2000, 500000, 12)) scene.add_star({}, s);
    scene.add_noise(rng, 5);
    SerialRunner runner;
    BackgroundMesh mesh;
    measure_background(mesh, scene.cview(), 64, runner);
    EXPECT_EQ(mesh.columns(), 4);
    EXPECT_EQ(mesh.rows(), 4);
    const double sigma = std::sqrt(1025.0);
    for (int cy = 0; cy < 4; ++cy) {
        for (int cx = 0; cx < 4; ++cx) {
            const RobustSpread slow = slow_cell(scene.cview(), 64 * cx, 64 * cy, 64);
            EXPECT_NEAR(mesh.level(64 * cx + 31.5, 64 * cy + 31.5), slow.median, 0.15 * sigma);
            EXPECT_NEAR(mesh.sigma(64 * cx + 31.5, 64 * cy + 31.5), slow.sigma, 0.09 * sigma);
        }
    }
    EXPECT_NEAR(mesh.median_level(), 1000, 0.06 * sigma);
    EXPECT_NEAR(mesh.median_sigma(), sigma, 0.03 * sigma);
}

TEST(BackgroundMesh, FollowsAGradientBetweenCellCentres) {
    test::Scene scene(320, 320);
    std::mt19937 rng(3);
    scene.add_sky(500, 0.5, -0.3);
    scene.each([&](int, int, float& v) { v += 0.5F * std::normal_distribution<float>()(rng); });
    SerialRunner runner;
    BackgroundMesh mesh;
    measure_background(mesh, scene.cview(), 64, runner);
    for (int y = 100; y < 220; y += 7) {
        std::vector<float> row(320);
        mesh.fill_threshold(row, y, 2);
        for (int x = 100; x < 220; x += 3) {
            ASSERT_NEAR(mesh.level(x, y), 500 + 0.5 * x - 0.3 * y, 3);
            ASSERT_NEAR(row[static_cast<std::size_t>(x)], mesh.level(x, y) + 2 * mesh.sigma(x, y), 0.01);
        }
    }
}

TEST(BackgroundMesh, ThresholdRowEqualsTheInterpolationEverywhere) {
    std::mt19937 rng(5);
    test::Scene scene(203, 150);
    scene.each([&](int x, int, float& v) { v = static_cast<float>(x) + 9 * std::normal_distribution<float>()(rng); });
    SerialRunner runner;
    BackgroundMesh mesh;
    measure_background(mesh, scene.cview(), 32, runner);
    for (const int y : {0, 15, 16, 77, 149}) {
        std::vector<float> row(203);
        mesh.fill_threshold(row, y, 5);
        for (int x = 0; x < 203; ++x) {
            ASSERT_NEAR(row[static_cast<std::size_t>(x)], mesh.level(x, y) + 5 * mesh.sigma(x, y), 2e-3) << x;
        }
    }
}

TEST(BackgroundMesh, CopesWithConstantNanSaturatedAndTinyPlanes) {
    SerialRunner runner;
    BackgroundMesh mesh;
    Image<float> plane(150, 130);
    for (int y = 0; y < 130; ++y) std::fill_n(plane.view().row_data(y), 150, 65535.0F);
    measure_background(mesh, plane.view(), 64, runner);
    EXPECT_EQ(mesh.median_level(), 65535);
    EXPECT_EQ(mesh.median_sigma(), 0);

    for (int y = 0; y < 70; ++y) std::fill_n(plane.view().row_data(y), 150, kNan);
    measure_background(mesh, plane.view(), 64, runner);
    EXPECT_EQ(mesh.level(75, 20), 65535);
    EXPECT_EQ(mesh.sigma(75, 20), 0);

    for (int y = 0; y < 130; ++y) std::fill_n(plane.view().row_data(y), 150, kNan);
    measure_background(mesh, plane.view(), 64, runner);
    EXPECT_EQ(mesh.median_level(), 0);

    Image<float> dot(1, 1);
    dot.view()(0, 0) = 7;
    measure_background(mesh, dot.view(), 64, runner);
    EXPECT_EQ(mesh.level(0, 0), 7);
    std::vector<float> row(1);
    mesh.fill_threshold(row, 0, 5);
    EXPECT_EQ(row[0], 7);
    EXPECT_THROW(measure_background(mesh, dot.view(), 3, runner), OptionError);
}

TEST(BackgroundMesh, HugeAndInfiniteValuesDoNotSpread) {
    std::mt19937 rng(6);
    test::Scene scene(128, 128);
    scene.add_sky(100);
    scene.add_noise(rng, 1);
    for (int i = 0; i < 600; ++i) {
        scene.view()(static_cast<int>(rng() % 128), static_cast<int>(rng() % 128)) =
            i % 2 == 0 ? std::numeric_limits<float>::infinity() : 3e38F;
    }
    SerialRunner runner;
    BackgroundMesh mesh;
    measure_background(mesh, scene.cview(), 64, runner);
    EXPECT_NEAR(mesh.median_level(), 100, 1);
    EXPECT_NEAR(mesh.median_sigma(), 10, 0.8);
}

TEST(BackgroundMesh, IsTheSameForEveryRunner) {
    std::mt19937 rng(7);
    test::Scene scene(300, 500);
    scene.add_sky(100);
    scene.add_noise(rng, 3);
    SerialRunner serial;
    ThreadRunner threads(3);
    BackgroundMesh a;
    BackgroundMesh b;
    measure_background(a, scene.cview(), 64, serial);
    measure_background(b, scene.cview(), 64, threads);
    for (int y = 0; y < 500; y += 13) {
        for (int x = 0; x < 300; x += 11) {
            ASSERT_EQ(a.level(x, y), b.level(x, y));
            ASSERT_EQ(a.sigma(x, y), b.sigma(x, y));
        }
    }
}

}  // namespace
}  // namespace nightstack
