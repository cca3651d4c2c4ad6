// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/patch_links.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/pipeline/graph/panorama/tile_set.h"

namespace nightstack {
namespace {

struct PatchInput {
    std::vector<GreyTile> tiles;
    std::vector<std::vector<Point>> corners;
    std::vector<BundleCamera> cameras;
    std::vector<int> group;
};

PatchInput known_input(const TileSet& set) {
    PatchInput out;
    for (const GreyDrawn& d : set.drawn) {
        out.tiles.push_back(d.tile());
        out.corners.push_back(corners_of(look_at(d.tile(), false)));
        out.cameras.push_back({d.camera, 0});
        out.group.push_back(0);
    }
    return out;
}

std::vector<TileLink> links_for(const PatchInput& in, const PatchLinkOptions& options, Runner& runner) {
    return patch_links(in.tiles, in.corners, in.cameras, in.group, {}, options, runner);
}

TEST(PatchLinks, AreBetweenAllThatMeetAndGoodToHundredths) {
    const TileSet set = grid_set({.rows = 2, .columns = 3}, grey_texture(41, 0.012));
    const PatchInput in = known_input(set);
    SerialRunner runner;
    const auto links = links_for(in, {}, runner);
    EXPECT_GE(links.size(), 9u);
    for (const TileLink& l : links) {
        EXPECT_LT(l.a, l.b);
        double sum = 0;
        for (const Correspondence& c : l.places) {
            const auto at = set.drawn[static_cast<std::size_t>(l.b)].camera.pixel(
                set.drawn[static_cast<std::size_t>(l.a)].camera.direction(c.a));
            ASSERT_TRUE(at);
            sum += std::hypot(at->x - c.b.x, at->y - c.b.y) / static_cast<double>(l.places.size());
        }
        EXPECT_LT(sum, 0.1);
    }
}

TEST(PatchLinks, KeepToGroupsAndToThoseAskedFor) {
    const TileSet set = grid_set({.rows = 1, .columns = 4}, grey_texture(42, 0.012));
    PatchInput in = known_input(set);
    SerialRunner runner;
    in.group = {0, 0, 1, -1};
    const auto grouped = links_for(in, {}, runner);
    ASSERT_EQ(grouped.size(), 1u);
    EXPECT_EQ(grouped[0].b, 1);
    in.group = {0, 0, 0, 0};
    const std::vector<char> only = {0, 0, 0, 1};
    PatchLinkOptions options;
    options.only = only;
    for (const TileLink& l : links_for(in, options, runner)) EXPECT_EQ(l.b, 3);
}

// Forty pictures of one place: not all 780 pairs, and fewer places each.
TEST(PatchLinks, OfACrowdAreBounded) {
    TileSet set;
    for (int i = 0; i < 40; ++i)
        set.add(std::to_string(i), grey_drawn(grey_texture(43, 0.012), grey_camera(0, 0, 0, 80, 60, 150)));
    const PatchInput in = known_input(set);
    SerialRunner runner;
    std::size_t places = 0;
    const auto links = links_for(in, {}, runner);
    for (const TileLink& l : links) places += l.places.size();
    EXPECT_LE(links.size(), 40u * 16);
    EXPECT_LE(places, 40u * 8 * 40);
    EXPECT_GT(links.size(), 40u);
}

}  // namespace
}  // namespace nightstack
