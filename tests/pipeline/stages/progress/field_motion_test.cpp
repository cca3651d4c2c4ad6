// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/field_motion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace nightstack {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr Point kMiddle{960, 540};

// What the middle of the reference shows lies at middle + at in a frame turned by `angle` about it.
Transform ref_from_frame(Point at, double angle_deg) {
    return (Transform::shift(kMiddle.x + at.x, kMiddle.y + at.y) * Transform::similarity(1, angle_deg * kDegree, 0, 0) *
            Transform::shift(-kMiddle.x, -kMiddle.y))
        .inverse();
}

struct Truth {
    double x = 0, y = 0, turn = 0;  // per minute
    double scatter = 0;             // pixels
    double begin_deg = 0;
};

std::vector<PlacedFrame> frames_of(const Truth& truth, int count, unsigned seed = 1) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::vector<PlacedFrame> frames;
    for (int i = 0; i < count; ++i) {
        const double minutes = 0.27 * i;
        const double dx = truth.scatter * normal(random), dy = truth.scatter * normal(random);
        frames.push_back({1e6 + 60 * minutes, ref_from_frame({truth.x * minutes + dx, truth.y * minutes + dy},
                                                             truth.begin_deg + truth.turn * minutes)});
    }
    return frames;
}

TEST(FieldMotion, IsThatOfTheSkyOverTheSensor) {
    const auto motion = field_motion(frames_of({.x = 3, .y = -4, .turn = 0.2}, 50), kMiddle);
    ASSERT_TRUE(motion);
    EXPECT_NEAR(motion->x_px_per_min, 3, 1e-6);
    EXPECT_NEAR(motion->y_px_per_min, -4, 1e-6);
    EXPECT_NEAR(motion->px_per_min, 5, 1e-6);
    EXPECT_NEAR(motion->direction_deg, std::atan2(-4, 3) / kDegree, 1e-6);
    EXPECT_NEAR(motion->turn_deg_per_min, 0.2, 1e-6);
    EXPECT_EQ(motion->frames, 50);
}

TEST(FieldMotion, ErrorsCoverTheTruth) {
    double off_x = 0, off = 0;
    constexpr int kTimes = 200;
    for (unsigned t = 0; t < kTimes; ++t) {
        const auto motion = field_motion(frames_of({.x = 0.6, .y = 0.8, .turn = 0.1, .scatter = 0.4}, 60, t), kMiddle);
        ASSERT_TRUE(motion);
        off_x += std::pow((motion->x_px_per_min - 0.6) / motion->x_error, 2) / kTimes;
        off += std::pow((motion->px_per_min - 1) / motion->px_error, 2) / kTimes;
        EXPECT_NEAR(motion->scatter_px, 0.4 * std::numbers::sqrt2, 0.3);
    }
    for (const double o : {off_x, off}) {
        EXPECT_GT(std::sqrt(o), 0.65);
        EXPECT_LT(std::sqrt(o), 1.35);
    }
}

// Beyond half a turn the angle goes on.
TEST(FieldMotion, FieldRotationGoesRoundAndRound) {
    const auto motion = field_motion(frames_of({.turn = -5, .begin_deg = 10}, 400), kMiddle);
    ASSERT_TRUE(motion);
    EXPECT_NEAR(motion->turn_deg_per_min, -5, 1e-6);
    EXPECT_EQ(motion->frames, 400);
}

TEST(FieldMotion, BeginsAnewWhenTheMountHasGoneOver) {
    auto frames = frames_of({.x = 50}, 40);
    const auto after = frames_of({.x = 1, .y = 1, .begin_deg = 180}, 20);
    for (PlacedFrame frame : after) {
        frame.time_s += 3600;
        frames.push_back(frame);
    }
    const auto motion = field_motion(frames, kMiddle);
    ASSERT_TRUE(motion);
    EXPECT_EQ(motion->frames, 20);
    EXPECT_NEAR(motion->x_px_per_min, 1, 1e-6);
    EXPECT_FALSE(field_motion(std::span(frames).first(43), kMiddle));  // three frames since then
}

TEST(FieldMotion, DitheringIsScatterAndRecentringNoDrift) {
    auto frames = frames_of({.x = 0.5, .scatter = 0.2}, 60);
    for (std::size_t i = 25; i < frames.size(); ++i)
        frames[i].ref_from_frame = frames[i].ref_from_frame * Transform::shift(-300, 200);
    const auto motion = field_motion(frames, kMiddle);
    ASSERT_TRUE(motion);
    EXPECT_NEAR(motion->x_px_per_min, 0.5, 0.1);
    EXPECT_NEAR(motion->y_px_per_min, 0, 0.1);
}

TEST(FieldMotion, StandingStill) {
    const auto motion = field_motion(frames_of({}, 10), kMiddle);
    ASSERT_TRUE(motion);
    EXPECT_NEAR(motion->px_per_min, 0, 1e-9);
    EXPECT_NEAR(motion->turn_deg_per_min, 0, 1e-9);
}

}  // namespace
}  // namespace nightstack
