// SPDX-License-Identifier: MIT
// Tiles with parts without data: what another tile sees there is shown, else nothing is, and no rim is dark.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "pipeline/stages/stitch/compose/composition.h"
#include "pipeline/stages/stitch/compose/tile_holes.h"
#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

namespace nightstack {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

void cut(DrawnTile& tile, const Rect& hole) {
    for (auto& plane : tile.planes)
        for (int y = hole.y; y < hole.bottom(); ++y)
            for (int x = hole.x; x < hole.right(); ++x) plane.view()(x, y) = kNone;
}

// At an edge, in the middle, in overlaps, and single pixels.
std::vector<DrawnTile> holed_tiles(const PanoScene& scene) {
    auto tiles = six_tiles(scene);
    cut(tiles[0], {60, 50, 31, 27});  // seen by none
    cut(tiles[1], {0, 30, 45, 33});   // at an edge, over the overlap: half of it seen by the first
    cut(tiles[4], {70, 10, 1, 1});    // one pixel, near an overlap
    cut(tiles[4], {20, 60, 1, 1});
    cut(tiles[3], {118, 37, 40, 40});  // in an overlap
    for (auto& tile : tiles) reduce(tile);
    return tiles;
}

const Projection kSphere = sphere(kSixFocal, kSixWidth, kSixHeight);

// Whether all four pixels around the place have data; `more`: and all others so far around.
bool has_data(const DrawnTile& tile, const Direction& world, int more) {
    const auto p = tile.camera.pixel(world);
    if (!p || !tile.camera.lens.holds(*p)) return false;
    const int x = static_cast<int>(std::floor(p->x)), y = static_cast<int>(std::floor(p->y));
    const auto plane = tile.planes[0].cview();
    for (int v = y - more; v <= y + 1 + more; ++v)
        for (int u = x - more; u <= x + 1 + more; ++u)
            if (std::isnan(plane(std::clamp(u, 0, plane.width() - 1), std::clamp(v, 0, plane.height() - 1))))
                return false;
    return true;
}

TEST(Holes, AreShownByOthersOrNotAtAllAndHaveNoRim) {
    const PanoScene scene = waves(1, 1.0, 0.08);
    const auto tiles = holed_tiles(scene);
    for (const int bands : {1, 5}) {
        for (const SeamKind kind : {SeamKind::graph_cut, SeamKind::nearest_middle}) {
            const Composition composition(placed(tiles), {}, kSphere, kSixWidth, kSixHeight, reader(tiles),
                                          reducer(tiles), {bands, kind, 0, 3});
            const Rendered out = rendered(composition, kSixWidth, kSixHeight);
            int wrong = 0, gaps = 0;
            double worst = 0;
            for (int y = 0; y < kSixHeight; ++y) {
                for (int x = 0; x < kSixWidth; ++x) {
                    const auto world = kSphere.world({static_cast<double>(x), static_cast<double>(y)});
                    const auto any = [&](int more) {
                        return std::any_of(tiles.begin(), tiles.end(),
                                           [&](const DrawnTile& t) { return has_data(t, *world, more); });
                    };
                    const bool shown = out.alpha.view()(x, y) == 1;
                    EXPECT_EQ(std::isnan(out.planes[1].view()(x, y)), !shown);
                    const bool inside = std::any_of(tiles.begin(), tiles.end(), [&](const DrawnTile& t) {
                        const auto p = t.camera.pixel(*world);
                        return p && t.camera.lens.holds(*p);
                    });
                    wrong += any(0) != shown ? 1 : 0;
                    gaps += inside && !shown ? 1 : 0;
                    if (!shown) continue;
                    const Light truth = scene(*world);
                    for (std::size_t c = 0; c < 3; ++c)
                        worst = std::max(worst, std::abs(out.planes[c].view()(x, y) - truth[c]));
                }
            }
            EXPECT_LE(wrong, 12) << bands;  // as without holes: slivers at corners of tiles
            EXPECT_GT(gaps, 25 * 21);
            EXPECT_LT(worst, 0.03) << bands;  // 0.02 without holes; a rim that reads zeros is wrong by 0.2
        }
    }
}

TEST(Holes, DoNotDependOnBlocks) {
    const auto tiles = holed_tiles(waves(3, 1.0, 0.05));
    const Composition composition(placed(tiles), {-0.1, 0, 0}, kSphere, kSixWidth, kSixHeight, reader(tiles),
                                  reducer(tiles));
    const Rendered whole = rendered(composition, kSixWidth, kSixHeight);
    for (const auto& [w, h] : {std::pair{97, 64}, std::pair{400, 51}, std::pair{33, 230}}) {
        const Rendered parts = rendered(composition, w, h);
        for (int y = 0; y < kSixHeight; ++y) {
            EXPECT_EQ(std::memcmp(whole.planes[0].cview().row_data(y), parts.planes[0].cview().row_data(y),
                                  sizeof(float) * kSixWidth),
                      0)
                << y;
        }
    }
}

// Every cell of the seams has holes of all tiles that see it: which one is shown changes from pixel to pixel.
TEST(Holes, SmallerThanCellsAreShownByOthersToo) {
    for (const bool weak : {false, true}) {
        auto tiles = six_tiles(waves(6, 1.0, 0.08));
        // Far apart, holes at the edge of what another tile sees lie in cells whose middle that one does not see.
        const int step = weak ? 43 : 11;
        for (auto& tile : tiles) {
            for (int y = 0; y < kSixTileHeight; y += step)
                for (int x = y / 3; x < kSixTileWidth; x += step)
                    cut(tile, intersected({x, y, 5, 5}, {0, 0, 160, 120}));
            reduce(tile);
        }
        auto where = placed(tiles);
        for (std::size_t i = 1; i < where.size() && weak; i += 2) where[i].fills = true;
        const Composition composition(where, {}, kSphere, kSixWidth, kSixHeight, reader(tiles), reducer(tiles),
                                      {5, SeamKind::graph_cut, 16, 3});
        const Rendered out = rendered(composition, kSixWidth, kSixHeight);
        int wrong = 0, gaps = 0;
        for (int y = 0; y < kSixHeight; ++y) {
            for (int x = 0; x < kSixWidth; ++x) {
                const auto world = kSphere.world({static_cast<double>(x), static_cast<double>(y)});
                const bool any =
                    std::any_of(tiles.begin(), tiles.end(), [&](const DrawnTile& t) { return has_data(t, *world, 0); });
                const bool shown = out.alpha.view()(x, y) == 1;
                wrong += any != shown ? 1 : 0;
                gaps += shown ? 0 : 1;
            }
        }
        EXPECT_GT(gaps, 500);
        EXPECT_LE(wrong, 3) << weak;
    }
}

// A cell whose middle the other tile does not see, though it sees the hole in it; wherever cells lie at its edge.
TEST(Holes, AtTheEdgeOfAnotherTileAreShownByIt) {
    const auto all = six_tiles(waves(7, 1.0, 0.08));
    int looked = 0;
    for (const int scale : {24, 32, 40, 48, 56, 64}) {
        std::vector<DrawnTile> tiles;
        for (const std::size_t i : {0, 1}) tiles.push_back(drawn_tile(waves(7, 1.0, 0.08), all[i].camera));
        std::vector<Point> middles;
        for (int y = 20; y < 110; y += 30) {
            const auto p = tiles[0].camera.pixel(tiles[1].camera.direction({5, static_cast<double>(y)}));
            if (!p || !tiles[0].camera.lens.holds(*p, 8)) continue;
            middles.push_back({5, static_cast<double>(y)});
            cut(tiles[0], {static_cast<int>(p->x) - 1, static_cast<int>(p->y) - 1, 3, 3});
        }
        reduce(tiles[0]);
        auto where = placed(tiles);
        where[1].fills = true;
        const Composition composition(where, {}, kSphere, kSixWidth, kSixHeight, reader(tiles), reducer(tiles),
                                      {5, SeamKind::graph_cut, scale, 3});
        const Rendered out = rendered(composition, kSixWidth, kSixHeight);
        for (const Point& m : middles) {
            const auto at = kSphere.canvas(tiles[1].camera.direction(m));
            ASSERT_TRUE(at);
            ++looked;
            EXPECT_EQ(out.alpha.view()(static_cast<int>(std::lround(at->x)), static_cast<int>(std::lround(at->y))), 1)
                << scale;
        }
    }
    EXPECT_GT(looked, 10);
}

TEST(Holes, AreLeftOutOfTheRectangle) {
    auto tiles = six_tiles(waves(4, 1.0, 0.05));
    for (auto& tile : tiles) {
        cut(tile, {80, 60, 1, 1});
        reduce(tile);
    }
    const Composition composition(placed(tiles), {}, kSphere, kSixWidth, kSixHeight, reader(tiles), reducer(tiles));
    const Rect largest = composition.max_rectangle();
    EXPECT_FALSE(largest.empty());
    EXPECT_EQ(composition.covered_part(largest), 1);
    const Rendered out = rendered(composition, kSixWidth, kSixHeight);
    for (int y = largest.y; y < largest.bottom(); ++y)
        for (int x = largest.x; x < largest.right(); ++x) ASSERT_EQ(out.alpha.view()(x, y), 1) << x << " " << y;
}

TEST(Holes, OnlyTilesWithHolesPay) {
    auto tiles = six_tiles(waves(5, 1.0, 0.05));
    const auto none = [](int, const Rect&, std::span<const ImageView<float>>) { FAIL() << "read for nothing"; };
    EXPECT_EQ(TileHoles::of(tiles[0].small(), 0, kSixTileWidth, kSixTileHeight, 3, none), nullptr);
    cut(tiles[0], {77, 41, 1, 1});
    reduce(tiles[0]);
    int rows = 0;
    const auto holes = TileHoles::of(tiles[0].small(), 0, kSixTileWidth, kSixTileHeight, 3,
                                     [&](int t, const Rect& region, std::span<const ImageView<float>> planes) {
                                         rows += region.height;
                                         reader(tiles)(t, region, planes);
                                     });
    ASSERT_NE(holes, nullptr);
    EXPECT_EQ(rows, 8);
    EXPECT_FALSE(holes->seen(76.2F, 41.5F));
    EXPECT_FALSE(holes->seen(77.0F, 40.5F));
    EXPECT_TRUE(holes->seen(75.9F, 41.0F));
    EXPECT_TRUE(holes->seen(77.0F, 42.0F));
    EXPECT_TRUE(holes->seen(-5.0F, 1e6F));
    EXPECT_EQ(holes->data({0, 0, 72, 120}), TileHoles::Data::all);
    EXPECT_EQ(holes->data({70, 40, 8, 2}), TileHoles::Data::some);
}

}  // namespace
}  // namespace nightstack
