// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/light/light_samples.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

namespace nightstack {
namespace {

TileCamera camera_at(double yaw_deg) { return looking(yaw_deg, 0, yaw_deg / 3, 480, 320, 480); }

TEST(LightSamples, AreOfTheSameDirections) {
    const PanoScene scene = waves(1, 1.0, 0.2);
    const DrawnTile a = drawn_tile(scene, camera_at(-15)), b = drawn_tile(scene, camera_at(15));
    const auto samples = light_samples(3, a.camera, a.small(), 7, b.camera, b.small());
    EXPECT_GT(samples.size(), 150U);
    EXPECT_LT(samples.size(), 600U);
    double sum = 0;
    for (const LightSample& s : samples) {
        EXPECT_EQ(s.a, 3);
        EXPECT_EQ(s.b, 7);
        EXPECT_GT(s.q_a, 0);
        EXPECT_LT(s.q_b, 1);
        sum += std::abs(std::log(s.value_a[1] / s.value_b[1]));
    }
    EXPECT_LT(sum / static_cast<double>(samples.size()), 0.01);
}

TEST(LightSamples, AreFewerWhereFewAreAskedFor) {
    const PanoScene scene = waves(1, 1.0, 0.2);
    const DrawnTile a = drawn_tile(scene, camera_at(-15)), b = drawn_tile(scene, camera_at(15));
    LightSampleOptions few;
    few.most = 50;
    const auto samples = light_samples(0, a.camera, a.small(), 1, b.camera, b.small(), few);
    EXPECT_GT(samples.size(), 20U);
    EXPECT_LT(samples.size(), 120U);
}

TEST(LightSamples, AreNoneWithoutOverlap) {
    const PanoScene scene = waves(1, 1.0, 0.2);
    const DrawnTile a = drawn_tile(scene, camera_at(-40)), b = drawn_tile(scene, camera_at(40));
    EXPECT_TRUE(light_samples(0, a.camera, a.small(), 1, b.camera, b.small()).empty());
}

TEST(LightSamples, LeaveOutClippedDarkAndUneven) {
    const auto even = [](double light) { return [light](const Direction&) { return Light{light, light, light}; }; };
    for (const double light : {0.0, 0.001, 0.95, 1.0, std::nan("")}) {
        const DrawnTile a = drawn_tile(even(light), camera_at(-15)), b = drawn_tile(even(light), camera_at(15));
        EXPECT_TRUE(light_samples(0, a.camera, a.small(), 1, b.camera, b.small()).empty()) << light;
    }
    const PanoScene edges = [](const Direction& d) {
        const double s = std::sin(80 * d.x) > 0 ? 0.7 : 0.1;
        return Light{s, s, s};
    };
    const DrawnTile a = drawn_tile(edges, camera_at(-15)), b = drawn_tile(edges, camera_at(15));
    const auto samples = light_samples(0, a.camera, a.small(), 1, b.camera, b.small());
    for (const LightSample& s : samples) EXPECT_LT(std::abs(std::log(s.value_a[0] / s.value_b[0])), 0.3);
}

}  // namespace
}  // namespace nightstack
