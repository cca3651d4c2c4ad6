// SPDX-License-Identifier: MIT
// Groups of pictures: U and V lie where JPEG puts them, a mean is of those that cover it, noise is what was put in.
#include "pipeline/stages/video/video_group.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "pipeline/stages/video/group_noise.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

constexpr int kWidth = 200, kHeight = 120;

// A scene that is straight in x and y, so that interpolation between pixels is exact.
double scene(int plane, double x, double y) { return 60 + 30 * plane + 0.31 * x - 0.22 * y; }

// The scene as a frame sees it whose pixels lie at `ref_from_frame`; chrominance in the middle of its block.
PlanarPicture seen(const Transform& ref_from_frame, Subsampling chroma, double noise, unsigned seed) {
    PlanarPicture out;
    out.reshape({kWidth, kHeight}, chroma);
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, 1);
    for (int p = 0; p < (chroma.none() ? 1 : 3); ++p) {
        const int gx = p == 0 ? 1 : chroma.x, gy = p == 0 ? 1 : chroma.y;
        const ImageView<std::uint8_t> plane = out.blocks(p);
        for (int y = 0; y < kHeight / gy; ++y) {
            for (int x = 0; x < kWidth / gx; ++x) {
                const Point at = ref_from_frame({gx * x + (gx - 1) / 2.0, gy * y + (gy - 1) / 2.0});
                // Dithered, so that the mean of many tells more than whole levels.
                const double level = scene(p, at.x, at.y) + noise * normal(random);
                plane(x, y) = static_cast<std::uint8_t>(std::lround(level));
            }
        }
    }
    return out;
}

std::vector<PlanarPicture> film(const std::vector<Transform>& places, Subsampling chroma, double noise) {
    std::vector<PlanarPicture> out;
    for (std::size_t i = 0; i < places.size(); ++i)
        out.push_back(seen(places[i], chroma, noise, static_cast<unsigned>(i)));
    return out;
}

std::vector<VideoFrame> frames(const std::vector<PlanarPicture>& pictures, const std::vector<Transform>& places) {
    std::vector<VideoFrame> out;
    for (std::size_t i = 0; i < places.size(); ++i) out.push_back({&pictures[i], places[i]});
    return out;
}

std::vector<Transform> drifting(int n) {
    std::vector<Transform> out;
    for (int i = 0; i < n; ++i) out.push_back(Transform::similarity(1, 0.0005 * i, 0.37 * i, -0.21 * i));
    return out;
}

struct Filled {
    std::array<Image<float>, 3> planes;
    std::array<ImageView<float>, 3> views;
    explicit Filled(const VideoGroup& group, const Rect& tile) {
        for (std::size_t p = 0; p < 3; ++p) {
            planes[p] = Image<float>(tile.width, tile.height);
            views[p] = planes[p].view();
        }
        group.fill(tile, std::span(views).first(static_cast<std::size_t>(group.planes())), {});
    }
};

TEST(VideoGroup, PlanesLieOnTopOfEachOtherForEverySubsampling) {
    const std::vector<Transform> places = drifting(24);
    for (const Subsampling chroma : {Subsampling{2, 2}, Subsampling{2, 1}, Subsampling{1, 1}, Subsampling{1, 2},
                                     Subsampling{4, 1}, Subsampling{}}) {
        const std::vector<PlanarPicture> pictures = film(places, chroma, 1);
        SerialRunner serial;
        VideoGroup group;
        group.begin({0, 0, kWidth, kHeight}, chroma);
        group.add(frames(pictures, places), serial);
        group.close(serial);
        const Rect tile{20, 20, 128, 80};
        const Filled all(group, tile);
        for (int p = 0; p < group.planes(); ++p) {
            double sum = 0, square = 0;
            for (int y = 0; y < tile.height; ++y) {
                for (int x = 0; x < tile.width; ++x) {
                    const double error =
                        all.views[static_cast<std::size_t>(p)](x, y) - scene(p, tile.x + x, tile.y + y);
                    ASSERT_LT(std::abs(error), 2) << p << ' ' << x << ' ' << y;
                    sum += error, square += error * error;
                }
            }
            // A plane half a pixel off would be 0.15 in x and 0.11 in y off everywhere.
            const double n = tile.width * tile.height;
            EXPECT_NEAR(sum / n, 0, 0.015) << "plane " << p << " of " << chroma.x << 'x' << chroma.y;
            EXPECT_LT(std::sqrt(square / n), 0.25);
        }
    }
}

TEST(VideoGroup, ThreadsAndLevelsChangeNoBit) {
    const std::vector<Transform> places = drifting(5);
    const std::vector<PlanarPicture> pictures = film(places, {2, 2}, 3);
    const Rect tile{-4, -4, 128, 128};
    std::vector<float> first;
    at_every_level([&] {
        for (const int threads : {1, 3}) {
            ThreadRunner runner(threads);
            VideoGroup group;
            group.begin({-8, -8, kWidth + 16, kHeight + 16}, {2, 2});
            group.add(frames(pictures, places), runner);
            group.close(runner);
            const Filled all(group, tile);
            std::vector<float> bits;
            for (std::size_t p = 0; p < 3; ++p)
                for (int y = 0; y < tile.height; ++y)
                    for (const float v : all.views[p].row(y)) bits.push_back(std::isnan(v) ? -1.0F : v);
            if (first.empty()) first = bits;
            ASSERT_EQ(first, bits);
        }
    });
}

// Every pixel that has Y has U and V as well, also where rotated frames end; and only where half of them are.
TEST(VideoGroup, CoverageIsOneForAllPlanes) {
    std::vector<Transform> places;
    for (const double angle : {0.6, 0.601, 0.602, 0.603})
        places.push_back(Transform::similarity(1, angle, 30.2, -20.7));
    const std::vector<PlanarPicture> pictures = film(places, {2, 2}, 1);
    SerialRunner serial;
    VideoGroup group;
    group.begin({-80, -80, 360, 360}, {2, 2});
    group.add(frames(pictures, places), serial);
    group.close(serial);
    const Rect tile{-80, -80, 400, 400};
    const Filled all(group, tile);
    int covered = 0;
    double error = 0;  // of U: middles of blocks turn with the frame
    for (int y = 0; y < tile.height; ++y) {
        for (int x = 0; x < tile.width; ++x) {
            int frames_here = 0;
            for (const Transform& place : places) {
                const Point p = place.inverse()({static_cast<double>(tile.x + x), static_cast<double>(tile.y + y)});
                if (p.x >= -0.5 && p.y >= -0.5 && p.x <= kWidth - 0.5 && p.y <= kHeight - 0.5) ++frames_here;
            }
            const bool there = !std::isnan(all.views[0](x, y));
            ASSERT_EQ(there, frames_here >= 2 && x < 360 && y < 360) << x << ' ' << y;
            if (!there) continue;
            ++covered;
            ASSERT_FALSE(std::isnan(all.views[1](x, y)) || std::isnan(all.views[2](x, y))) << x << ' ' << y;
            error += all.views[1](x, y) - scene(1, tile.x + x, tile.y + y);
        }
    }
    EXPECT_NEAR(covered, kWidth * kHeight, 0.02 * kWidth * kHeight);
    EXPECT_NEAR(error / covered, 0, 0.03);  // without the half pixel: 0.09
}

TEST(VideoGroup, NoiseOfTheMeanIsToldFromItsHalves) {
    std::vector<Transform> still(30);
    const std::vector<PlanarPicture> pictures = film(still, {2, 2}, 4);
    const std::vector<VideoFrame> all = frames(pictures, still);
    SerialRunner serial;
    VideoGroup even, odd;
    for (VideoGroup* group : {&even, &odd}) group->begin({0, 0, kWidth, kHeight}, {2, 2});
    for (std::size_t i = 0; i < all.size(); ++i) (i % 2 == 0 ? even : odd).add(std::span(&all[i], 1), serial);
    even.close(serial), odd.close(serial);
    const GroupNoise noise = group_noise(even, odd);
    EXPECT_NEAR(noise.sigma[0], 4 / std::sqrt(30.0), 0.06);
    EXPECT_NEAR(noise.sigma[1], 4 / std::sqrt(30.0) * 0.625, 0.06);
    EXPECT_NEAR(noise.sky[1], scene(1, kWidth / 2.0, kHeight / 2.0), 1);
    const GroupLevels levels(even, {0, 0, kWidth, kHeight});
    EXPECT_NEAR(levels.above(odd)[0], 0, 0.2);
    even.absorb(odd, serial);
    EXPECT_EQ(even.frames(), 30);
    EXPECT_EQ(even.plane(0).count()(5, 5), 30);
}

}  // namespace
}  // namespace nightstack
