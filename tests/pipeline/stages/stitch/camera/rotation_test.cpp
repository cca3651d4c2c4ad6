// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/rotation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace nightstack {
namespace {

Rotation any_rotation(std::mt19937& random) {
    std::normal_distribution<double> normal;
    const Direction axis = unit({normal(random), normal(random), normal(random)});
    const double angle = std::uniform_real_distribution<double>(0, 3.1)(random);
    return Rotation::about({axis.x * angle, axis.y * angle, axis.z * angle});
}

double off(const Rotation& a, const Rotation& b) { return (a.inverse() * b).angle_rad(); }

TEST(Rotation, IsToldByItsAxis) {
    std::mt19937 random(1);
    for (int i = 0; i < 200; ++i) {
        const Rotation r = any_rotation(random);
        EXPECT_TRUE(is_rotation(r.row_major(), 1e-12));
        EXPECT_LT(off(Rotation::about(r.axis_angle()), r), 1e-9);
        EXPECT_LT(off(r * r.inverse(), Rotation()), 1e-12);
    }
    EXPECT_LT(off(Rotation::about({1e-9, 0, 0}), Rotation()), 1.1e-9);
    EXPECT_NEAR(Rotation::about({0, 0, std::numbers::pi}).angle_rad(), std::numbers::pi, 1e-7);
}

// y is down: a camera that looks up sees what has a negative y.
TEST(Rotation, LooksWhereItIsTold) {
    const double degree = std::numbers::pi / 180;
    const Direction right = Rotation::looking(90 * degree, 0, 0)({0, 0, 1});
    EXPECT_NEAR(right.x, 1, 1e-12);
    const Direction up = Rotation::looking(0, 30 * degree, 0)({0, 0, 1});
    EXPECT_NEAR(up.y, -0.5, 1e-12);
    const Direction rolled = Rotation::looking(0, 0, 90 * degree)({1, 0, 0});
    EXPECT_NEAR(rolled.y, 1, 1e-12);
}

TEST(Rotation, IsFoundFromDirections) {
    std::mt19937 random(2);
    std::normal_distribution<double> normal;
    for (int i = 0; i < 50; ++i) {
        const Rotation truth = any_rotation(random);
        std::vector<Direction> a, b;
        for (int k = 0; k < 10; ++k) {
            b.push_back(unit({normal(random), normal(random), normal(random)}));
            a.push_back(truth(b.back()));
        }
        const std::vector<double> weights(a.size(), 1.0);
        EXPECT_LT(off(best_rotation(a, b, weights), truth), 1e-9);
    }
}

TEST(Rotation, MeanLiesInTheMiddle) {
    const Rotation a = Rotation::about({0, 0.2, 0}), b = Rotation::about({0, 0.4, 0});
    const std::vector<Rotation> both = {a, b};
    EXPECT_LT(off(mean_rotation(both, std::vector<double>{1, 1}), Rotation::about({0, 0.3, 0})), 1e-9);
    EXPECT_LT(off(mean_rotation(both, std::vector<double>{1, 0}), a), 1e-9);
}

TEST(Rotation, OtherMatricesAreTold) {
    EXPECT_FALSE(is_rotation({1, 0, 0, 0, 1, 0, 0, 0, -1}));
    EXPECT_FALSE(is_rotation({2, 0, 0, 0, 1, 0, 0, 0, 1}));
    EXPECT_FALSE(is_rotation({NAN, 0, 0, 0, 1, 0, 0, 0, 1}));
}

}  // namespace
}  // namespace nightstack
