// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/bundle_residual.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

struct Nudge {
    Direction a{0, 0, 0}, b{0, 0, 0};
    std::array<double, 3> lens_a{}, lens_b{};
};

void nudge_lens(TileLens& lens, const std::array<double, 3>& by) {
    lens.f_px *= std::exp(by[0]);
    lens.k1 += by[1];
    lens.k2 += by[2];
}

Point nudged_miss(TileCamera a, TileCamera b, const Correspondence& place, const Nudge& n) {
    a.world_from_camera = a.world_from_camera * Rotation::about(n.a);
    b.world_from_camera = b.world_from_camera * Rotation::about(n.b);
    nudge_lens(a.lens, n.lens_a);
    nudge_lens(b.lens, n.lens_b);
    Point out;
    EXPECT_TRUE(miss_of(out, a, b, place));
    return out;
}

double& part(Direction& d, std::size_t k) { return k == 0 ? d.x : k == 1 ? d.y : d.z; }

// Differences of the miss along each of the twelve unknowns.
TEST(ResidualSlopes, AreThoseOfFiniteDifferences) {
    std::mt19937 rng(5);
    const auto dice = [&](double low, double high) {
        return low + (high - low) * (static_cast<double>(rng()) / 4294967296.0);
    };
    for (int round = 0; round < 60; ++round) {
        const double bend = round % 3 == 0 ? 0 : 0.1;
        const TileCamera a = grey_camera(dice(-10, 10), dice(-40, 40), dice(-180, 180), 640, 480, dice(400, 900),
                                         dice(-bend, bend), dice(-bend / 4, bend / 4));
        TileCamera b = grey_camera(0, 0, 0, 800, 480, dice(400, 900), dice(-bend, bend), dice(-bend / 4, bend / 4));
        b.world_from_camera = a.world_from_camera * Rotation::about({dice(-0.2, 0.2), dice(-0.2, 0.2), dice(-1, 1)});
        const Correspondence place{{dice(0, 640), dice(0, 480)}, {dice(0, 800), dice(0, 480)}, 1};
        ResidualSlopes s;
        ASSERT_TRUE(slopes_of(s, a, b, place));
        Point miss;
        ASSERT_TRUE(miss_of(miss, a, b, place));
        EXPECT_NEAR(s.miss.x, miss.x, 1e-9);
        EXPECT_NEAR(s.miss.y, miss.y, 1e-9);
        constexpr double h = 1e-5;
        const auto check = [&](auto choose, const std::array<double, 3>& in_x, const std::array<double, 3>& in_y,
                               const char* which) {
            for (std::size_t k = 0; k < 3; ++k) {
                Nudge up, down;
                choose(up, k) = h;
                choose(down, k) = -h;
                const Point p = nudged_miss(a, b, place, up), q = nudged_miss(a, b, place, down);
                const double dx = (p.x - q.x) / (2 * h), dy = (p.y - q.y) / (2 * h);
                EXPECT_NEAR(in_x[k], dx, 1e-3 + 1e-5 * std::abs(dx)) << which << k;
                EXPECT_NEAR(in_y[k], dy, 1e-3 + 1e-5 * std::abs(dy)) << which << k;
            }
        };
        check([](Nudge& n, std::size_t k) -> double& { return part(n.a, k); }, s.turn_a_x, s.turn_a_y, "turn a ");
        check([](Nudge& n, std::size_t k) -> double& { return part(n.b, k); }, s.turn_b_x, s.turn_b_y, "turn b ");
        check([](Nudge& n, std::size_t k) -> double& { return n.lens_a[k]; }, s.lens_a_x, s.lens_a_y, "lens a ");
        check([](Nudge& n, std::size_t k) -> double& { return n.lens_b[k]; }, s.lens_b_x, s.lens_b_y, "lens b ");
    }
}

TEST(Residual, IsNothingWhereBSeesNothing) {
    const TileCamera a = grey_camera(0, 0, 0, 640, 480, 500), behind = grey_camera(180, 0, 0, 640, 480, 500);
    const Correspondence place{{100, 100}, {100, 100}, 1};
    Point miss;
    ResidualSlopes slopes;
    EXPECT_FALSE(miss_of(miss, a, behind, place));
    EXPECT_FALSE(slopes_of(slopes, a, behind, place));
    EXPECT_TRUE(miss_of(miss, a, a, place));
    EXPECT_NEAR(miss.x, 0, 1e-9);
}

}  // namespace
}  // namespace nightstack
