// SPDX-License-Identifier: MIT
// The quick screen against a slow twin, at every instruction level; and the filter on top of it likewise.
#include "pipeline/stages/calibrate/impulse_screen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "pipeline/stages/calibrate/cosmetic.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

std::vector<int> twin(const float* above, const float* here, const float* below, int begin, int end, float limit) {
    std::vector<int> columns;
    for (int x = begin; x < end; ++x) {
        const std::vector<float> same{above[x - 2], above[x],     above[x + 2], here[x - 2],
                                      here[x + 2],  below[x - 2], below[x],     below[x + 2]};
        const float most = *std::max_element(same.begin(), same.end());
        const float least = *std::min_element(same.begin(), same.end());
        if (here[x] - most > limit || least - here[x] > limit) columns.push_back(x);
    }
    return columns;
}

Image<float> noisy(int width, int height, unsigned seed) {
    Image<float> image(width, height);
    std::mt19937 rng(seed);
    std::normal_distribution<float> normal(500, 10);
    for (int y = 0; y < height; ++y) {
        for (float& v : image.view().row(y)) v = normal(rng);
    }
    for (int i = 0; i < width * height / 40; ++i) {
        image.view()(static_cast<int>(rng() % static_cast<unsigned>(width)),
                     static_cast<int>(rng() % static_cast<unsigned>(height))) += i % 3 == 0 ? -300.0F : 300.0F;
    }
    return image;
}

TEST(ImpulseScreen, EqualsItsTwinAtEveryWidthAndLevel) {
    for (const int width : {4, 5, 9, 67, 68, 69, 131, 200, 333}) {
        const Image<float> image = noisy(width, 24, static_cast<unsigned>(width));
        for (int y = 2; y < 22; ++y) {
            const auto row = [&](int dy) { return image.cview().row_data(y + dy); };
            for (const float limit : {0.5F, 15.0F, 100.0F}) {  // of noise many pass, some, none
                const std::vector<int> want = twin(row(-2), row(0), row(2), 2, width - 2, limit);
                at_every_level([&] {
                    std::vector<int> got(static_cast<std::size_t>(width));
                    const int n = standing_out(got.data(), row(-2), row(0), row(2), 2, width - 2, limit);
                    got.resize(static_cast<std::size_t>(n));
                    ASSERT_EQ(got, want) << width << " wide, row " << y << ", limit " << limit;
                });
            }
        }
    }
}

TEST(ImpulseScreen, TheFilterTakesTheSamePixelsAtEveryLevel) {
    const Image<float> image = noisy(333, 90, 8);
    const Rect whole = image.cview().bounds();
    Image<float> first;
    at_every_level([&] {
        Image<float> filtered(333, 90);
        for (int y = 0; y < 90; ++y) std::copy_n(image.cview().row_data(y), 333, filtered.view().row_data(y));
        ImpulseScratch scratch;
        ImpulseOptions options;
        options.sigma = mosaic_noise(image.cview());
        const ImpulseReport report = impulse_filter(filtered.view(), whole, whole, options, scratch);
        ASSERT_GT(report.hot, 100);
        ASSERT_GT(report.cold, 50);
        if (first.cview().empty()) {
            first = std::move(filtered);
            return;
        }
        for (int y = 0; y < 90; ++y) {
            ASSERT_TRUE(
                std::equal(first.cview().row_data(y), first.cview().row_data(y) + 333, filtered.cview().row_data(y)))
                << "row " << y;
        }
    });
}

}  // namespace
}  // namespace nightstack
