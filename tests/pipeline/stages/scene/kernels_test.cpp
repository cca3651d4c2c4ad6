// SPDX-License-Identifier: MIT
// The kernels against plain loops in double, and bit for bit against themselves at every level.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "pipeline/stages/scene/patch_sums.h"
#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/scene/sharpness.h"
#include "tests/pipeline/stages/scene/scenes.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

std::vector<float> random_values(std::size_t n, unsigned seed) {
    std::mt19937 rng(seed);
    std::normal_distribution<float> normal(0, 3);
    std::vector<float> out(n);
    for (float& v : out) v = normal(rng);
    return out;
}

TEST(PatchSums, AreThoseOfThePlainLoop) {
    constexpr int n = 1024;
    std::vector<float> window = random_values(n, 1);
    for (float& v : window) v += 30000;
    const std::vector<float> patch = random_values(n, 2), sx = random_values(n, 3), sy = random_values(n, 4);
    double x = 0, y = 0, p = 0, sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double v = static_cast<double>(window[i]) - 30001;
        x += static_cast<double>(sx[i]) * v;
        y += static_cast<double>(sy[i]) * v;
        p += static_cast<double>(patch[i]) * v;
        sum += v;
        squares += v * v;
    }
    std::vector<PatchSums> all;
    at_every_level([&] { all.push_back(patch_sums(window.data(), patch.data(), sx.data(), sy.data(), 30001, n)); });
    for (const PatchSums& s : all) {
        EXPECT_NEAR(static_cast<double>(s.x), x, 0.02);
        EXPECT_NEAR(static_cast<double>(s.y), y, 0.02);
        EXPECT_NEAR(static_cast<double>(s.patch), p, 0.02);
        EXPECT_NEAR(static_cast<double>(s.sum), sum, 0.02);
        EXPECT_NEAR(static_cast<double>(s.squares), squares, 0.1);
        EXPECT_EQ(std::memcmp(&s, &all[0], sizeof s), 0);
    }
}

TEST(Pyramid, TakesMeansOfFourAndLeavesOddEdgesOut) {
    Image<float> plane(75, 39);
    std::mt19937 rng(5);
    for (int y = 0; y < 39; ++y) {
        for (float& v : plane.view().row(y)) v = static_cast<float>(rng() % 4096);
    }
    at_every_level([&] {
        Pyramid pyramid;
        build(pyramid, plane.cview(), 2);
        ASSERT_TRUE(pyramid.at(2, plane.cview()).same_size(18, 9));
        for (int y = 0; y < 9; ++y) {
            for (int x = 0; x < 18; ++x) {
                double sum = 0;
                for (int j = 0; j < 4; ++j) {
                    for (int i = 0; i < 4; ++i) sum += static_cast<double>(plane.view()(4 * x + i, 4 * y + j));
                }
                EXPECT_EQ(static_cast<double>(pyramid.at(2, plane.cview())(x, y)), sum / 16);  // whole numbers: exact
            }
        }
    });
}

TEST(Pyramid, TransformsMeanTheSameOnEveryLevel) {
    const Transform whole = turned_and_shifted(640, 480, 7, 31, -12);
    const Transform third = at_level(whole, 3);
    const Point p{100, 50}, to = third(p), whole_to = whole({(p.x + 0.5) * 8 - 0.5, (p.y + 0.5) * 8 - 0.5});
    EXPECT_NEAR((to.x + 0.5) * 8 - 0.5, whole_to.x, 1e-9);
    EXPECT_NEAR((to.y + 0.5) * 8 - 0.5, whole_to.y, 1e-9);
    EXPECT_LT(rms_distance(at_level(third, -3), whole, {0, 0, 640, 480}), 1e-9);
}

// The header's words, pixel by pixel.
double plain_sharpness(ImageView<const float> p) {
    const int columns = (p.width() - 2) / 8, rows = (p.height() - 2) / 8;
    double slopes = 0, sums = 0, squares = 0;
    for (int by = 0; by < rows; ++by) {
        for (int bx = 0; bx < columns; ++bx) {
            double mean = 0;
            for (int y = 8 * by + 1; y <= 8 * by + 8; ++y) {
                for (int x = 8 * bx + 1; x <= 8 * bx + 8; ++x) {
                    const auto at = [&](int i, int j) { return static_cast<double>(p(x + i, y + j)); };
                    const double gx = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
                    const double gy = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
                    const double d = at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1) -
                                     2 * (at(0, -1) + at(0, 1) + at(-1, 0) + at(1, 0)) + 4 * at(0, 0);
                    slopes += gx * gx + gy * gy - 24.0 / 36 * d * d;
                    mean += at(0, 0) / 64;
                }
            }
            sums += mean;
            squares += mean * mean;
        }
    }
    const double n = columns * rows;
    return std::sqrt(slopes / (n * 64 * 64) / (squares / n - sums / n * (sums / n)));
}

TEST(Sharpness, IsThatOfThePlainLoop) {
    const Image<float> plane = drawn(landscape(3, 203, 117), 203, 117, {{}, 5000, 300, 60, 4});
    const double truth = plain_sharpness(plane.cview());
    std::vector<double> all;
    at_every_level([&] { all.push_back(sharpness(plane.cview())); });
    for (const double s : all) {
        EXPECT_NEAR(s, truth, 1e-4 * truth);
        EXPECT_EQ(s, all[0]);
    }
}

}  // namespace
}  // namespace nightstack
