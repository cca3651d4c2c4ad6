// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/projection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

namespace nightstack {
namespace {

class Projections : public testing::TestWithParam<ProjectionKind> {};

TEST_P(Projections, GoAndComeBack) {
    const Projection p{GetParam(), 700, Rotation::looking(0.4, 0.2, -0.1), {300, 200}};
    for (double lon = -1.4; lon <= 1.4; lon += 0.2) {
        for (double lat = -1.2; lat <= 1.2; lat += 0.2) {
            const Direction want = p.canvas_from_world.inverse()(
                {std::cos(lat) * std::sin(lon), -std::sin(lat), std::cos(lat) * std::cos(lon)});
            const auto canvas = p.canvas(want);
            ASSERT_TRUE(canvas);
            const auto back = p.world(*canvas);
            ASSERT_TRUE(back);
            EXPECT_LT(angle_rad(*back, want), 1e-9);
        }
    }
}

// One pixel is 1 / px_per_rad in the middle, whatever the projection, and up is up.
TEST_P(Projections, HaveTheirScaleInTheMiddle) {
    const Projection p{GetParam(), 1000, {}, {50, 60}};
    const auto middle = p.canvas({0, 0, 1});
    ASSERT_TRUE(middle);
    EXPECT_EQ(*middle, (Point{50, 60}));
    const auto right = p.canvas({1e-4, 0, 1}), up = p.canvas({0, -1e-4, 1});
    EXPECT_NEAR(right->x - 50, 0.1, 1e-6);
    EXPECT_NEAR(up->y - 60, -0.1, 1e-6);
}

TEST_P(Projections, HaveNames) { EXPECT_EQ(parse_projection(name(GetParam())), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Kinds, Projections,
                         testing::Values(ProjectionKind::rectilinear, ProjectionKind::cylindrical,
                                         ProjectionKind::spherical, ProjectionKind::mercator,
                                         ProjectionKind::stereographic),
                         [](const auto& tested) { return std::string(name(tested.param)); });

TEST(Projection, SaysWhereItEnds) {
    const Projection flat{ProjectionKind::rectilinear, 100, {}, {}};
    EXPECT_FALSE(flat.canvas({1, 0, 0}));
    EXPECT_FALSE(flat.canvas({0, 0, -1}));
    const Projection sphere{ProjectionKind::spherical, 100, {}, {}};
    EXPECT_FALSE(sphere.world({0, 158}));
    EXPECT_TRUE(sphere.world({0, 157}));
    EXPECT_NEAR(sphere.period_px(), 200 * std::numbers::pi, 1e-9);
    EXPECT_EQ(flat.period_px(), 0);
    const auto once = sphere.world({10, 20}), again = sphere.world({10 + sphere.period_px(), 20});
    EXPECT_LT(angle_rad(*once, *again), 1e-9);
    EXPECT_FALSE(parse_projection("flat"));
}

}  // namespace
}  // namespace nightstack
