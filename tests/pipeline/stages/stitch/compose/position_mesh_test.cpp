// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/position_mesh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

namespace nightstack {
namespace {

constexpr double kMapScale = 220;
constexpr int kMapWidth = 1400, kMapHeight = 700;

Projection projection_of(ProjectionKind kind) {
    return {kind, kMapScale, Rotation::looking(0.1, -0.05, 0.02), {kMapWidth / 2.0, kMapHeight / 2.0}};
}

// The long way, by the two types that define it. Nothing outside of the tile.
std::optional<Point> exact(const TileCamera& camera, const Projection& projection, double x, double y) {
    const auto world = projection.world({x, y});
    if (!world) return std::nullopt;
    const auto p = camera.pixel(*world);
    if (!p || !camera.lens.holds(*p)) return std::nullopt;
    return p;
}

class Mesh : public testing::TestWithParam<ProjectionKind> {};

TEST_P(Mesh, IsAsGoodAsTheLongWay) {
    const Projection projection = projection_of(GetParam());
    // Straight ahead, at the wrap, both poles, bent, tele.
    const std::vector<TileCamera> cameras{looking(10, 5, 3, 320, 200, 260),       looking(178, 8, -20, 320, 200, 260),
                                          looking(30, 86, 10, 320, 200, 260),     looking(-60, -88, 0, 320, 200, 200),
                                          looking(-20, 3, 0, 320, 200, 240, -.2), looking(4, 2, 0, 320, 200, 2000)};
    std::int64_t compared = 0;
    for (const TileCamera& camera : cameras) {
        const CanvasToTile map(camera, projection);
        for (const int spacing : {3, 4, 5}) {
            PositionMesh mesh;
            mesh.cover(map, {1, 0, spacing, 0.3}, {0, 0, kMapWidth, kMapHeight});
            double worst = 0;
            std::int64_t wrong_side = 0;
            for (int y = 0; y < kMapHeight; y += 11) {
                if (!map.on_map(y)) continue;
                const PositionMesh::Row row = mesh.row(0, y, kMapWidth);
                for (int x = 0; x < kMapWidth; ++x) {
                    const Point p{row.x[x], row.y[x]};
                    const auto truth = exact(camera, projection, x, y);
                    if (!truth) {
                        wrong_side += camera.lens.holds(p, 0.01) ? 1 : 0;
                        continue;
                    }
                    worst = std::max({worst, std::abs(p.x - truth->x), std::abs(p.y - truth->y)});
                    ++compared;
                }
            }
            EXPECT_LT(worst, 0.01) << name(GetParam()) << " yaw of tile " << &camera - cameras.data() << " " << spacing;
            EXPECT_EQ(wrong_side, 0);
        }
    }
    EXPECT_GT(compared, 10000);
}

TEST_P(Mesh, DoesNotDependOnWhatIsCovered) {
    const CanvasToTile map(looking(160, 60, 10, 320, 200, 260), projection_of(GetParam()));
    const MeshShape shape{1, 0, 4, 0.3};
    PositionMesh all;
    all.cover(map, shape, {-50, -50, kMapWidth, kMapHeight});
    for (const int x0 : {-37, 703}) {
        PositionMesh part;
        part.cover(map, shape, {x0 - 2, -21, 37, 54});
        for (int y = -21; y < 33; ++y) {
            const auto a = all.row(-50, y, kMapWidth);
            const auto b = part.row(x0, y, 31);
            for (int x = 0; x < 31; ++x) {
                ASSERT_EQ(a.x[x0 + 50 + x], b.x[x]);
                ASSERT_EQ(a.y[x0 + 50 + x], b.y[x]);
            }
            // And it is where it should be, also left of the canvas and above it.
            const auto truth = map(x0, y);
            if (truth.seen) {
                ASSERT_NEAR(b.x[0], truth.x, 0.01 + 1e-6 * std::abs(truth.x));
            }
        }
    }
}

TEST_P(Mesh, KnowsWhatLiesInside) {
    const TileCamera camera = looking(10, 15, 8, 320, 200, 260, -0.1);
    const Projection projection = projection_of(GetParam());
    const CanvasToTile map(camera, projection);
    PositionMesh mesh;
    mesh.cover(map, {1, 0, 4, 0.3}, {0, 0, kMapWidth, kMapHeight});
    int inside = 0, outside = 0;
    for (int y = 0; y + 16 <= kMapHeight; y += 16) {
        for (int x = 0; x + 16 <= kMapWidth; x += 16) {
            int seen = 0;
            Rect need;
            for (int v = y; v < y + 16; ++v) {
                for (int u = x; u < x + 16; ++u) {
                    const auto p = exact(camera, projection, u, v);
                    if (!p) continue;
                    ++seen;
                    need = united(need, {static_cast<int>(std::floor(p->x)), static_cast<int>(std::floor(p->y)), 2, 2});
                }
            }
            const Rect square{x, y, 16, 16};
            if (mesh.surely_inside(square)) {
                EXPECT_EQ(seen, 256);
                ++inside;
            }
            if (mesh.surely_outside(square)) {
                EXPECT_EQ(seen, 0);
                ++outside;
            }
            if (seen > 0) {
                EXPECT_TRUE(mesh.bounds(square).contains(intersected(need, {0, 0, 320, 200})));
            }
        }
    }
    EXPECT_GT(inside, 50);
    EXPECT_GT(outside, 1000);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Mesh,
                         testing::Values(ProjectionKind::rectilinear, ProjectionKind::cylindrical,
                                         ProjectionKind::spherical, ProjectionKind::mercator,
                                         ProjectionKind::stereographic),
                         [](const auto& tested) { return std::string(name(tested.param)); });

}  // namespace
}  // namespace nightstack
