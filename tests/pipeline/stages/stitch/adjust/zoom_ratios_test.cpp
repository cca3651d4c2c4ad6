// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/zoom_ratios.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nightstack {
namespace {

// Two pictures of the same things, the second `zoom` times larger.
TileLink zoomed_link(int a, int b, double zoom) {
    TileLink link{a, b, LinkSource::feature, {}};
    for (int i = 0; i < 20; ++i) {
        const double x = 10.0 * (i % 5), y = 12.0 * (i / 5);
        link.places.push_back({{x, y}, {500 + zoom * x, 100 + zoom * y}, 1});
    }
    return link;
}

TEST(ZoomRatios, FollowHowLargeThingsAppear) {
    const std::vector<TileLink> links = {zoomed_link(0, 1, 1.2), zoomed_link(1, 2, 0.9), zoomed_link(0, 2, 1.08)};
    const std::vector<double> found = zoom_ratios(4, links);
    EXPECT_NEAR(found[1] - found[0], std::log(1.2), 1e-3);
    EXPECT_NEAR(found[2] - found[1], std::log(0.9), 1e-3);
    EXPECT_EQ(found[3], 0) << "nothing is known of it";
}

TEST(ZoomRatios, AskForMoreThanAFewPlaces) {
    TileLink few = zoomed_link(0, 1, 2);
    few.places.resize(5);
    TileLink one_place = zoomed_link(0, 1, 2);
    for (Correspondence& c : one_place.places) c.a = {3, 3};
    EXPECT_EQ(zoom_ratios(2, std::vector{few, one_place}), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace nightstack
