// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/corners.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace nightstack {
namespace {

Image<float> strengths(int width, int height, unsigned seed) {
    std::mt19937 rng(seed);
    Image<float> out(width, height);
    for (int y = 0; y < height; ++y)
        for (float& v : out.view().row(y)) v = static_cast<float>(rng() % 1000) / 10;
    return out;
}

int peaks_of(ImageView<const float> v, int margin) {
    int n = 0;
    for (int y = margin; y < v.height() - margin; ++y) {
        for (int x = margin; x < v.width() - margin; ++x) {
            bool peak = v(x, y) > 1e-9F;
            for (int i = 0; i < 9; ++i) {
                const float there = v(x - 1 + i % 3, y - 1 + i / 3);
                if (i < 4) peak = peak && there <= v(x, y);
                if (i > 4) peak = peak && there < v(x, y);
            }
            n += peak ? 1 : 0;
        }
    }
    return n;
}

TEST(Corners, AreAllPeaksWhenThereIsRoom) {
    const Image<float> plane = strengths(70, 50, 3);
    EXPECT_EQ(static_cast<int>(find_corners(plane.cview(), 100000, 4).size()), peaks_of(plane.cview(), 4));
}

TEST(Corners, AreTheStrongestFirstAndAwayFromTheRim) {
    const Image<float> plane = strengths(200, 100, 4);
    const auto found = find_corners(plane.cview(), 150, 16);
    EXPECT_EQ(found.size(), 150u);
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end(),
                               [](const Corner& a, const Corner& b) { return a.strength > b.strength; }));
    for (const Corner& c : found) {
        EXPECT_GE(c.at.x, 15.5);
        EXPECT_LE(c.at.x, 183.5);
        EXPECT_GE(c.at.y, 15.5);
        EXPECT_LE(c.at.y, 83.5);
    }
}

TEST(Corners, AreSpreadOverThePlane) {
    Image<float> plane = strengths(320, 320, 5);
    // One quarter is a hundred times as strong; it must not get everything.
    for (int y = 0; y < 160; ++y)
        for (int x = 0; x < 160; ++x) plane.view()(x, y) *= 100;
    const auto found = find_corners(plane.cview(), 640, 1);
    const auto strong =
        std::count_if(found.begin(), found.end(), [](const Corner& c) { return c.at.x < 160 && c.at.y < 160; });
    EXPECT_NEAR(static_cast<double>(strong), 160, 5);
}

TEST(Corners, GiveWhatPoorCellsLeaveToTheRich) {
    Image<float> plane(320, 320);
    const Image<float> some = strengths(320, 320, 6);
    for (int y = 1; y < 39; ++y)
        for (int x = 1; x < 39; ++x) plane.view()(x, y) = some.cview()(x, y);
    EXPECT_EQ(find_corners(plane.cview(), 64, 1).size(), 64u);
}

TEST(Corners, LieBetweenPixels) {
    Image<float> plane(40, 40);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 40; ++x)
            plane.view()(x, y) = static_cast<float>(100 - (x - 20.3) * (x - 20.3) - (y - 17.8) * (y - 17.8));
    const auto found = find_corners(plane.cview(), 5, 2);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NEAR(found[0].at.x, 20.3, 1e-4);
    EXPECT_NEAR(found[0].at.y, 17.8, 1e-4);
}

TEST(Corners, OfFlatTinyAndBrokenPlanesAreFew) {
    for (int side = 0; side < 40; ++side) {
        const Image<float> tiny = strengths(side, 40 - side, 7);
        EXPECT_TRUE(find_corners(tiny.cview(), 10, 20).empty());
    }
    EXPECT_TRUE(find_corners(strengths(64, 64, 8).cview(), 0, 1).empty());
    EXPECT_TRUE(find_corners(strengths(64, 64, 8).cview(), -5, 1).empty());
    Image<float> flat(64, 64);
    EXPECT_TRUE(find_corners(flat.cview(), 10, 1).empty());
    for (int y = 0; y < 64; ++y)
        for (float& v : flat.view().row(y)) v = 7;
    EXPECT_LE(find_corners(flat.cview(), 10, 1).size(), 10u);
    for (int y = 0; y < 64; ++y)
        for (float& v : flat.view().row(y)) v = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(find_corners(flat.cview(), 10, 1).empty());
}

}  // namespace
}  // namespace nightstack
