// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/layout/grid_guess.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <random>

namespace nightstack {
namespace {

constexpr double kStep = 0.02;

struct Taken {
    int rows, columns;
    std::vector<GridPlace> places;  // as they were taken
};

using Route = std::function<GridPlace(int i, int rows, int columns)>;

GridPlace by_rows(int i, int, int columns) { return {i / columns, i % columns}; }
GridPlace by_rows_and_back(int i, int, int columns) {
    const int r = i / columns, c = i % columns;
    return {r, r % 2 == 1 ? columns - 1 - c : c};
}
GridPlace by_columns(int i, int rows, int) { return {i % rows, i / rows}; }
GridPlace by_columns_and_back(int i, int rows, int) {
    const int c = i / rows, r = i % rows;
    return {c % 2 == 1 ? rows - 1 - r : r, c};
}
// From below to above, from right to left.
GridPlace from_the_end(int i, int rows, int columns) { return {rows - 1 - i / columns, columns - 1 - i % columns}; }

Taken taken(const Route& route, int rows, int columns, int count) {
    Taken out{rows, columns, {}};
    for (int i = 0; i < count; ++i) out.places.push_back(route(i, rows, columns));
    return out;
}

// Where a tile looks, off by up to `off` of a step.
Rotation looks_at(const GridPlace& p, double off, std::mt19937& rng, double step = kStep) {
    const auto dice = [&] { return off * (2 * static_cast<double>(rng()) / 4294967296.0 - 1); };
    const double x = dice(), y = dice();
    return Rotation::looking((p.column + x) * step, -(p.row * 0.7 + y) * step, 0.001);
}

std::vector<GridTile> tiles_of(const Taken& t, double off, double known, unsigned seed) {
    std::mt19937 rng(seed);
    std::vector<GridTile> out(t.places.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Rotation r = looks_at(t.places[i], off, rng);
        if (static_cast<double>(rng()) / 4294967296.0 < known) out[i].world_from_camera = r;
    }
    return out;
}

void expect_grid(const std::optional<GridGuess>& found, const Taken& t) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->rows, t.rows);
    EXPECT_EQ(found->columns, t.columns);
    EXPECT_EQ(found->places, t.places);
    std::mt19937 rng(1);
    for (std::size_t i = 0; i < t.places.size(); ++i)
        EXPECT_LT((found->world_from_camera[i].inverse() * looks_at(t.places[i], 0, rng)).angle_rad(), 0.25 * kStep);
}

TEST(GridGuess, FindsEveryRoute) {
    for (const Route& route :
         {Route(by_rows), Route(by_rows_and_back), Route(by_columns), Route(by_columns_and_back), Route(from_the_end)})
        for (const auto& [rows, columns] : {std::pair{3, 4}, {4, 3}, {2, 7}, {5, 5}})
            expect_grid(guess_grid(tiles_of(taken(route, rows, columns, rows * columns), 0.08, 1, 3)),
                        taken(route, rows, columns, rows * columns));
}

TEST(GridGuess, FindsItWithAThirdOfTheTilesUnknown) {
    int found = 0;
    for (unsigned seed = 1; seed <= 10; ++seed) {
        const Taken t = taken(by_rows_and_back, 4, 6, 24);
        const auto guess = guess_grid(tiles_of(t, 0.08, 0.66, seed));
        found += guess && guess->places == t.places ? 1 : 0;
    }
    EXPECT_GE(found, 9);
}

TEST(GridGuess, FindsOneThatWasNotFinished) {
    const Taken t = taken(by_rows, 4, 5, 17);
    expect_grid(guess_grid(tiles_of(t, 0.05, 1, 4)), t);
}

TEST(GridGuess, FindsASingleRowAndColumn) {
    const Taken row = taken(by_rows, 1, 6, 6), column = taken(by_columns, 6, 1, 6);
    expect_grid(guess_grid(tiles_of(row, 0.03, 1, 4)), row);
    expect_grid(guess_grid(tiles_of(column, 0.03, 1, 5)), column);
}

TEST(GridGuess, GoesByNamesWhereTheySayIt) {
    std::mt19937 rng(3);
    std::vector<GridTile> tiles;
    std::vector<GridPlace> places;
    for (int i = 11; i >= 0; --i) places.push_back({(i * 5 % 12) / 4, (i * 5 % 12) % 4});  // in no order
    for (const GridPlace& p : places) tiles.push_back({looks_at(p, 0.05, rng), p});
    tiles[5].world_from_camera.reset();
    const auto found = guess_grid(tiles);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->places, places);
    EXPECT_LT((found->world_from_camera[5].inverse() * looks_at(places[5], 0, rng)).angle_rad(), 0.2 * kStep);
    // Names that are not where the tiles look are no grid.
    std::shuffle(places.begin(), places.end(), rng);
    for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i].place = places[i];
    EXPECT_FALSE(guess_grid(tiles));
}

TEST(GridGuess, StandsOneTileThatWasMoved) {
    const Taken t = taken(by_rows, 4, 5, 20);
    auto tiles = tiles_of(t, 0.05, 1, 6);
    std::mt19937 rng(1);
    tiles[7].world_from_camera = looks_at({9, 9}, 0, rng);
    const auto found = guess_grid(tiles);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->places, t.places);
    EXPECT_EQ(found->outliers, 1);
}

// A ring of three rows that closes on itself, wherever it begins.
TEST(GridGuess, FindsARingThatClosesOnItself) {
    for (int begin = 0; begin < 12; ++begin) {
        for (const int way : {1, -1}) {
            std::vector<GridTile> tiles;
            std::mt19937 rng(static_cast<unsigned>(begin + 1));
            for (int i = 0; i < 36; ++i) {
                const double lon = (begin + way * (i % 12)) * std::numbers::pi / 6, lat = (1 - i / 12) * 0.4;
                GridTile t;
                if (rng() % 5 != 0) t.world_from_camera = Rotation::looking(lon, lat, 0);
                tiles.push_back(t);
            }
            const auto found = guess_grid(tiles);
            ASSERT_TRUE(found) << begin << " " << way;
            EXPECT_EQ(found->rows, 3);
            EXPECT_EQ(found->columns, 12);
            for (int i = 0; i < 36; ++i) {
                const Rotation truth =
                    Rotation::looking((begin + way * (i % 12)) * std::numbers::pi / 6, (1 - i / 12) * 0.4, 0);
                EXPECT_LT((found->world_from_camera[static_cast<std::size_t>(i)].inverse() * truth).angle_rad(), 0.05)
                    << begin << " " << way << " " << i;
            }
        }
    }
}

TEST(GridGuess, FindsNoneInNoOrder) {
    std::mt19937 rng(7);
    std::vector<GridTile> tiles;
    for (int i = 0; i < 15; ++i) {
        GridTile t;
        t.world_from_camera =
            Rotation::looking(static_cast<double>(rng() % 1000) / 2000, static_cast<double>(rng() % 1000) / 3000, 0);
        tiles.push_back(t);
    }
    EXPECT_FALSE(guess_grid(tiles));
}

TEST(GridGuess, OfLittleAndNonsenseIsNothing) {
    EXPECT_FALSE(guess_grid({}));
    EXPECT_FALSE(guess_grid(std::vector<GridTile>(2)));
    EXPECT_FALSE(guess_grid(std::vector<GridTile>(50)));
    std::vector<GridTile> same(9);
    for (GridTile& t : same) t.world_from_camera = Rotation();
    EXPECT_FALSE(guess_grid(same));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    auto tiles = tiles_of(taken(by_rows, 3, 3, 9), 0, 1, 1);
    for (GridTile& t : tiles) t.world_from_camera = Rotation({nan, nan, nan, nan, nan, nan, nan, nan, nan});
    EXPECT_FALSE(guess_grid(tiles));
}

}  // namespace
}  // namespace nightstack
