// SPDX-License-Identifier: MIT
// What must be exact to the bit: copies, shifts and flips by whole pixels, tiles against the whole,
// CPU levels against each other; and where there is data at all.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "pipeline/core/error.h"
#include "warp_twin.h"

namespace nightstack {
namespace {

const std::vector<Transform>& some_transforms() {
    static const std::vector<Transform> all{
        Transform(),
        Transform::shift(3.25, -7.6),
        Transform::similarity(1, 0.0175, 4.2, -3.1),
        Transform::similarity(1, -0.12, 2, 20),
        Transform::similarity(1.01, 0.24, 30, -20),
        Transform({-1, 0.1, 160, 0.1, -1, 100, 0, 0, 1}),
        Transform::similarity(1, 0.3, 30, -20),
        Transform::similarity(1.02, 0.36, 30, -20),
        Transform::similarity(1, 0.7, 60, -50),
        Transform::similarity(1, std::numbers::pi + 0.01, 190, 140),
        Transform::similarity(0.99, std::numbers::pi - 0.2, 150, 130),
        Transform::similarity(0.47, -0.3, 20, 30),
        Transform::similarity(2.3, 1.9, 150, -100),
        Transform({-1, 0.02, 180, 0.01, 1, 3, 0, 0, 1}),
        Transform({1.01, 0.02, -4, -0.015, 0.99, 6, 2e-4, -1e-4, 1}),
        Transform({1, 0.1, 0, 0, 1, 0, -0.012, 0.001, 1}),  // its horizon crosses the canvas
    };
    return all;
}

TEST(Warp, IdentityCopiesEveryBit) {
    const Image<float> frame = noise_frame(133, 71, 1);
    at_every_cpu_level([&] {
        for (const WarpKind kind : kAllKinds) {
            EXPECT_TRUE(same_pixels(warped(frame, {0, 0, 133, 71}, Transform(), kind).view(), frame.view()))
                << name(kind);
        }
    });
}

TEST(Warp, WholePixelShiftsAreExactAndTheRestIsNoData) {
    const Image<float> frame = noise_frame(90, 60, 2);
    for (const WarpKind kind : kAllKinds) {
        for (const auto& [dx, dy] : {std::pair{5, -3}, {-17, 40}, {89, 59}}) {
            const Image<float> out = warped(frame, {-10, -8, 130, 100}, Transform::shift(dx, dy), kind);
            for (int y = 0; y < 100; ++y) {
                for (int x = 0; x < 130; ++x) {
                    const int sx = x - 10 + dx, sy = y - 8 + dy;
                    const float got = out.view()(x, y);
                    if (sx < 0 || sy < 0 || sx >= 90 || sy >= 60) {
                        ASSERT_TRUE(std::isnan(got)) << sx << ' ' << sy << ' ' << name(kind);
                    } else {
                        ASSERT_EQ(got, frame.view()(sx, sy)) << sx << ' ' << sy << ' ' << name(kind);
                    }
                }
            }
        }
    }
}

TEST(Warp, HalfTurnIsExactAlsoThroughRoundedSines) {
    const Image<float> frame = noise_frame(131, 77, 3);
    const Transform turn = Transform::similarity(1, std::numbers::pi, 130, 76);
    for (const WarpKind kind : kAllKinds) {
        const Image<float> out = warped(frame, {0, 0, 131, 77}, turn, kind);
        for (int y = 0; y < 77; ++y) {
            for (int x = 0; x < 131; ++x) ASSERT_EQ(out.view()(x, y), frame.view()(130 - x, 76 - y)) << name(kind);
        }
    }
}

TEST(Warp, TilesFromTheirRegionsEqualTheWhole) {
    const Image<float> frame = noise_frame(120, 90, 4);
    const Rect canvas{-30, -20, 170, 130};
    for (const Transform& t : some_transforms()) {
        for (const WarpKind kind : kAllKinds) {
            const Image<float> whole = warped(frame, canvas, t, kind);
            for (const auto& [w, h] : {std::pair{64, 64}, {37, 29}, {170, 13}}) {
                for (int y = 0; y < canvas.height; y += h) {
                    for (int x = 0; x < canvas.width; x += w) {
                        const Rect tile = intersected({canvas.x + x, canvas.y + y, w, h}, canvas);
                        const Image<float> part = warped_from_region(frame, tile, t, kind);
                        ASSERT_TRUE(same_pixels(part.view(), whole.view().cropped({x, y, tile.width, tile.height})))
                            << name(kind) << " tile " << w << 'x' << h << " at " << x << ',' << y;
                    }
                }
            }
        }
    }
}

TEST(Warp, EveryCpuLevelGivesTheSameBits) {
    Image<float> frame = noise_frame(150, 110, 5);
    frame.view()(40, 50) = 65535;
    frame.view()(80, 20) = std::numeric_limits<float>::quiet_NaN();
    frame.view()(100, 90) = std::numeric_limits<float>::infinity();
    frame.view()(20, 80) = -0.0F;
    for (const Transform& t : some_transforms()) {
        for (const WarpKind kind : kAllKinds) {
            const Image<float> best = warped(frame, {-10, -10, 170, 130}, t, kind);
            at_every_cpu_level([&] {
                ASSERT_TRUE(same_pixels(best.view(), warped(frame, {-10, -10, 170, 130}, t, kind).view()))
                    << name(kind);
            });
        }
    }
}

TEST(Warp, AllPlanesGetTheSameGeometry) {
    const std::array frames{noise_frame(80, 50, 6), noise_frame(80, 50, 7), noise_frame(80, 50, 8)};
    const Rect tile{2, 3, 70, 40};
    const Transform t = Transform::similarity(1, 0.2, 3, -4);
    for (const WarpKind kind : kAllKinds) {
        std::array outs{Image<float>(70, 40), Image<float>(70, 40), Image<float>(70, 40)};
        const std::array<ImageView<const float>, 3> sources{frames[0].view(), frames[1].view(), frames[2].view()};
        const std::array<ImageView<float>, 3> targets{outs[0].view(), outs[1].view(), outs[2].view()};
        warp(targets, tile, {sources, {0, 0, 80, 50}, 80, 50}, t, kind);
        for (std::size_t p = 0; p < 3; ++p) {
            EXPECT_TRUE(same_pixels(outs[p].view(), warped(frames[p], tile, t, kind).view()));
        }
    }
}

TEST(Warp, RegionIsEmptyExactlyWhereNothingIsSeen) {
    EXPECT_TRUE(source_region({0, 0, 50, 50}, Transform::shift(1000, 0), WarpKind::lanczos, 200, 100).empty());
    EXPECT_TRUE(source_region({0, 0, 50, 50}, Transform::shift(-50, 0), WarpKind::lanczos, 200, 100).empty());
    EXPECT_FALSE(source_region({0, 0, 50, 50}, Transform::shift(-49, 0), WarpKind::lanczos, 200, 100).empty());
    EXPECT_TRUE(source_region({0, 0, 0, 50}, Transform(), WarpKind::lanczos, 200, 100).empty());
    const Image<float> frame = noise_frame(20, 20, 9);
    const Image<float> out = warped_from_region(frame, {0, 0, 30, 5}, Transform::shift(100, 0), WarpKind::lanczos);
    for (int x = 0; x < 30; ++x) EXPECT_TRUE(std::isnan(out.view()(x, 2)));
}

TEST(Warp, WildTransformsGiveNoDataInsteadOfTrouble) {
    const Image<float> frame = noise_frame(20, 20, 10);
    const double huge = 1e300;
    for (const Transform& t : {Transform::shift(huge, huge), Transform::shift(NAN, 0),
                               Transform({0, 0, 5, 0, 0, 5, 0, 0, 0}), Transform({huge, 0, 0, 0, huge, 0, 0, 0, 1})}) {
        for (const WarpKind kind : kAllKinds) {
            const Image<float> out = warped_from_region(frame, {1, 1, 70, 9}, t, kind);
            EXPECT_TRUE(std::isnan(out.view()(30, 4)));
        }
    }
}

TEST(Warp, BadTapsMakeNoData) {
    Image<float> frame = noise_frame(40, 40, 11);
    frame.view()(20, 20) = std::numeric_limits<float>::quiet_NaN();
    for (const WarpKind kind : {WarpKind::lanczos, WarpKind::cubic, WarpKind::bilinear}) {
        const Image<float> out = warped(frame, {0, 0, 40, 40}, Transform::shift(0.5, 0.5), kind);
        EXPECT_TRUE(std::isnan(out.view()(19, 19)));
        EXPECT_FALSE(std::isnan(out.view()(20 - warp_border(kind) - 1, 19)));
        EXPECT_FALSE(std::isnan(out.view()(20 + warp_border(kind), 19)));
    }
}

// The ringing guard must not make a number of an infinite tap, wherever in the window it is.
TEST(Warp, InfiniteTapsMakeNoDataAsNaNDoes) {
    const Rect canvas{-10, -10, 100, 80};
    const auto with = [](float bad) {
        Image<float> frame = noise_frame(75, 55, 13);
        for (const auto& [x, y] : {std::pair{0, 30}, {20, 20}, {48, 37}, {74, 3}}) frame.view()(x, y) = bad;
        return frame;
    };
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const Image<float> nan = with(std::numeric_limits<float>::quiet_NaN());
    at_every_cpu_level([&] {
        for (const Transform& t : some_transforms()) {
            for (const WarpKind kind : kAllKinds) {
                const Image<float> want = warped(nan, canvas, t, kind);
                for (const float bad : {kInfinity, -kInfinity}) {
                    EXPECT_TRUE(same_pixels(want.view(), warped(with(bad), canvas, t, kind).view()))
                        << name(kind) << ' ' << bad << ' ' << t.row_major()[0] << ' ' << t.row_major()[1];
                }
            }
        }
    });
}

TEST(Warp, BadTapsTakeTheirWholeWindowAndNoMore) {
    Image<float> frame = noise_frame(40, 40, 14);
    frame.view()(20, 20) = -std::numeric_limits<float>::infinity();
    for (const auto& [kind, width] :
         {std::pair{WarpKind::lanczos, 6}, {WarpKind::cubic, 4}, {WarpKind::bilinear, 2}, {WarpKind::nearest, 1}}) {
        const Image<float> out = warped(frame, {0, 0, 40, 40}, Transform::shift(0.4, 0.4), kind);
        int missing = 0;
        for (int y = 0; y < 39; ++y) {
            for (int x = 0; x < 39; ++x) missing += std::isnan(out.view()(x, y)) ? 1 : 0;
        }
        EXPECT_EQ(missing, width * width) << name(kind);
    }
}

TEST(Warp, RefusesWhatDoesNotFit) {
    const Image<float> frame = noise_frame(40, 30, 12);
    Image<float> out(10, 10);
    const std::array<ImageView<const float>, 1> source{frame.view()};
    const std::array<ImageView<float>, 1> target{out.view()};
    EXPECT_THROW(warp(target, {0, 0, 11, 10}, {source, {0, 0, 40, 30}, 40, 30}, {}, WarpKind::lanczos), OptionError);
    EXPECT_THROW(warp(target, {0, 0, 10, 10}, {source, {0, 0, 39, 30}, 40, 30}, {}, WarpKind::lanczos), OptionError);
    EXPECT_THROW(warp(target, {0, 0, 10, 10}, {source, {1, 0, 40, 30}, 40, 30}, {}, WarpKind::lanczos), OptionError);
    EXPECT_THROW(warp({}, {0, 0, 10, 10}, {source, {0, 0, 40, 30}, 40, 30}, {}, WarpKind::lanczos), OptionError);
}

TEST(Warp, NamesReadBack) {
    for (const WarpKind kind : kAllKinds) EXPECT_EQ(parse_warp_kind(name(kind)), kind);
    EXPECT_FALSE(parse_warp_kind("lanczos4"));
}

}  // namespace
}  // namespace nightstack
