// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/compose/blend_pyramid.h"
#include "tests/pipeline/stages/stitch/compose/slow_blend.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

constexpr int kSize = 128;

// A picture of noise over steps, four floats a pixel; the left or right part has weight 1, with a ragged seam.
std::vector<float> picture(unsigned seed, bool left) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> even(0, 0.3F);
    std::vector<float> pixels;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            for (int c = 0; c < 3; ++c)
                pixels.push_back(even(random) + (x / 20 % 2 == 0 ? 0.2F : 0.5F) + (left ? 0.1F : 0));
            const int seam = 60 + y * 7 % 11;
            pixels.push_back((x < seam) == left ? 1.0F : 0.0F);
        }
    }
    return pixels;
}

SlowPicture slow_of(const std::vector<float>& pixels) {
    SlowPicture slow;
    slow.width = slow.height = kSize;
    slow.pixels.assign(pixels.begin(), pixels.end());
    return slow;
}

TEST(BlendPyramid, EqualsItsTwin) {
    const std::vector<float> left = picture(1, true), right = picture(2, false);
    for (const int bands : {2, 3, 4, 5}) {
        const SlowPicture truth = slow_blend({slow_of(left), slow_of(right)}, bands);
        at_every_level([&] {
            BlendPyramid pyramid;
            const Rect all{-64, 192, kSize, kSize};
            const std::array<Rect, 1> whole{all};
            pyramid.begin(bands, all, whole);
            for (const auto* tile : {&left, &right}) {
                std::copy(tile->begin(), tile->end(), pyramid.tile(all));
                // Its own side of the seam and no more.
                const int from = tile == &left ? 0 : 60, to = tile == &left ? 70 : kSize;
                pyramid.add_tile({whole, whole, {all.x + from, all.y, to - from, kSize}});
            }
            pyramid.finish(whole);
            double worst = 0;
            for (int y = 0; y < kSize; ++y) {
                for (int x = 0; x < kSize; ++x) {
                    for (int c = 0; c < 3; ++c)
                        worst = std::max(worst, std::abs(pyramid.row(192 + y)[4 * x + c] - truth.at(x, y, c)));
                }
            }
            EXPECT_LT(worst, 2e-6) << bands;
        });
    }
}

TEST(BlendPyramid, IsTheTileWhereNoOtherIsInReach) {
    const std::vector<float> left = picture(1, true), right = picture(2, false);
    constexpr int kBands = 4;
    const SlowPicture blended = slow_blend({slow_of(left), slow_of(right)}, kBands);
    double off = 0, near = 0;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const bool far = x < 60 - BlendPyramid::halo_px(kBands) || x >= 71 + BlendPyramid::halo_px(kBands);
            const auto& alone = x < 64 ? left : right;
            const double d = std::abs(blended.at(x, y, 0) - alone[static_cast<std::size_t>(4 * (y * kSize + x))]);
            (far ? off : near) = std::max(far ? off : near, d);
        }
    }
    EXPECT_LT(off, 1e-12);
    EXPECT_GT(near, 0.01);
}

// Only what is nearer than the halo to a region's edge may differ from the same pixels of a larger region.
TEST(BlendPyramid, DoesNotDependOnTheRegion) {
    const std::vector<float> left = picture(1, true), right = picture(2, false);
    constexpr int kBands = 3;
    const int halo = BlendPyramid::halo_px(kBands);
    std::vector<std::vector<float>> results;
    const Rect inner{40, 40, 40, 30};
    for (const Rect& region : {Rect{0, 0, kSize, kSize}, Rect{40 - halo - halo % 4, 28, 64, 56}}) {
        BlendPyramid pyramid;
        const std::array<Rect, 1> whole{region};
        pyramid.begin(kBands, region, whole);
        for (const auto* tile : {&left, &right}) {
            float* to = pyramid.tile(region);
            for (int y = region.y; y < region.bottom(); ++y, to += 4 * region.width)
                std::copy_n(tile->data() + 4 * (y * kSize + region.x), 4 * region.width, to);
            pyramid.add_tile({whole, whole, region});
        }
        pyramid.finish(whole);
        std::vector<float> result;
        for (int y = inner.y; y < inner.bottom(); ++y) {
            for (int x = inner.x; x < inner.right(); ++x)
                for (int c = 0; c < 3; ++c) result.push_back(pyramid.row(y)[4 * (x - region.x) + c]);
        }
        results.push_back(result);
    }
    EXPECT_EQ(results[0], results[1]);
}

// What stood in the memory before, and what is not named, must not matter: here it is NaN.
TEST(BlendPyramid, TouchesOnlyWhatIsNamed) {
    const std::vector<float> left = picture(1, true), right = picture(2, false);
    constexpr int kBands = 3;
    const Rect all{0, 0, kSize, kSize};
    const std::array<Rect, 1> whole{all};
    std::vector<float> results[2];
    // What is shown, what of the tiles is needed for it (12 pixels more), and zeros around that.
    const Rect shown{48, 32, 32, 64}, needed{32, 16, 64, 96}, around{28, 12, 72, 104}, zero{24, 8, 80, 112};
    const std::array<Rect, 1> shown_parts{shown}, around_parts{around};
    for (const bool sparse : {false, true}) {
        BlendPyramid pyramid;
        pyramid.begin(kBands, all, whole);
        std::fill_n(pyramid.tile(all), 4 * kSize * kSize, std::nanf(""));
        pyramid.add_tile({whole, whole, all});
        pyramid.begin(kBands, all, sparse ? std::span<const Rect>(shown_parts) : whole);
        for (const auto* tile : {&left, &right}) {
            float* to = pyramid.tile(all);
            for (int y = 0; y < kSize; ++y) {
                for (int x = 0; x < kSize; ++x) {
                    const auto in = [&](const Rect& r) {
                        return x >= r.x && y >= r.y && x < r.right() && y < r.bottom();
                    };
                    for (int c = 0; c < 4; ++c) {
                        const auto i = static_cast<std::size_t>(4 * (y * kSize + x) + c);
                        if (!sparse || in(needed))
                            to[i] = (*tile)[i];
                        else if (in(zero))
                            to[i] = 0;
                    }
                }
            }
            if (sparse) {
                pyramid.add_tile({around_parts, shown_parts, needed});
            } else {
                pyramid.add_tile({whole, whole, all});
            }
        }
        pyramid.finish(sparse ? std::span<const Rect>(shown_parts) : whole);
        for (int y = shown.y; y < shown.bottom(); ++y)
            results[sparse ? 1 : 0].insert(results[sparse ? 1 : 0].end(), pyramid.row(y) + 4 * shown.x,
                                           pyramid.row(y) + 4 * shown.right());
    }
    for (std::size_t i = 0; i < results[0].size(); ++i) {
        if (i % 4 == 3) continue;
        ASSERT_EQ(results[0][i], results[1][i]) << i;
    }
}

}  // namespace
}  // namespace nightstack
