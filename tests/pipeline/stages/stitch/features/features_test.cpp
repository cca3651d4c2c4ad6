// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/stages/stitch/features/match.h"
#include "tests/support/every_level.h"
#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

struct Looked {
    TileCamera camera;
    Features features;
};

Looked look(const GreyScene& scene, const TileCamera& camera, bool turned = false) {
    return {camera, find_features(grey_plane(scene, camera).cview(), {500, turned})};
}

// Matches, and how many of them show the same direction to 2 px.
std::pair<int, int> matched(const Looked& a, const Looked& b) {
    int good = 0, all = 0;
    for (const FeatureMatch& m : match_features(a.features.looks, b.features.looks)) {
        const Direction d = a.camera.direction(a.features.places[static_cast<std::size_t>(m.a)]);
        const Direction e = b.camera.direction(b.features.places[static_cast<std::size_t>(m.b)]);
        ++all;
        good += angle_rad(d, e) * b.camera.lens.f_px < 2 ? 1 : 0;
    }
    return {all, good};
}

TEST(Features, AreFoundAgainInAShiftedPicture) {
    const GreyScene scene = grey_texture(3, 0.015);
    const Looked a = look(scene, grey_camera(0, 0, 0, 240, 180, 300));
    const Looked b = look(scene, grey_camera(14, 3, 2, 240, 180, 300));
    const auto [all, good] = matched(a, b);
    EXPECT_GT(good, 30);
    EXPECT_GT(good, 0.8 * all);
}

TEST(Features, AreFoundAgainUnderAnyRollWhenAskedFor) {
    const GreyScene scene = grey_texture(4, 0.015);
    const Looked a = look(scene, grey_camera(0, 0, 0, 240, 180, 300), true);
    for (const double roll : {40.0, 90.0, 200.0}) {
        const Looked b = look(scene, grey_camera(4, 3, roll, 240, 180, 300), true);
        const auto [all, good] = matched(a, b);
        EXPECT_GT(good, 30) << roll;
        EXPECT_GT(good, 0.7 * all) << roll;
    }
    const auto [upright, none] =
        matched(look(scene, grey_camera(0, 0, 0, 240, 180, 300)), look(scene, grey_camera(4, 3, 90, 240, 180, 300)));
    EXPECT_LT(none, 10) << upright;
}

TEST(Features, AreTheSameAtEveryLevel) {
    const Image<float> plane = grey_plane(grey_texture(5, 0.02), grey_camera(0, 0, 0, 160, 120, 200));
    const Features wanted = find_features(plane.cview(), {300, true});
    EXPECT_GT(wanted.size(), 30u);
    at_every_level([&] {
        const Features found = find_features(plane.cview(), {300, true});
        EXPECT_EQ(found.places, wanted.places);
        EXPECT_EQ(found.looks, wanted.looks);
    });
}

TEST(Features, KeepTheirNumber) {
    const Image<float> plane = grey_plane(grey_texture(5, 0.015), grey_camera(0, 0, 0, 240, 180, 300));
    for (const int most : {0, 1, 20, 100}) EXPECT_LE(find_features(plane.cview(), {most, false}).size(), most + 2u);
    EXPECT_GT(find_features(plane.cview(), {100, false}).size(), 80u);
}

TEST(Features, OfEmptyPicturesAreNone) {
    for (const auto& [w, h] : {std::pair{0, 0}, {1, 1}, {2, 3}, {8, 8}, {16, 16}, {33, 15}, {600, 1}, {1, 600}}) {
        const Image<float> plane = grey_plane(grey_texture(1, 0.02), grey_camera(0, 0, 0, w, h, 200));
        EXPECT_EQ(find_features(plane.cview()).size(), 0u) << w << " " << h;
    }
    for (const double value : {0.0, 255.0}) {
        const Image<float> plane = grey_plane(grey_flat(value), grey_camera(0, 0, 0, 120, 90, 200));
        EXPECT_EQ(find_features(plane.cview()).size(), 0u);
    }
}

}  // namespace
}  // namespace nightstack
