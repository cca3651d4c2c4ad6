// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/coarse_shift.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/every_level.h"
#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

// Part of one large picture.
Image<float> cut(ImageView<const float> from, const Rect& part) {
    Image<float> out(part.width, part.height);
    for (int y = 0; y < part.height; ++y)
        for (int x = 0; x < part.width; ++x) out.view()(x, y) = from(part.x + x, part.y + y);
    return out;
}

Image<float> large_picture(unsigned seed) {
    return grey_plane(grey_texture(seed, 0.04, 3), grey_camera(0, 0, 0, 160, 120, 200));
}

TEST(CoarseShift, IsFoundToAFractionOfAPixel) {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        const Image<float> all = large_picture(seed);
        const int dx = static_cast<int>(seed) * 3 - 10, dy = 8 - static_cast<int>(seed) * 2;
        const Image<float> a = cut(all.cview(), {30, 30, 80, 60}),
                           b = cut(all.cview(), {30 + 30 + dx, 30 + dy, 60, 55});
        const auto found = find_shift(a.cview(), b.cview(), {{30, 0}, 12, 10, 0.2});
        ASSERT_TRUE(found) << seed;
        EXPECT_NEAR(found->shift.x, 30 + dx, 0.3);
        EXPECT_NEAR(found->shift.y, dy, 0.3);
        EXPECT_GT(found->likeness, 0.9);
        EXPECT_GT(found->sureness, 0.15);
    }
}

TEST(CoarseShift, DoesNotCareForContrastAndVignetting) {
    const Image<float> all = large_picture(3);
    const Image<float> a = cut(all.cview(), {30, 30, 80, 60});
    Image<float> b = cut(all.cview(), {55, 33, 60, 55});
    for (int y = 0; y < b.height(); ++y)
        for (int x = 0; x < b.width(); ++x)
            b.view()(x, y) =
                static_cast<float>(0.3 * static_cast<double>(b.view()(x, y)) + 40 - 0.01 * (x - 30) * (x - 30));
    const auto found = find_shift(a.cview(), b.cview(), {{22, 0}, 10, 10, 0.2});
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->shift.x, 25, 0.5);
    EXPECT_NEAR(found->shift.y, 3, 0.5);
}

TEST(CoarseShift, OfDifferentThingsIsNotLikely) {
    const Image<float> a = cut(large_picture(1).cview(), {0, 0, 80, 60}),
                       b = cut(large_picture(2).cview(), {0, 0, 60, 50});
    const auto found = find_shift(a.cview(), b.cview(), {{10, 5}, 10, 8, 0.2});
    EXPECT_TRUE(!found || found->likeness < 0.6);
}

TEST(CoarseShift, HasTheSameBitsAtEveryLevel) {
    const Image<float> all = large_picture(4);
    const Image<float> a = cut(all.cview(), {30, 30, 83, 61}), b = cut(all.cview(), {51, 33, 60, 55});
    const auto wanted = find_shift(a.cview(), b.cview(), {{20, 0}, 6, 6, 0.2});
    ASSERT_TRUE(wanted);
    at_every_level([&] {
        const auto found = find_shift(a.cview(), b.cview(), {{20, 0}, 6, 6, 0.2});
        ASSERT_TRUE(found);
        EXPECT_EQ(found->shift, wanted->shift);
        EXPECT_EQ(found->likeness, wanted->likeness);
        EXPECT_EQ(found->sureness, wanted->sureness);
    });
}

TEST(CoarseShift, OfNothingAndNonsenseIsNothing) {
    const Image<float> a = cut(large_picture(1).cview(), {0, 0, 80, 60}), flat(80, 60), empty, dot(1, 1);
    const ShiftSearch near{{0, 0}, 4, 4, 0.1};
    EXPECT_FALSE(find_shift(a.cview(), empty.cview(), near));
    EXPECT_FALSE(find_shift(empty.cview(), a.cview(), near));
    EXPECT_FALSE(find_shift(a.cview(), flat.cview(), near));
    EXPECT_FALSE(find_shift(flat.cview(), flat.cview(), near));
    EXPECT_FALSE(find_shift(dot.cview(), dot.cview(), near));
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e12, -1e12}) {
        EXPECT_FALSE(find_shift(a.cview(), a.cview(), {{bad, 0}, 4, 4, 0.1}));
        EXPECT_FALSE(find_shift(a.cview(), a.cview(), {{0, bad}, 4, 4, 0.1}));
        EXPECT_FALSE(find_shift(a.cview(), a.cview(), {{0, 0}, bad, 4, 0.1}));
        EXPECT_FALSE(find_shift(a.cview(), a.cview(), {{0, 0}, 4, bad, 0.1}));
    }
}

TEST(Detail, TellsNoiseAndSlopesFromStructure) {
    Image<float> slope(120, 90);
    for (int y = 0; y < 90; ++y)
        for (int x = 0; x < 120; ++x) slope.view()(x, y) = static_cast<float>(x + y);
    EXPECT_LT(detail_of(slope.cview()), 6);
    EXPECT_EQ(detail_of(Image<float>(50, 50).cview()), 0);
    EXPECT_EQ(detail_of({}), 0);
    EXPECT_GT(detail_of(large_picture(1).cview()), 15);
}

}  // namespace
}  // namespace nightstack
