// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/remap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/compose/tile_region.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

constexpr int kNoiseWidth = 61, kNoiseHeight = 47;

std::vector<Image<float>> random_tile(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> even(0, 1);
    std::vector<Image<float>> planes;
    for (int c = 0; c < 3; ++c) {
        planes.emplace_back(kNoiseWidth, kNoiseHeight);
        for (int y = 0; y < kNoiseHeight; ++y)
            for (float& v : planes.back().view().row(y)) v = even(random);
    }
    return planes;
}

ReadTile reads(const std::vector<Image<float>>& tile) {
    return [&tile](int, const Rect& region, std::span<const ImageView<float>> out) {
        for (std::size_t c = 0; c < out.size(); ++c)
            for (int y = 0; y < region.height; ++y)
                for (int x = 0; x < region.width; ++x) out[c](x, y) = tile[c].view()(region.x + x, region.y + y);
    };
}

double catmull_rom(double a, double b, double c, double d, double t) {
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

// Straight from the definition, in double.
double remap_twin(const Image<float>& plane, double x, double y) {
    x = std::clamp(x, 0.0, plane.width() - 1.0);
    y = std::clamp(y, 0.0, plane.height() - 1.0);
    const int ix = std::min(static_cast<int>(x), plane.width() - 2),
              iy = std::min(static_cast<int>(y), plane.height() - 2);
    const auto at = [&](int u, int v) {
        return static_cast<double>(
            plane.view()(std::clamp(u, 0, plane.width() - 1), std::clamp(v, 0, plane.height() - 1)));
    };
    double rows[4];
    for (int k = 0; k < 4; ++k) {
        const int v = iy - 1 + k;
        rows[k] = catmull_rom(at(ix - 1, v), at(ix, v), at(ix + 1, v), at(ix + 2, v), x - ix);
    }
    const double value = catmull_rom(rows[0], rows[1], rows[2], rows[3], y - iy);
    const auto [least, most] = std::minmax({at(ix, iy), at(ix + 1, iy), at(ix, iy + 1), at(ix + 1, iy + 1)});
    return std::clamp(value, least, most);
}

struct Places {
    std::vector<float> x, y;
    explicit Places(int count) {
        std::mt19937 random(5);
        std::uniform_real_distribution<float> across(-3, kNoiseWidth + 2), down(-3, kNoiseHeight + 2);
        for (int i = 0; i < count; ++i) {
            x.push_back(i % 7 == 0 ? static_cast<float>(i % kNoiseWidth) : across(random));
            y.push_back(i % 7 == 0 ? static_cast<float>(i % kNoiseHeight) : down(random));
        }
    }
    int size() const { return static_cast<int>(x.size()); }
};

TEST(Remap, EqualsItsTwin) {
    const auto tile = random_tile(1);
    TileRegion region;
    region.load(reads(tile), 0, kNoiseWidth, kNoiseHeight, {0, 0, kNoiseWidth, kNoiseHeight}, 0, 3);
    const Places at(1003);
    RemapLight light;
    light.gain[0] = 1.5F;
    light.gain[2] = 0.7F;
    light.v[0] = -0.3F;
    light.v[1] = 0.05F;
    light.middle_x = (kNoiseWidth - 1) / 2.0F;
    light.middle_y = (kNoiseHeight - 1) / 2.0F;
    light.per_half_diagonal2 = 4.0F / (kNoiseWidth * kNoiseWidth + kNoiseHeight * kNoiseHeight);
    at_every_level([&] {
        std::vector<float> out(4 * at.x.size());
        remap_run(region.source(), light, at.x.data(), at.y.data(), at.size(), out.data());
        for (std::size_t i = 0; i < at.x.size(); ++i) {
            const double cx = std::clamp<double>(at.x[i], 0, kNoiseWidth - 1),
                         cy = std::clamp<double>(at.y[i], 0, kNoiseHeight - 1);
            const double dx = cx - light.middle_x, dy = cy - light.middle_y;
            const double q = (dx * dx + dy * dy) * 4 / (kNoiseWidth * kNoiseWidth + kNoiseHeight * kNoiseHeight);
            for (std::size_t c = 0; c < 3; ++c) {
                const double truth =
                    remap_twin(tile[c], at.x[i], at.y[i]) * light.gain[c] / (1 - 0.3 * q + 0.05 * q * q);
                ASSERT_NEAR(out[4 * i + c], truth, 2e-5) << at.x[i] << " " << at.y[i];
            }
        }
    });
}

TEST(Remap, IsTheSameAtEveryLevel) {
    const auto tile = random_tile(2);
    TileRegion region;
    region.load(reads(tile), 0, kNoiseWidth, kNoiseHeight, {0, 0, kNoiseWidth, kNoiseHeight}, 0, 3);
    const Places at(517);
    RemapLight light;
    light.v[0] = -0.3F;
    light.per_half_diagonal2 = 1e-4F;
    std::vector<float> first;
    at_every_level([&] {
        std::vector<float> out(4 * at.x.size());
        remap_run(region.source(), light, at.x.data(), at.y.data(), at.size(), out.data());
        if (first.empty()) first = out;
        ASSERT_EQ(first, out);
    });
}

TEST(Remap, DoesNotDependOnTheRegion) {
    const auto tile = random_tile(3);
    for (const int log2 : {0, 1, 2}) {
        TileRegion whole, part;
        whole.load(reads(tile), 0, kNoiseWidth, kNoiseHeight, {0, 0, kNoiseWidth, kNoiseHeight}, log2, 3);
        part.load(reads(tile), 0, kNoiseWidth, kNoiseHeight, {29, 20, 32, 9}, log2, 3);
        std::vector<float> x, y;
        for (int i = 0; i < 200; ++i) {
            x.push_back(29 + 31 * static_cast<float>(i) / 199);
            y.push_back(20 + 8 * static_cast<float>(i % 17) / 16);
        }
        x.push_back(70);  // beyond the right edge
        y.push_back(25);
        std::vector<float> a(4 * x.size()), b(4 * x.size());
        remap_run(whole.source(), {}, x.data(), y.data(), static_cast<int>(x.size()), a.data());
        remap_run(part.source(), {}, x.data(), y.data(), static_cast<int>(x.size()), b.data());
        EXPECT_EQ(a, b) << log2;
    }
}

TEST(TileRegion, AveragesWhereItReduces) {
    const auto tile = random_tile(4);
    TileRegion region;
    region.load(reads(tile), 0, kNoiseWidth, kNoiseHeight, {0, 0, kNoiseWidth, kNoiseHeight}, 2, 3);
    const RemapSource s = region.source();
    for (int y = 0; y < 12; ++y) {
        for (int x = 0; x < 16; ++x) {
            double sum = 0;
            int count = 0;
            for (int v = 4 * y; v < std::min(4 * y + 4, kNoiseHeight); ++v)
                for (int u = 4 * x; u < std::min(4 * x + 4, kNoiseWidth); ++u, ++count) sum += tile[1].view()(u, v);
            EXPECT_NEAR(s.rgbx[(y - s.rect.y) * s.stride + 4 * (x - s.rect.x) + 1], sum / count, 1e-6);
        }
    }
}

TEST(TileRegion, TakesWhatIsNotFiniteForNothing) {
    auto tile = random_tile(5);
    tile[0].view()(10, 10) = std::nanf("");
    tile[0].view()(11, 10) = INFINITY;
    TileRegion region;
    region.load(reads(tile), 0, kNoiseWidth, kNoiseHeight, {0, 0, kNoiseWidth, kNoiseHeight}, 0, 3);
    const RemapSource s = region.source();
    EXPECT_EQ(s.rgbx[(10 - s.rect.y) * s.stride + 4 * (10 - s.rect.x)], 0);
    EXPECT_EQ(s.rgbx[(10 - s.rect.y) * s.stride + 4 * (11 - s.rect.x)], 0);
}

TEST(Cubics, AreWhatTheySay) {
    const float c[2][4] = {{1, 2, 3, 4}, {-5, 0.5F, 0, 1}};
    at_every_level([&] {
        std::vector<float> out(32);
        evaluate_cubics(c, 2, 16, out.data());
        for (int i = 0; i < 32; ++i) {
            const float t = static_cast<float>(i % 16) / 16;
            const float* k = c[i / 16];
            EXPECT_FLOAT_EQ(out[static_cast<std::size_t>(i)], k[0] + t * (k[1] + t * (k[2] + t * k[3])));
        }
    });
}

}  // namespace
}  // namespace nightstack
