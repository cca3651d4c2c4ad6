// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/top_of_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "pipeline/simd/cpu_level.h"

namespace nightstack {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

// The obvious way: all finite pixels in a list.
TopOfRange twin(ImageView<const float> plane) {
    std::vector<float> pixels;
    for (int y = 0; y < plane.height(); ++y) {
        for (const float v : plane.row(y)) {
            if (std::isfinite(v)) pixels.push_back(v);
        }
    }
    if (pixels.empty()) return {};
    std::sort(pixels.begin(), pixels.end());
    const auto at_top = std::count(pixels.begin(), pixels.end(), pixels.back());
    return {pixels.front(), pixels.back(), static_cast<std::size_t>(at_top), pixels.size()};
}

void expect_equal(const TopOfRange& got, const TopOfRange& want) {
    EXPECT_EQ(got.lowest, want.lowest);
    EXPECT_EQ(got.highest, want.highest);
    EXPECT_EQ(got.at_highest, want.at_highest);
    EXPECT_EQ(got.finite, want.finite);
}

Image<float> filled(int width, int height, float value) {
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) std::ranges::fill(image.view().row(y), value);
    return image;
}

TEST(TopOfRange, EqualsItsTwin) {
    std::mt19937 rng(5);
    const float odd[] = {kNaN, kInf, -kInf};
    for (int round = 0; round < 300; ++round) {
        const int width = 1 + static_cast<int>(rng() % 67);
        const int height = 1 + static_cast<int>(rng() % 9);
        const int levels = 1 + static_cast<int>(rng() % 40);  // few levels: many pixels share the highest
        Image<float> image(width, height);
        for (int y = 0; y < height; ++y) {
            const bool lost = rng() % 4 == 0;  // whole rows without a finite pixel
            for (float& v : image.view().row(y)) {
                v = lost || rng() % 10 == 0 ? odd[rng() % 3] : static_cast<float>(static_cast<int>(rng()) % levels);
            }
        }
        SCOPED_TRACE(round);
        const CpuLevel before = cpu_level();
        for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
            if (limit_cpu_level(level) == level) expect_equal(top_of_range(image.cview()), twin(image.cview()));
        }
        limit_cpu_level(before);
    }
}

TEST(TopOfRange, NegativePlanesHaveATopToo) {
    Image<float> image = filled(6, 4, -30);
    image.view()(2, 1) = -7;
    expect_equal(top_of_range(image.cview()), {-30, -7, 1, 24});
}

TEST(TopOfRange, ReadsOnlyItsView) {
    Image<float> image = filled(12, 9, 100);
    image.view()(0, 0) = image.view()(11, 8) = 60000;
    image.view()(4, 4) = 200;
    expect_equal(top_of_range(image.cview().cropped({2, 2, 8, 5})), {100, 200, 1, 40});
}

TEST(TopOfRange, NothingFiniteIsAllZero) {
    expect_equal(top_of_range(filled(5, 3, kNaN).cview()), {});
    expect_equal(top_of_range(filled(5, 3, kInf).cview()), {});
    expect_equal(top_of_range(ImageView<const float>()), {});
}

// The brightest star of an unsaturated frame is one pixel, perhaps two of the same value by chance.
TEST(TopOfRange, FourPixelsAtTheTopAreAPile) {
    Image<float> image = filled(20, 10, 500);
    for (int n = 1; n <= 6; ++n) {
        image.view()(3 * n, n) = 65535;  // not in one row
        EXPECT_EQ(top_of_range(image.cview()).piles_up(), n >= 4) << n;
    }
    EXPECT_FALSE(TopOfRange{}.piles_up());
}

}  // namespace
}  // namespace nightstack
