// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tools/pano/pano_page.h"

namespace nightstack::tools {
namespace {

constexpr int kOutlineWidth = 720;
const Projection kWholeTurn{ProjectionKind::spherical, kOutlineWidth / (2 * std::numbers::pi), {}, {359.5, 179.5}};

TEST(PanoOutline, GoesOnceAroundTheTile) {
    const TileCamera camera{{200, 100, 300, 0, 0}, Rotation::looking(0.3, 0.1, 0)};
    const auto lines = outline_of(camera, kWholeTurn, kOutlineWidth);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NEAR(lines[0].front().x, lines[0].back().x, 1e-6);
    const auto corner = kWholeTurn.canvas(camera.direction({-0.5, -0.5}));
    EXPECT_NEAR(lines[0].front().x, corner->x, 1e-6);
    EXPECT_NEAR(lines[0].front().y, corner->y, 1e-6);
}

TEST(PanoOutline, IsCutWhereTheMapRepeats) {
    const TileCamera camera{{200, 100, 300, 0, 0}, Rotation::looking(std::numbers::pi, 0, 0)};
    const auto lines = outline_of(camera, kWholeTurn, kOutlineWidth);
    EXPECT_GT(lines.size(), 1u);
    for (const auto& line : lines)
        for (std::size_t i = 1; i < line.size(); ++i) EXPECT_LT(std::abs(line[i].x - line[i - 1].x), 100);
}

}  // namespace
}  // namespace nightstack::tools
