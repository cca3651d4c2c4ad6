// SPDX-License-Identifier: MIT
#include "pipeline/core/transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

Transform random_homography(std::mt19937& rng) {
    std::uniform_real_distribution<double> u(-1, 1);
    return Transform::similarity(1 + 0.1 * u(rng), 3 * u(rng), 900 * u(rng), 500 * u(rng)) *
           Transform({1 + 0.01 * u(rng), 0.01 * u(rng), 0, 0.01 * u(rng), 1, 0, 1e-6 * u(rng), 1e-6 * u(rng), 1});
}

TEST(Transform, InverseUndoesIt) {
    std::mt19937 rng(5);
    for (int i = 0; i < 200; ++i) {
        const Transform t = random_homography(rng);
        const Point p{1234.5, 678.25};
        const Point back = t.inverse()(t(p));
        EXPECT_NEAR(back.x, p.x, 1e-7);
        EXPECT_NEAR(back.y, p.y, 1e-7);
    }
}

TEST(Transform, ProductAppliesTheRightOneFirst) {
    std::mt19937 rng(6);
    const Transform a = random_homography(rng);
    const Transform b = random_homography(rng);
    const Point p{100, 200};
    const Point one = (a * b)(p);
    const Point two = a(b(p));
    EXPECT_NEAR(one.x, two.x, 1e-7);
    EXPECT_NEAR(one.y, two.y, 1e-7);
}

TEST(Transform, SimilarityTellsItsScaleAndAngle) {
    const Transform t = Transform::similarity(1.5, -2.0, 3, 4);
    EXPECT_NEAR(t.scale(), 1.5, 1e-12);
    EXPECT_NEAR(t.rotation_rad(), -2.0, 1e-12);
    EXPECT_TRUE(t.inverse().is_affine());
}

TEST(Transform, SingularMatrixIsRefused) {
    EXPECT_THROW(Transform({1, 2, 0, 2, 4, 0, 0, 0, 1}).inverse(), FormatError);
}

}  // namespace
}  // namespace nightstack
