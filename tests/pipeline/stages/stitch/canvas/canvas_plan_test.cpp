// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/canvas/canvas_plan.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

constexpr std::array kEveryKind = {ProjectionKind::rectilinear, ProjectionKind::cylindrical, ProjectionKind::spherical,
                                   ProjectionKind::mercator, ProjectionKind::stereographic};

std::vector<TileCamera> row_of(int count, double step_deg, double f_px = 600, double pitch_deg = 0) {
    std::vector<TileCamera> out;
    for (int i = 0; i < count; ++i) out.push_back(grey_camera(i * step_deg, pitch_deg, 0, 640, 480, f_px));
    return out;
}

CanvasWish wish_for(ProjectionKind kind) {
    CanvasWish out;
    out.kind = kind;
    return out;
}

// All that the tiles see lies on the canvas, to a pixel.
void expect_holds_all(const CanvasPlan& plan, const std::vector<TileCamera>& cameras) {
    for (const TileCamera& c : cameras) {
        for (int j = 0; j <= 20; ++j) {
            for (int i = 0; i <= 20; ++i) {
                const Point p{(c.lens.width - 1) * i / 20.0, (c.lens.height - 1) * j / 20.0};
                const auto at = plan.projection.canvas(c.direction(p));
                ASSERT_TRUE(at);
                const double period = plan.projection.period_px();
                const double x =
                    plan.whole_circle && period > 0 ? std::fmod(at->x + 2 * period + 0.5, period) - 0.5 : at->x;
                EXPECT_GE(x, -1.6);
                EXPECT_LE(x, plan.width + 0.6);
                EXPECT_GE(at->y, -1.6);
                EXPECT_LE(at->y, plan.height + 0.6);
            }
        }
    }
}

TEST(CanvasPlan, HoldsAllInEveryProjection) {
    for (const ProjectionKind kind : kEveryKind) {
        for (const auto& cameras : {row_of(1, 0), row_of(3, 20), row_of(2, 15, 600, 30)}) {
            const CanvasPlan plan = plan_canvas(cameras, wish_for(kind));
            EXPECT_EQ(plan.projection.kind, kind) << name(kind);
            EXPECT_FALSE(plan.other_kind);
            expect_holds_all(plan, cameras);
            EXPECT_LT(plan.width * plan.height, 4'000'000);
        }
    }
}

TEST(CanvasPlan, ChoosesTheProjectionByTheField) {
    const auto kind = [](const std::vector<TileCamera>& c) { return plan_canvas(c, {}).projection.kind; };
    EXPECT_EQ(kind(row_of(1, 0)), ProjectionKind::rectilinear);
    EXPECT_EQ(kind(row_of(9, 0.3, 40000)), ProjectionKind::rectilinear);
    EXPECT_EQ(kind(row_of(5, 25)), ProjectionKind::cylindrical);
    EXPECT_EQ(kind(row_of(12, 30)), ProjectionKind::spherical);
    auto high = row_of(5, 25);
    for (const TileCamera& c : row_of(5, 25, 600, 60)) high.push_back(c);
    EXPECT_EQ(kind(high), ProjectionKind::spherical);
}

TEST(CanvasPlan, GoesRoundAndMeetsItself) {
    const auto ring = row_of(12, 30);
    for (const ProjectionKind kind :
         {ProjectionKind::spherical, ProjectionKind::cylindrical, ProjectionKind::mercator}) {
        const CanvasPlan plan = plan_canvas(ring, wish_for(kind));
        EXPECT_TRUE(plan.whole_circle);
        EXPECT_NEAR(plan.width, plan.projection.period_px(), 1e-6);
        EXPECT_NEAR(plan.width_deg, 360, 1e-6);
        EXPECT_NEAR(plan.projection.px_per_rad, 600, 10);
        expect_holds_all(plan, ring);
    }
    for (const ProjectionKind kind : {ProjectionKind::rectilinear, ProjectionKind::stereographic}) {
        const CanvasPlan plan = plan_canvas(ring, wish_for(kind));
        EXPECT_TRUE(plan.other_kind);
        EXPECT_EQ(plan.projection.kind, ProjectionKind::spherical);
    }
}

TEST(CanvasPlan, HoldsThePoles) {
    auto sphere = row_of(12, 30);
    for (const double pitch : {50.0, 88.0, -50.0, -88.0})
        for (const TileCamera& c : row_of(12, 30, 600, pitch)) sphere.push_back(c);
    const CanvasPlan plan = plan_canvas(sphere, {});
    EXPECT_EQ(plan.projection.kind, ProjectionKind::spherical);
    EXPECT_TRUE(plan.whole_circle);
    EXPECT_NEAR(plan.height_deg, 180, 1e-6);
    EXPECT_NEAR(plan.height, plan.width / 2.0, 40);
    const CanvasPlan mercator = plan_canvas(sphere, wish_for(ProjectionKind::mercator));
    EXPECT_TRUE(mercator.other_kind);
    EXPECT_EQ(mercator.projection.kind, ProjectionKind::spherical);
}

TEST(CanvasPlan, OfATelescopeIsAsLargeAsItsTiles) {
    std::vector<TileCamera> tele;
    for (int i = 0; i < 9; ++i) tele.push_back(grey_camera(0.6 * (i % 3), 0.5 * (i / 3), 0, 640, 480, 40000));
    const CanvasPlan plan = plan_canvas(tele, {});
    const double deg = 40000 * std::numbers::pi / 180;
    EXPECT_NEAR(plan.width, 640 + 1.2 * deg, 20);
    EXPECT_NEAR(plan.height, 480 + 1.0 * deg, 20);
    EXPECT_NEAR(plan.scale, 1, 1e-12);
    expect_holds_all(plan, tele);
}

TEST(CanvasPlan, KeepsItsLimits) {
    for (const ProjectionKind kind : kEveryKind) {
        for (const auto& cameras : {row_of(3, 20), row_of(12, 30)}) {
            CanvasWish wish = wish_for(kind);
            wish.most_side = 300;
            const CanvasPlan small = plan_canvas(cameras, wish);
            EXPECT_LE(std::max(small.width, small.height), 300);
            EXPECT_LT(small.scale, 1);
            EXPECT_TRUE(small.limited);
            wish = wish_for(kind);
            wish.most_pixels = 50000;
            const CanvasPlan few = plan_canvas(cameras, wish);
            EXPECT_LE(static_cast<double>(few.width) * few.height, 50000 * 1.05);
            wish = wish_for(kind);
            wish.scale = 0.25;
            EXPECT_NEAR(plan_canvas(cameras, wish).projection.px_per_rad, 150, 10);
            EXPECT_FALSE(plan_canvas(cameras, wish).limited) << "a whole circle is rounded, not limited";
        }
    }
}

// Whatever registration says, the canvas is no larger than the sphere at this scale, and is a canvas.
TEST(CanvasPlan, OfWrongCamerasAsksForNoMoreThanTheSphere) {
    std::mt19937 rng(17);
    const auto dice = [&](double low, double high) {
        return low + (high - low) * (static_cast<double>(rng()) / 4294967296.0);
    };
    for (int round = 0; round < 150; ++round) {
        std::vector<TileCamera> cameras;
        for (auto n = 1 + rng() % 5; n > 0; --n)
            cameras.push_back(grey_camera(dice(-180, 180), dice(-90, 90), dice(-180, 180), 64, 48,
                                          std::exp(dice(std::log(3.0), std::log(3000.0))), dice(-0.3, 0.3),
                                          dice(-0.1, 0.1)));
        double sharpest = 0;
        for (const TileCamera& c : cameras) sharpest = std::max(sharpest, c.lens.f_px);
        for (const ProjectionKind kind : kEveryKind) {
            const CanvasPlan plan = plan_canvas(cameras, wish_for(kind));
            ASSERT_GE(plan.width, 1);
            ASSERT_GE(plan.height, 1);
            EXPECT_LE(plan.width, 11.1 * sharpest + 130) << name(kind) << " " << name(plan.projection.kind);
            EXPECT_LE(plan.height, 11.1 * sharpest + 130) << name(kind);
        }
    }
}

TEST(CanvasPlan, StandsNonsense) {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, inf, 1e300, 1e12, 1e-300, 0.0, -5.0}) {
        for (const ProjectionKind kind : kEveryKind) {
            auto cameras = row_of(3, 20);
            cameras[1].lens.f_px = bad;
            const CanvasPlan plan = plan_canvas(cameras, wish_for(kind));
            EXPECT_GE(plan.width, 1) << bad;
            EXPECT_GE(plan.height, 1) << bad;
            EXPECT_TRUE(std::isfinite(plan.projection.px_per_rad)) << bad;
            CanvasWish wish = wish_for(kind);
            wish.scale = bad;
            const CanvasPlan scaled = plan_canvas(row_of(3, 20), wish);
            EXPECT_GE(scaled.width, 1) << bad;
            EXPECT_GE(scaled.height, 1) << bad;
        }
    }
    for (const double bad : {nan, inf}) {
        auto cameras = row_of(3, 20);
        cameras[0].world_from_camera = Rotation({bad, 0, 0, 0, bad, 0, 0, 0, bad});
        const CanvasPlan plan = plan_canvas(cameras, {});
        EXPECT_GE(plan.width, 1);
        EXPECT_LT(plan.width, 3000);
        for (TileCamera& c : cameras) c.world_from_camera = cameras[0].world_from_camera;
        EXPECT_GE(plan_canvas(cameras, {}).width, 1);
    }
}

}  // namespace
}  // namespace nightstack
