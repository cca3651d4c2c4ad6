// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/refine_link.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

TileMap map_of(const TileCamera& a, const TileCamera& b, Point off = {}) {
    return [=](Point p) -> std::optional<Point> {
        const auto at = b.pixel(a.direction(p));
        if (!at) return std::nullopt;
        return Point{at->x + off.x, at->y + off.y};
    };
}

std::vector<Point> places_over(int width, int height, int step) {
    std::vector<Point> out;
    for (int y = step; y < height - step; y += step)
        for (int x = step; x < width - step; x += step) out.push_back({static_cast<double>(x), static_cast<double>(y)});
    return out;
}

// Root of the mean square of what the places are off, both axes together.
double rms_off(const std::vector<Correspondence>& places, const TileCamera& a, const TileCamera& b) {
    double sum = 0;
    for (const Correspondence& c : places) {
        const auto at = b.pixel(a.direction(c.a));
        EXPECT_TRUE(at);
        if (at) sum += (at->x - c.b.x) * (at->x - c.b.x) + (at->y - c.b.y) * (at->y - c.b.y);
    }
    return std::sqrt(sum / std::max<double>(1, static_cast<double>(places.size())));
}

TEST(RefinedPlaces, AreGoodToHundredths) {
    const GreyScene scene = grey_texture(2, 0.012);
    for (const int level : {0, 1}) {
        const GreyDrawn a = grey_drawn(scene, grey_camera(0, 0, 0, 240, 180, 500), {level, 1, 0, 1, 1});
        const GreyDrawn b = grey_drawn(scene, grey_camera(9, 2, 3, 240, 180, 500), {level, 0.7, 20, 1, 2});
        const auto found =
            refine_places(a.tile(), b.tile(), places_over(240, 180, 12), map_of(a.camera, b.camera, {4, -3}), {});
        EXPECT_GT(found.size(), 25u) << level;
        EXPECT_LT(rms_off(found, a.camera, b.camera), 0.06) << level;
    }
}

TEST(RefinedPlaces, AreNoneWhereThePicturesDiffer) {
    const GreyDrawn a = grey_drawn(grey_texture(2, 0.012), grey_camera(0, 0, 0, 240, 180, 500), {1});
    const GreyDrawn b = grey_drawn(grey_texture(3, 0.012), grey_camera(9, 2, 0, 240, 180, 500), {1});
    EXPECT_LT(refine_places(a.tile(), b.tile(), places_over(240, 180, 12), map_of(a.camera, b.camera), {}).size(), 3u);
}

TEST(RefinedPlaces, AreAsManyAsWantedAndSpread) {
    const GreyScene scene = grey_texture(4, 0.012);
    const GreyDrawn a = grey_drawn(scene, grey_camera(0, 0, 0, 240, 180, 500));
    const GreyDrawn b = grey_drawn(scene, grey_camera(1, 0, 0, 240, 180, 500));
    std::vector<Point> many;  // all in one corner first
    for (int i = 0; i < 400; ++i) many.push_back({30.0 + i % 20, 30.0 + i / 20});
    for (const Point& p : places_over(240, 180, 20)) many.push_back(p);
    RefineOptions options;
    options.most_places = 24;
    const auto found = refine_places(a.tile(), b.tile(), many, map_of(a.camera, b.camera), options);
    EXPECT_LE(found.size(), 24u);
    EXPECT_GT(found.size(), 10u);
    EXPECT_GT(std::count_if(found.begin(), found.end(), [](const auto& c) { return c.a.x > 120; }), 4);
}

// Whatever the two look like, nothing outside of them is read (asserts and sanitizers watch).
TEST(RefinedPlaces, OfTinyAndUnlikeTilesDoNotReadBeyondThem) {
    const GreyScene scene = grey_texture(5, 0.012);
    for (const auto& [w, h] : {std::pair{1, 1}, {8, 8}, {27, 240}, {33, 33}, {64, 5}, {241, 179}}) {
        for (const int level : {0, 1, 3}) {
            const GreyDrawn a = grey_drawn(scene, grey_camera(0, 0, 0, w, h, 300), {level});
            const GreyDrawn b = grey_drawn(scene, grey_camera(2, 1, 0, 121, 97, 300), {1});
            const std::vector<Point> all = places_over(w, h, 1 + w / 8), all_b = places_over(121, 97, 11);
            refine_places(a.tile(), b.tile(), all, map_of(a.camera, b.camera, {5, 5}), {});
            refine_places(b.tile(), a.tile(), all_b, map_of(b.camera, a.camera, {5, 5}), {});
        }
    }
    const GreyDrawn a = grey_drawn(scene, grey_camera(0, 0, 0, 64, 64, 300));
    EXPECT_TRUE(refine_places(a.tile(), a.tile(), {}, map_of(a.camera, a.camera), {}).empty());
    RefineOptions none;
    none.most_places = 0;
    EXPECT_TRUE(refine_places(a.tile(), a.tile(), places_over(64, 64, 8), map_of(a.camera, a.camera), none).empty());
}

}  // namespace
}  // namespace nightstack
