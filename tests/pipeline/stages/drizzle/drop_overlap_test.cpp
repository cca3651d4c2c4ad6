// SPDX-License-Identifier: MIT
#include "pipeline/stages/drizzle/drop_overlap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace nightstack {
namespace {

double overlap(const Quad& quad, Point centre, double half) { return QuadOverSquares(quad, half).overlap(centre); }
double area(const Quad& quad) { return QuadOverSquares(quad, 1).area(); }

Quad upright(double x0, double y0, double x1, double y1) {
    return {Point{x0, y0}, Point{x1, y0}, Point{x1, y1}, Point{x0, y1}};
}

TEST(DropOverlap, OfUprightSquaresIsTheProductOfLengths) {
    EXPECT_DOUBLE_EQ(overlap(upright(-0.5, -0.5, 0.5, 0.5), {0, 0}, 0.5), 1);
    EXPECT_DOUBLE_EQ(overlap(upright(-0.25, -0.125, 0.75, 0.875), {0, 0}, 0.5), 0.75 * 0.625);
    EXPECT_DOUBLE_EQ(overlap(upright(-3, -3, 3, 3), {1, 1}, 0.25), 0.25);
    EXPECT_DOUBLE_EQ(overlap(upright(1, -0.5, 2, 0.5), {0, 0}, 0.5), 0);
    EXPECT_DOUBLE_EQ(overlap(upright(-0.5, 0.5, 0.5, 1.5), {0, 0}, 0.5), 0);
}

TEST(DropOverlap, OfASquareOnItsCornerIsKnown) {
    const double r = std::sqrt(0.5);
    const Quad diamond{Point{0, -r}, Point{r, 0}, Point{0, r}, Point{-r, 0}};
    EXPECT_NEAR(area(diamond), 1, 1e-15);
    // Four corners of legs (r - 1/2) sqrt 2 and so on are cut off: a regular octagon of inner radius 1/2 stays.
    EXPECT_NEAR(overlap(diamond, {0, 0}, 0.5), 8 * 0.25 * std::tan(std::acos(-1.0) / 8), 1e-12);
    const Quad other_way{diamond[3], diamond[2], diamond[1], diamond[0]};
    EXPECT_NEAR(overlap(other_way, {0, 0}, 0.5), overlap(diamond, {0, 0}, 0.5), 1e-15);
}

// Whatever the turn: squares that tile the plane share a quad among them without rest.
TEST(DropOverlap, TilesShareAQuadWithoutRest) {
    std::mt19937 rng(3);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int trial = 0; trial < 2000; ++trial) {
        const double angle = trial < 200 ? 1e-9 * unit(rng) : 7 * unit(rng);
        const double side = 0.2 + unit(rng);
        const double c = side * std::cos(angle), s = side * std::sin(angle);
        const Point o{unit(rng), unit(rng)};
        const Quad quad{o, Point{o.x + c, o.y + s}, Point{o.x + c - s, o.y + s + c}, Point{o.x - s, o.y + c}};
        double sum = 0;
        for (int y = -4; y <= 4; ++y) {
            for (int x = -4; x <= 4; ++x) sum += overlap(quad, {double(x), double(y)}, 0.5);
        }
        ASSERT_NEAR(sum, area(quad), 1e-7);
    }
}

}  // namespace
}  // namespace nightstack
