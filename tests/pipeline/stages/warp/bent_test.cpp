// SPDX-License-Identifier: MIT
// Warp through a lens against the twin at exact positions, and that neither tiles nor regions matter.
#include "pipeline/stages/warp/bent.h"

#include <gtest/gtest.h>

#include <cmath>

#include "warp_twin.h"

namespace nightstack {
namespace {

constexpr int kWidth = 900;
constexpr int kHeight = 500;

BentPositions positions(double k1, const Transform& ref_from_frame, const Rect& canvas = {0, 0, kWidth, kHeight},
                        double scale = 1) {
    const Transform ref_from_canvas({1 / scale, 0, 0.5 / scale - 0.5, 0, 1 / scale, 0.5 / scale - 0.5, 0, 0, 1});
    return {RadialDistortion::about_middle(kWidth, kHeight, k1, 0.3 * k1),
            Transform(),
            ref_from_frame,
            ref_from_canvas,
            canvas,
            {0, 0, kWidth, kHeight}};
}

const std::vector<Transform> kMotions{Transform::shift(60.4, -33.3), Transform::similarity(1, 0.35, 120, -150),
                                      Transform::similarity(1, 3.1, kWidth - 20, kHeight + 13),
                                      Transform({1, 0.02, 12, -0.03, 1, 20, 4e-5, -3e-5, 1})};

Image<float> bent(const Image<float>& frame, const Rect& tile, const BentPositions& at, WarpKind kind) {
    Image<float> out(tile.width, tile.height);
    const Rect region = source_region(tile, at, kind);
    const ImageView<const float> source = frame.cview().cropped(region);
    const ImageView<float> plane = out.view();
    warp(std::span(&plane, 1), tile, {std::span(&source, 1), region, kWidth, kHeight}, at, kind);
    return out;
}

// A ramp shows the positions themselves.
TEST(BentWarp, PositionsAreRightToAHundredthOfAPixel) {
    Image<float> frame(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) frame.view()(x, y) = static_cast<float>(x + 1000 * y);
    }
    for (const double k1 : {-0.1, 0.05, 0.004}) {
        for (const Transform& motion : kMotions) {
            const BentPositions at = positions(k1, motion);
            const Image<float> out = bent(frame, {0, 0, kWidth, kHeight}, at, WarpKind::bilinear);
            int seen = 0;
            for (int y = 0; y < kHeight; ++y) {
                for (int x = 0; x < kWidth; ++x) {
                    const Point p = at({static_cast<double>(x), static_cast<double>(y)});
                    const double v = double{out.view()(x, y)};
                    const bool inside = p.x > 1 && p.y > 1 && p.x < kWidth - 2 && p.y < kHeight - 2;
                    if (!inside) {
                        const bool away = p.x < -0.6 || p.y < -0.6 || p.x > kWidth - 0.4 || p.y > kHeight - 0.4;
                        ASSERT_TRUE(!away || std::isnan(v));
                        continue;
                    }
                    ++seen;
                    // 1000 dy + dx; float resolves 0.03 of it
                    ASSERT_NEAR(v, p.x + 1000 * p.y, 1001 * 0.005 + 0.07) << k1 << ' ' << x << ',' << y;
                }
            }
            EXPECT_GT(seen, kWidth * kHeight / 4);
        }
    }
}

TEST(BentWarp, AgreesWithTheTwin) {
    const Image<float> frame = noise_frame(kWidth, kHeight, 5);
    for (const WarpKind kind : {WarpKind::lanczos, WarpKind::cubic, WarpKind::bilinear}) {
        const BentPositions at = positions(-0.05, kMotions[1]);
        const Rect tile{300, 100, 150, 90};
        const Image<float> out = bent(frame, tile, at, kind);
        for (int y = 0; y < tile.height; ++y) {
            for (int x = 0; x < tile.width; ++x) {
                const double want = upright_twin_pixel(frame.view(), at({300.0 + x, 100.0 + y}), kind);
                if (std::isnan(want)) continue;
                ASSERT_NEAR(double{out.view()(x, y)}, want, 1.5) << name(kind);  // noise of 50 a px
            }
        }
    }
}

TEST(BentWarp, TilesAndCpuLevelsDoNotMatter) {
    const Image<float> frame = noise_frame(kWidth, kHeight, 6);
    const Rect canvas{-100, -80, 1100, 700};
    for (const Transform& motion : {kMotions[1], kMotions[3]}) {
        const BentPositions at = positions(0.06, motion, canvas, 1.5);
        const Image<float> whole = bent(frame, canvas, at, WarpKind::lanczos);
        at_every_cpu_level([&] {
            for (const Rect tile :
                 {Rect{-100, -80, 1100, 700}, Rect{37, 41, 129, 77}, Rect{700, 300, 64, 64}, Rect{-3, 5, 7, 300}}) {
                const Rect inside{tile.x - canvas.x, tile.y - canvas.y, tile.width, tile.height};
                EXPECT_TRUE(
                    same_pixels(bent(frame, tile, at, WarpKind::lanczos).cview(), whole.cview().cropped(inside)));
            }
        });
    }
}

TEST(BentWarp, PiecesAreAsLongAsTheBendAllows) {
    EXPECT_EQ(positions(0, kMotions[0]).piece_px(), 64);
    EXPECT_EQ(positions(1e-5, kMotions[0]).piece_px(), 64);
    EXPECT_LT(positions(-0.1, kMotions[0]).piece_px(), 64);
}

TEST(BentWarp, SquaresCoverTheTileAndAreStraightEnough) {
    const BentPositions at = positions(-0.08, kMotions[1]);
    const Rect tile{13, 29, 200, 150};
    std::vector<int> visits(200 * 150);
    for_straight_squares(tile, at, [&](const Rect& square, const Transform& straight) {
        ASSERT_TRUE(tile.contains(square));
        for (int y = square.y; y < square.bottom(); ++y) {
            for (int x = square.x; x < square.right(); ++x) {
                ++visits[static_cast<std::size_t>((y - tile.y) * 200 + x - tile.x)];
                const Point want = at({1.0 * x, 1.0 * y});
                const Point got = straight({1.0 * x, 1.0 * y});
                ASSERT_LT(std::hypot(want.x - got.x, want.y - got.y), 0.01);
            }
        }
    });
    for (const int v : visits) ASSERT_EQ(v, 1);
}

}  // namespace
}  // namespace nightstack
