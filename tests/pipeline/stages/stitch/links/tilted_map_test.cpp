// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/tilted_map.h"

#include <gtest/gtest.h>

#include <random>

namespace nightstack {
namespace {

std::optional<Point> shifted_map(Point p) { return Point{p.x + 10, p.y - 5}; }

// What the map misses by: 3 + .01 x - .02 y, and -2 + .005 x.
Point tilted_truth(Point p) { return {p.x + 10 + 3 + 0.01 * p.x - 0.02 * p.y, p.y - 5 - 2 + 0.005 * p.x}; }

std::vector<Correspondence> places_of_truth(int count) {
    std::mt19937 rng(3);
    std::vector<Correspondence> out;
    for (int i = 0; i < count; ++i) {
        const Point a{static_cast<double>(rng() % 600), static_cast<double>(rng() % 400)};
        out.push_back({a, tilted_truth(a), 1});
    }
    return out;
}

TEST(TiltedMap, TakesUpAPlane) {
    const TileMap map = tilted(shifted_map, places_of_truth(30));
    for (const Point p : {Point{0, 0}, {600, 400}, {17, 350}}) {
        const auto at = map(p);
        ASSERT_TRUE(at);
        EXPECT_NEAR(at->x, tilted_truth(p).x, 1e-9);
        EXPECT_NEAR(at->y, tilted_truth(p).y, 1e-9);
    }
}

TEST(TiltedMap, IsShiftedOnlyByFewPlacesAndByThoseOnALine) {
    std::vector<Correspondence> line;
    for (int i = 0; i < 40; ++i) line.push_back({{i * 10.0, i * 5.0}, {i * 10.0 + 12, i * 5.0 - 4 + i % 2}, 1});
    for (const auto& places : {places_of_truth(11), line}) {
        const TileMap map = tilted(shifted_map, places);
        const Point a = *map({0, 0}), b = *map({100, 60});
        EXPECT_NEAR(b.x - a.x, 100, 1e-9);
        EXPECT_NEAR(b.y - a.y, 60, 1e-9);
    }
    double x = 0;
    for (const Correspondence& c : places_of_truth(11)) x += (c.b.x - c.a.x - 10) / 11;
    EXPECT_NEAR(tilted(shifted_map, places_of_truth(11))({0, 0})->x, 10 + x, 1e-9);
}

TEST(TiltedMap, IsTheMapWithoutPlaces) {
    EXPECT_EQ(tilted(shifted_map, {})({1, 2}), shifted_map({1, 2}));
    const TileMap nowhere = [](Point) { return std::optional<Point>(); };
    EXPECT_FALSE(tilted(nowhere, places_of_truth(20))({1, 2}));
    const TileMap half = [](Point p) { return p.x < 100 ? std::nullopt : shifted_map(p); };
    const TileMap map = tilted(half, places_of_truth(60));
    EXPECT_FALSE(map({50, 50}));
    EXPECT_NEAR(map({300, 50})->x, tilted_truth({300, 50}).x, 1e-9);
}

}  // namespace
}  // namespace nightstack
