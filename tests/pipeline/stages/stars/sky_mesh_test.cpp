// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/sky_mesh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace nightstack {
namespace {

// level + slopes, noise, and a star of a few hundred pixels' light here and there.
Image<float> made_plane(int width, int height, std::optional<CfaPattern> cfa, double noise, int stars = 0) {
    std::mt19937 rng(4);
    std::normal_distribution<double> normal(0, 1);
    Image<float> plane(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double level = cfa ? 100 * (1 + static_cast<int>(colour_at(*cfa, x, y))) : 100;
            plane.view()(x, y) = static_cast<float>(level + 0.1 * x - 0.05 * y + noise * normal(rng));
        }
    }
    for (int i = 0; i < stars; ++i) {
        const int cx = 5 + static_cast<int>(rng() % static_cast<unsigned>(width - 10));
        const int cy = 5 + static_cast<int>(rng() % static_cast<unsigned>(height - 10));
        for (int y = cy - 4; y <= cy + 4; ++y) {
            for (int x = cx - 4; x <= cx + 4; ++x) plane.view()(x, y) += 5000;
        }
    }
    return plane;
}

// The plain twin: the median of every pixel of the cell and colour.
double whole_median(ImageView<const float> plane, std::optional<CfaPattern> cfa, const Rect& cell, int colour) {
    std::vector<float> values;
    for (int y = cell.y; y < cell.bottom(); ++y) {
        for (int x = cell.x; x < cell.right(); ++x) {
            if (cfa && static_cast<int>(colour_at(*cfa, x, y)) != colour) continue;
            if (std::isfinite(plane(x, y))) values.push_back(plane(x, y));
        }
    }
    std::sort(values.begin(), values.end());
    return 0.5 * static_cast<double>(values[(values.size() - 1) / 2] + values[values.size() / 2]);
}

TEST(SkyMesh, CellsEqualTheMedianOfAllTheirPixels) {
    const std::optional<CfaPattern> kinds[] = {std::nullopt, CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg,
                                               CfaPattern::bggr};
    for (const auto& cfa : kinds) {
        const Image<float> plane = made_plane(400, 300, cfa, 10, 20);
        const SkyMesh mesh = measure_sky_mesh(plane.cview(), cfa, 64);
        ASSERT_EQ(mesh.columns, 6);
        ASSERT_EQ(mesh.rows, 4);
        ASSERT_EQ(mesh.colours, cfa ? 3 : 1);
        for (int colour = 0; colour < mesh.colours; ++colour) {
            for (int r = 0; r < mesh.rows; ++r) {
                for (int c = 0; c < mesh.columns; ++c) {
                    const double want = whole_median(plane.cview(), cfa, {c * 64, r * 64, 64, 64}, colour);
                    const auto got = mesh.at(colour, (c + 0.5) * 64 - 0.5, (r + 0.5) * 64 - 0.5);
                    ASSERT_TRUE(got);
                    // 100 to 400 samples of noise 10 leave 1.25 * 10 / sqrt(100) = 1.25.
                    EXPECT_NEAR(*got, want, 5) << colour << " " << c << "," << r;
                }
            }
        }
    }
}

TEST(SkyMesh, FollowsASlopeBetweenCentresAndNamesNothingOutside) {
    const Image<float> plane = made_plane(640, 512, std::nullopt, 0);
    const SkyMesh mesh = measure_sky_mesh(plane.cview(), std::nullopt, 64);
    for (double y = 31.5; y <= 480; y += 7.3) {
        for (double x = 31.5; x <= 608; x += 11.9) {
            const auto got = mesh.at(0, x, y);
            ASSERT_TRUE(got) << x << "," << y;
            EXPECT_NEAR(*got, 100 + 0.1 * x - 0.05 * y, 0.35);  // samples are not quite centred in the cell
        }
    }
    EXPECT_FALSE(mesh.at(0, 31, 100));
    EXPECT_FALSE(mesh.at(0, 608.6, 100));
    EXPECT_FALSE(mesh.at(0, 100, 31));
    EXPECT_FALSE(mesh.at(0, 100, 480.6));
    EXPECT_FALSE(mesh.at(0, std::numeric_limits<double>::quiet_NaN(), 100));
}

TEST(SkyMesh, CellsWithoutAValueAreUnknownWithTheirNeighbourhoodOnly) {
    Image<float> plane = made_plane(512, 512, CfaPattern::rggb, 5);
    for (int y = 128; y < 256; ++y) {
        for (int x = 128; x < 256; ++x) plane.view()(x, y) = std::numeric_limits<float>::quiet_NaN();
    }
    const SkyMesh mesh = measure_sky_mesh(plane.cview(), CfaPattern::rggb);
    EXPECT_FALSE(mesh.at(1, 191.5, 191.5));
    EXPECT_FALSE(mesh.at(1, 150, 100));
    EXPECT_TRUE(mesh.at(1, 400, 400));
}

TEST(SkyMesh, FramesWithoutAFullCellHaveNoMesh) {
    for (const int side : {0, 1, 100, 127}) {
        const Image<float> plane(side, side);
        const SkyMesh mesh = measure_sky_mesh(plane.cview(), std::nullopt);
        EXPECT_EQ(mesh.columns * mesh.rows, 0);
        EXPECT_FALSE(mesh.at(0, side / 2.0, side / 2.0)) << side;
    }
    const Image<float> one = made_plane(128, 128, std::nullopt, 0);
    const SkyMesh mesh = measure_sky_mesh(one.cview(), std::nullopt);
    EXPECT_TRUE(mesh.at(0, 63.5, 63.5));
    EXPECT_FALSE(mesh.at(0, 64, 63.5));
}

TEST(SkyMesh, RowsThatComeInPiecesGiveTheSameMesh) {
    SkyMeshSampler sampler;
    for (const auto& cfa : {std::optional(CfaPattern::gbrg), std::optional<CfaPattern>()}) {
        Image<float> plane = made_plane(400, 300, cfa, 10, 20);
        plane.view()(70, 66) = std::numeric_limits<float>::quiet_NaN();
        const SkyMesh want = measure_sky_mesh(plane.cview(), cfa, 64);
        for (const int step : {1, 30, 128, 300}) {
            sampler.begin(400, 300, cfa, 64);
            for (int end = step; end < 300; end += step) sampler.add_rows(plane.cview(), end);
            sampler.add_rows(plane.cview(), 300);
            EXPECT_EQ(sampler.finish().level, want.level) << step;
        }
    }
}

}  // namespace
}  // namespace nightstack
