// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/plane_gradients.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "tests/support/every_level.h"

namespace nightstack {
namespace {

Image<float> random_plane(int width, int height, unsigned seed) {
    std::mt19937 rng(seed);
    Image<float> out(width, height);
    for (int y = 0; y < height; ++y)
        for (float& v : out.view().row(y)) v = static_cast<float>(rng() % 256);
    return out;
}

bool same_bits(ImageView<const float> a, ImageView<const float> b) {
    if (!a.same_size(b.width(), b.height())) return false;
    for (int y = 0; y < a.height(); ++y)
        if (std::memcmp(a.row_data(y), b.row_data(y), static_cast<std::size_t>(a.width()) * sizeof(float)) != 0)
            return false;
    return true;
}

// One pixel after the other, as the formula says.
struct SlowGradients {
    ImageView<const float> in;
    double soft(int x, int y) const {
        constexpr double w[5] = {1, 4, 6, 4, 1};
        double sum = 0;
        for (int j = -2; j <= 2; ++j)
            for (int i = -2; i <= 2; ++i) sum += w[j + 2] * w[i + 2] * static_cast<double>(in(x + i, y + j));
        return sum / 256;
    }
    double along_x(int x, int y) const { return inside(x, y) ? (soft(x + 1, y) - soft(x - 1, y)) / 2 : 0; }
    double along_y(int x, int y) const { return inside(x, y) ? (soft(x, y + 1) - soft(x, y - 1)) / 2 : 0; }
    bool inside(int x, int y) const { return x >= 3 && y >= 3 && x < in.width() - 3 && y < in.height() - 3; }
    double corner(int x, int y) const {
        constexpr double w[7] = {1, 6, 15, 20, 15, 6, 1};
        double xx = 0, xy = 0, yy = 0;
        for (int j = -3; j <= 3; ++j) {
            for (int i = -3; i <= 3; ++i) {
                const double k = w[j + 3] * w[i + 3] / 4096, u = along_x(x + i, y + j), v = along_y(x + i, y + j);
                xx += k * u * u;
                xy += k * u * v;
                yy += k * v * v;
            }
        }
        return (xx * yy - xy * xy) / (xx + yy + 1e-12);
    }
};

TEST(PlaneGradients, AreThoseOfTheFormula) {
    for (const auto& [w, h] : {std::pair{16, 16}, {17, 40}, {61, 33}}) {
        const Image<float> plane = random_plane(w, h, static_cast<unsigned>(w));
        PlaneGradients found;
        Image<float> spare;
        find_gradients(found, plane.cview(), spare);
        const SlowGradients slow{plane.cview()};
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
                ASSERT_NEAR(found.along_x.cview()(x, y), slow.along_x(x, y), 1e-4) << x << " " << y;
                ASSERT_NEAR(found.along_y.cview()(x, y), slow.along_y(x, y), 1e-4) << x << " " << y;
                const bool rim = x < 6 || y < 6 || x >= w - 6 || y >= h - 6;
                if (!rim) {
                    ASSERT_NEAR(found.corner.cview()(x, y), slow.corner(x, y), 1e-2) << x << " " << y;
                }
            }
        }
    }
}

TEST(PlaneGradients, HaveTheSameBitsAtEveryLevelAndInUsedMemory) {
    const Image<float> plane = random_plane(83, 47, 5);
    PlaneGradients first;
    Image<float> spare;
    find_gradients(first, plane.cview(), spare);
    PlaneGradients used;
    at_every_level([&] {
        const Image<float> other = random_plane(90, 60, 6);
        find_gradients(used, other.cview(), spare);
        find_gradients(used, plane.cview(), spare);
        EXPECT_TRUE(same_bits(used.along_x.cview(), first.along_x.cview()));
        EXPECT_TRUE(same_bits(used.along_y.cview(), first.along_y.cview()));
        EXPECT_TRUE(same_bits(used.corner.cview(), first.corner.cview()));
    });
}

TEST(PlaneGradients, OfTinyPlanesAreNothing) {
    for (int w = 0; w < 16; ++w) {
        const Image<float> plane = random_plane(w, 15, 1);
        PlaneGradients found;
        Image<float> spare;
        find_gradients(found, plane.cview(), spare);
        ASSERT_TRUE(found.corner.cview().same_size(w, 15));
        for (int y = 0; y < 15; ++y)
            for (const float v : found.corner.cview().row(y)) ASSERT_EQ(v, 0.0F);
    }
}

}  // namespace
}  // namespace nightstack
