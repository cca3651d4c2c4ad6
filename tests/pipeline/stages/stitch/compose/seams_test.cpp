// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/seams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

namespace nightstack {
namespace {

constexpr int kSeamTileWidth = 240, kSeamTileHeight = 160;
constexpr double kSeamFocal = 240;

// A disc of another colour around a direction.
PanoScene with_disc(const PanoScene& scene, const Direction& middle, double radius_rad) {
    return [=](const Direction& d) { return angle_rad(d, middle) < radius_rad ? Light{0.05, 0.6, 0.1} : scene(d); };
}

Direction towards(double yaw_deg, double pitch_deg) {
    return looking(yaw_deg, pitch_deg, 0, 1, 1, 1).direction({0, 0});
}

constexpr int kPairWidth = 420, kPairHeight = 150;
const Projection kPairSphere{ProjectionKind::spherical, kSeamFocal, {}, {kPairWidth / 2.0, kPairHeight / 2.0}};

// How much of the disc is shown: 0 none, 1 all, by its colour.
double disc_part(const Rendered& out, const Direction& middle, double radius_rad) {
    int all = 0, shown = 0;
    for (int y = 0; y < kPairHeight; ++y) {
        for (int x = 0; x < kPairWidth; ++x) {
            const Direction d = *kPairSphere.world({static_cast<double>(x), static_cast<double>(y)});
            if (angle_rad(d, middle) > radius_rad * 0.8) continue;
            ++all;
            const float red = out.planes[0].view()(x, y), green = out.planes[1].view()(x, y);
            shown += green > 3 * red ? 1 : 0;
        }
    }
    return static_cast<double>(shown) / all;
}

TEST(Seams, ShowWhatMovesWholeOrNotAtAll) {
    const PanoScene scene = waves(1, 1.0, 0.05);
    // The overlap is from -8 to 8 degrees or so; the disc stands in one of the two tiles, at several places in it.
    for (const double yaw : {-4.0, -1.0, 0.0, 2.0, 4.5}) {
        for (const int holder : {0, 1}) {
            const Direction middle = towards(yaw, 3);
            constexpr double kRadius = 0.06;
            const PanoScene disc = with_disc(scene, middle, kRadius);
            std::vector<DrawnTile> tiles;
            tiles.push_back(drawn_tile(holder == 0 ? disc : scene,
                                       looking(-17, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
            tiles.push_back(
                drawn_tile(holder == 1 ? disc : scene, looking(17, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
            const Composition composition(placed(tiles), {}, kPairSphere, kPairWidth, kPairHeight, reader(tiles),
                                          reducer(tiles), {1});
            const double part = disc_part(rendered(composition, kPairWidth, kPairHeight), middle, kRadius);
            EXPECT_TRUE(part < 0.02 || part > 0.98) << yaw << " " << holder << ": " << part;
        }
    }
}

// Whatever comes first.
TEST(Seams, ATileWhosePlaceIsNotSureOnlyFills) {
    const PanoScene scene = waves(1, 1.0, 0.05);
    for (const std::size_t unsure : {std::size_t{0}, std::size_t{1}}) {
        std::vector<DrawnTile> tiles;
        tiles.push_back(drawn_tile(scene, looking(-17, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
        tiles.push_back(drawn_tile(scene, looking(17, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
        std::vector<PlacedTile> both = placed(tiles);
        both[unsure].fills = true;
        const SeamMap map =
            find_seams(both, {}, kPairSphere, kPairWidth, kPairHeight, reducer(tiles), SeamKind::graph_cut, 4);
        int filled = 0;
        for (int row = 0; row < map.rows; ++row) {
            for (int column = 0; column < map.columns; ++column) {
                if (map.label(column, row) != static_cast<int>(unsure)) continue;
                ++filled;
                const Point middle{4 * column + 1.5, 4 * row + 1.5};
                const auto other = both[1 - unsure].camera.pixel(*kPairSphere.world(middle));
                EXPECT_FALSE(other && both[1 - unsure].camera.lens.holds(*other)) << column << " " << row;
            }
        }
        EXPECT_GT(filled, 100);
    }
}

// Tiles of different sizes, so that this is not the middle of what both see.
TEST(Seams, RunWhereBothAreAsFarFromTheirMiddlesWhereNothingTells) {
    const PanoScene even = [](const Direction&) { return Light{0.4, 0.4, 0.4}; };
    std::vector<DrawnTile> tiles;
    tiles.push_back(drawn_tile(even, looking(-17, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
    tiles.push_back(drawn_tile(even, looking(17, 0, 0, kSeamTileWidth + 80, kSeamTileHeight, kSeamFocal)));
    for (const SeamKind kind : {SeamKind::graph_cut, SeamKind::nearest_middle}) {
        const SeamMap map =
            find_seams(placed(tiles), {}, kPairSphere, kPairWidth, kPairHeight, reducer(tiles), kind, 4);
        for (int y = 6; y < map.rows - 6; ++y) {
            int border = 0;
            while (border < map.columns && map.label(border, y) != 1) ++border;
            const Direction world = *kPairSphere.world({4 * border - 0.5, 4 * y + 1.5});
            double q[2];
            for (std::size_t t = 0; t < 2; ++t) q[t] = tile_q(tiles[t].camera.lens, *tiles[t].camera.pixel(world));
            EXPECT_NEAR(q[0], q[1], 0.06) << y;
        }
    }
}

TEST(Seams, LeaveToATileWhatItAloneSees) {
    const PanoScene scene = waves(2, 1.0, 0.05);
    std::vector<DrawnTile> tiles;
    for (const double yaw : {-17.0, 17.0})
        tiles.push_back(drawn_tile(scene, looking(yaw, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
    const SeamMap map =
        find_seams(placed(tiles), {}, kPairSphere, kPairWidth, kPairHeight, reducer(tiles), SeamKind::graph_cut, 4);
    for (int y = 0; y < map.rows; ++y) {
        for (int x = 0; x < map.columns; ++x) {
            const Direction world = *kPairSphere.world({4 * x + 1.5, 4 * y + 1.5});
            std::set<int> sees;
            for (int t = 0; t < 2; ++t) {
                const auto& camera = tiles[static_cast<std::size_t>(t)].camera;
                const auto p = camera.pixel(world);
                if (p && camera.lens.holds(*p)) sees.insert(t);
            }
            if (sees.empty()) {
                EXPECT_EQ(map.label(x, y), SeamMap::kNone);
            } else {
                EXPECT_TRUE(sees.count(map.label(x, y)) == 1) << x << " " << y;
            }
        }
    }
}

// Noise and light that is a little wrong: across the seam neighbours differ no more than anywhere else.
TEST(Seams, AreNotSeen) {
    const PanoScene scene = waves(3, 1.0, 0.04);
    std::vector<DrawnTile> tiles;
    unsigned seed = 1;
    for (const double yaw : {-17.0, 17.0}) {
        const TileLight light{{1 + 0.01F * static_cast<float>(yaw > 0), 1, 1}};
        tiles.push_back(drawn_tile(scene, looking(yaw, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal), light, {},
                                   0.004, seed++));
    }
    const Composition composition(placed(tiles), {}, kPairSphere, kPairWidth, kPairHeight, reader(tiles),
                                  reducer(tiles));
    const Rendered out = rendered(composition, kPairWidth, kPairHeight);
    const SeamMap& map = composition.seams();
    double across = 0, elsewhere = 0;
    int n = 0, m = 0;
    for (int y = 10; y < kPairHeight - 10; ++y) {
        int border = 0;
        while (border < map.columns && map.label(border, y / map.scale) != 1) ++border;
        for (int x = kPairWidth / 2 - 40; x < kPairWidth / 2 + 40; ++x) {
            const double d = out.planes[0].view()(x + 1, y) - static_cast<double>(out.planes[0].view()(x, y));
            if (std::abs(x - border * map.scale) <= 2) {
                across += d * d;
                ++n;
            } else if (std::abs(x - border * map.scale) > 8) {
                elsewhere += d * d;
                ++m;
            }
        }
    }
    EXPECT_LT(std::sqrt(across / n), 1.1 * std::sqrt(elsewhere / m));
}

// What moves stands across the ends of the canvas, in one of the two tiles that meet there.
TEST(Seams, CrossTheEndsOfTheCanvas) {
    const PanoScene scene = waves(4, 1.0, 0.05);
    constexpr int kRound = 1200, kTall = 100;
    const Projection projection{ProjectionKind::cylindrical, kRound / (2 * std::numbers::pi), {}, {kRound / 2.0, 50}};
    for (const double yaw : {178.5, 180.5}) {
        const PanoScene disc = with_disc(scene, towards(yaw, 0), 0.06);
        std::vector<DrawnTile> tiles;
        for (int i = 0; i < 12; ++i)
            tiles.push_back(drawn_tile(i == 5 ? disc : scene, looking(30 * i + 15, 0, 0, 180, 120, 190)));
        const SeamMap map =
            find_seams(placed(tiles), {}, projection, kRound, kTall, reducer(tiles), SeamKind::graph_cut, 4);
        EXPECT_TRUE(map.wraps);
        std::set<std::int32_t> shows;
        for (int y = 0; y < map.rows; ++y) {
            for (int x = 0; x < map.columns; ++x) {
                const Direction d = *projection.world({4 * x + 1.5, 4 * y + 1.5});
                if (angle_rad(d, towards(yaw, 0)) < 0.05) shows.insert(map.label(x, y));
            }
        }
        EXPECT_EQ(shows.size(), 1U) << yaw;
    }
}

TEST(Seams, TakeADuplicateForNothingNew) {
    const PanoScene scene = waves(5, 1.0, 0.05);
    std::vector<DrawnTile> tiles;
    for (int i = 0; i < 2; ++i)
        tiles.push_back(drawn_tile(scene, looking(0, 0, 0, kSeamTileWidth, kSeamTileHeight, kSeamFocal)));
    const SeamMap map =
        find_seams(placed(tiles), {}, kPairSphere, kPairWidth, kPairHeight, reducer(tiles), SeamKind::graph_cut, 4);
    EXPECT_EQ(std::count(map.labels.begin(), map.labels.end(), 1), 0);
    EXPECT_GT(std::count(map.labels.begin(), map.labels.end(), 0), 1000);
}

TEST(SeamScale, IsChosenByTheCanvas) {
    EXPECT_EQ(seam_scale(400, 200), 4);
    EXPECT_EQ(seam_scale(11000, 1500), 16);
    EXPECT_EQ(seam_scale(100000, 10000), 128);
}

}  // namespace
}  // namespace nightstack
