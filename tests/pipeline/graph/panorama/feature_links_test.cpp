// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/feature_links.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

TEST(FeatureLink, IsFoundBetweenTilesThatOverlapAndNotBetweenOthers) {
    const GreyScene scene = grey_texture(3, 0.015);
    const GreyDrawn a = grey_drawn(scene, grey_camera(0, 0, 0, 240, 180, 300), {1}),
                    b = grey_drawn(scene, grey_camera(14, 3, 2, 240, 180, 300), {1}),
                    c = grey_drawn(scene, grey_camera(120, 3, 2, 240, 180, 300), {1});
    const TileLooks of_a = look_at(a.tile(), false), of_b = look_at(b.tile(), false), of_c = look_at(c.tile(), false);
    const auto link = link_by_features(of_a.features, of_b.features, b.tile(), 8);
    ASSERT_TRUE(link);
    int good = 0;
    for (const Correspondence& p : link->places) {
        const auto at = b.camera.pixel(a.camera.direction(p.a));
        good += at && std::hypot(at->x - p.b.x, at->y - p.b.y) < 6 ? 1 : 0;
    }
    EXPECT_GT(good, 0.9 * static_cast<double>(link->places.size()));
    EXPECT_FALSE(link_by_features(of_a.features, of_c.features, c.tile(), 8));
    EXPECT_EQ(likeness_count(of_a, of_b), likeness_count(of_b, of_a));
    EXPECT_GT(likeness_count(of_a, of_b), 3 * likeness_count(of_a, of_c) + 5);
    EXPECT_GT(sketch_likeness(of_a.sketch, of_b.sketch), 2 * sketch_likeness(of_a.sketch, of_c.sketch) + 3);
    EXPECT_LE(corners_of(of_a).size(), 500u);
}

TEST(FeatureLink, OfNothingIsNone) {
    const Features none;
    const GreyDrawn dot = grey_drawn(grey_flat(100), grey_camera(0, 0, 0, 1, 1, 10));
    EXPECT_FALSE(link_by_features(none, none, dot.tile(), 8));
    const TileLooks looks = look_at(dot.tile(), true);
    EXPECT_EQ(looks.features.size(), 0u);
    EXPECT_EQ(likeness_count(looks, looks), 0);
    EXPECT_EQ(sketch_likeness(looks.sketch, looks.sketch), 0);
    EXPECT_TRUE(corners_of(looks).empty());
}

}  // namespace
}  // namespace nightstack
