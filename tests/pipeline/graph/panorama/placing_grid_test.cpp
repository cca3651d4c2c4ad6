// SPDX-License-Identifier: MIT
// Tiles that show nothing are placed by the grid the others stand in.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/pipeline/graph/panorama/tile_set.h"

namespace nightstack {
namespace {

// A texture with blank parts.
GreyScene with_sky(unsigned seed, const std::function<bool(const Direction&)>& blank) {
    return [texture = grey_texture(seed, 0.012), blank](const Direction& d) { return blank(d) ? 150 : texture(d); };
}

constexpr GridSet kThreeByFour{.rows = 3, .columns = 4, .width = 128, .height = 96, .f_px = 210};

// Blank all over one tile and a margin.
GreyScene blank_around(unsigned seed, const GridSet& how, const std::vector<GridPlace>& places) {
    std::vector<TileCamera> tiles;
    for (const GridPlace& p : places) tiles.push_back(grid_camera(how, p.row, p.column));
    return with_sky(seed, [tiles](const Direction& d) {
        return std::any_of(tiles.begin(), tiles.end(), [&](const TileCamera& c) {
            const auto at = c.pixel(d);
            return at && c.lens.holds(*at, -4);
        });
    });
}

double off_truth_rad(const TileSet& set, const PanoramaPlacement& found, std::size_t i, std::size_t anchor) {
    const auto step = [&](const TileCamera& a, const TileCamera& b) {
        return (a.world_from_camera.inverse() * b.world_from_camera)({0, 0, 1});
    };
    return angle_rad(step(found.tiles[anchor].camera, found.tiles[i].camera),
                     step(set.drawn[anchor].camera, set.drawn[i].camera));
}

TEST(PlacingGrid, FeaturelessTilesArePlacedAndSaidToBeWeak) {
    for (const bool named : {false, true}) {
        GridSet how = kThreeByFour;
        how.names_say_it = named;
        const std::vector<GridPlace> blank = {{0, 3}, {2, 0}};
        const TileSet set = grid_set(how, blank_around(21, how, blank));
        // So small tiles do not tell their focal length.
        const PanoramaPlacement found = place(set.tiles(how.f_px));
        EXPECT_EQ(found.rows, 3) << named;
        EXPECT_EQ(found.columns, 4) << named;
        EXPECT_EQ(count_of(found, TileVerdict::left_out), 0) << named;
        for (const GridPlace& p : blank) {
            const auto i = static_cast<std::size_t>(p.row * 4 + p.column);
            EXPECT_EQ(found.tiles[i].verdict, TileVerdict::weak);
            EXPECT_FALSE(found.tiles[i].reason.empty());
            EXPECT_EQ(found.tiles[i].place, p);
            EXPECT_LT(off_truth_rad(set, found, i, 5), 0.04);
        }
        const auto by_grid = std::count_if(found.links.begin(), found.links.end(),
                                           [](const PanoramaLink& l) { return l.link.source == LinkSource::grid; });
        EXPECT_GT(by_grid, 1);
    }
}

TEST(PlacingGrid, AStrayInTheSequenceIsNamedAndTheOthersAreNotMoved) {
    const GridSet how = kThreeByFour;
    TileSet set = grid_set(how, blank_around(22, how, {{0, 3}}));
    // Between the fifth and the sixth.
    set.add("pano_4b", grey_drawn(grey_texture(99, 0.012), grid_camera(how, 1, 1)));
    const PanoramaPlacement found = place(set.tiles());
    EXPECT_EQ(found.tiles[12].verdict, TileVerdict::left_out);
    EXPECT_EQ(count_of(found, TileVerdict::left_out), 1);
    EXPECT_EQ(found.tiles[3].verdict, TileVerdict::weak);
    EXPECT_EQ(found.tiles[3].place, (GridPlace{0, 3}));
    EXPECT_EQ(found.rows, 3);
    EXPECT_EQ(found.columns, 4);
}

// A band of sky across the middle: two halves that know nothing of each other stand in one grid.
TEST(PlacingGrid, TwoHalvesOfOneGridBecomeOnePanorama) {
    GridSet how = kThreeByFour;
    how.columns = 5;
    const std::vector<GridPlace> blank = {{0, 2}, {1, 2}, {2, 2}};
    const TileSet set = grid_set(how, blank_around(31, how, blank));
    const PanoramaPlacement found = place(set.tiles(how.f_px));
    EXPECT_EQ(found.panoramas, 1);
    EXPECT_EQ(found.rows, 3);
    EXPECT_EQ(found.columns, 5);
    EXPECT_EQ(count_of(found, TileVerdict::left_out), 0);
}

}  // namespace
}  // namespace nightstack
