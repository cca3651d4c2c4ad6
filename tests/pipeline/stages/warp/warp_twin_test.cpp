// SPDX-License-Identifier: MIT
// Against the twin: the same formulas in double precision without tables or tiles.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "warp_twin.h"

namespace nightstack {
namespace {

// Largest difference; counts how often one says "no data" and the other does not.
struct Difference {
    double largest = 0;
    int coverage = 0;
};

Difference against_twin(const Image<float>& frame, const Rect& tile, const Transform& t, WarpKind kind) {
    const Image<float> out = warped_from_region(frame, tile, t, kind);
    Difference d;
    for (int y = 0; y < tile.height; ++y) {
        for (int x = 0; x < tile.width; ++x) {
            const double want = warp_twin_pixel(frame.view(), t, tile.x + x, tile.y + y, kind);
            const double got = out.view()(x, y);
            if (std::isnan(want) != std::isnan(got)) ++d.coverage;
            if (!std::isnan(want) && !std::isnan(got)) d.largest = std::max(d.largest, std::abs(want - got));
        }
    }
    return d;
}

class WarpTwin : public testing::TestWithParam<WarpKind> {};

// Noise of sigma 50 around 1000: weights off by 2e-6 and float rounding leave some 1e-3.
TEST_P(WarpTwin, AgreesInsideAndAtEveryEdge) {
    const Image<float> frame = noise_frame(61, 47, 21);
    const std::vector<Transform> transforms{Transform::shift(0.37, -0.61),
                                            Transform::similarity(1, 0.0175, 1.1, -0.7),
                                            Transform::similarity(1, -0.23, -3, 12),
                                            Transform::similarity(1, 0.25, 5, -6),  // just beyond two passes
                                            Transform::similarity(0.98, 0.1, 2, -1),
                                            Transform({-1, 0.0513, 60.3, 0.0417, 1.01, 1.1, 0, 0, 1}),
                                            Transform::similarity(1, 0.79, 30, -20),
                                            Transform::similarity(1, std::numbers::pi - 0.02, 60, 46),
                                            Transform::similarity(1.7, 0.3, -5, -9),
                                            Transform::similarity(0.31, 2, 30, 10),
                                            Transform({1, 0.01, 2, -0.02, 1.01, 1, 3e-4, 1e-4, 1})};
    for (const Transform& t : transforms) {
        const Difference d = against_twin(frame, {-12, -9, 90, 70}, t, GetParam());
        EXPECT_LT(d.largest, 3e-3);
        EXPECT_EQ(d.coverage, 0);
    }
}

TEST_P(WarpTwin, AgreesOnTinyFrames) {
    for (const auto& [w, h] : {std::pair{1, 1}, {2, 1}, {3, 5}, {7, 2}}) {
        const Image<float> frame = noise_frame(w, h, 22);
        const Difference d =
            against_twin(frame, {-3, -3, 14, 12}, Transform::similarity(0.5, 0.3, 0.2, 0.4), GetParam());
        EXPECT_LT(d.largest, 3e-3);
        EXPECT_EQ(d.coverage, 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, WarpTwin, testing::ValuesIn(kAllKinds),
                         [](const auto& kind) { return std::string(name(kind.param)); });

// A ramp shows the position itself: all kernels but nearest reproduce straight lines. Lanczos only
// nearly does (weights of sum 1 do not centre it), so it stands in the twin test above alone.
TEST(Warp, PositionsAreExactAtTheFarEndOfAWideFrame) {
    Image<float> frame(8000, 8);
    for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8000; ++x) frame.view()(x, y) = static_cast<float>(x & 1);
    }
    for (const double fraction : {0.001, 0.013, 0.25, 1.0 / 64, 0.777}) {
        const Transform t = Transform::shift(fraction, 0);
        const Image<float> out = warped(frame, {7900, 2, 60, 3}, t, WarpKind::bilinear);
        for (int x = 0; x < 60; ++x) {
            const double want = (x & 1) == 0 ? fraction : 1 - fraction;
            ASSERT_NEAR(out.view()(x, 1), want, 2e-7);
        }
    }
}

}  // namespace
}  // namespace nightstack
