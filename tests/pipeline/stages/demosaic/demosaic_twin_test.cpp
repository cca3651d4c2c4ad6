// SPDX-License-Identifier: MIT
// Every kernel against its slow twin, against itself on tiles, and on every CPU level.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "demosaic_twin.h"
#include "pipeline/simd/cpu_level.h"

namespace nightstack {
namespace {

Rgb twin(ImageView<const float> mosaic, CfaPattern pattern, DemosaicKind kind, const DemosaicOptions& options) {
    if (kind == DemosaicKind::superpixel) return superpixel_twin(mosaic, pattern);
    if (kind == DemosaicKind::bilinear) return bilinear_twin(mosaic, pattern);
    if (kind == DemosaicKind::linear) return linear_twin(mosaic, pattern);
    return rcd_twin(mosaic, pattern, options);
}

void expect_near(const Rgb& got, const Rgb& want, double tolerance, const std::string& what) {
    for (std::size_t c = 0; c < 3; ++c) {
        ASSERT_TRUE(got[c].view().same_size(want[c].width(), want[c].height())) << what;
        for (int y = 0; y < got[c].height(); ++y) {
            for (int x = 0; x < got[c].width(); ++x) {
                ASSERT_NEAR(got[c].view()(x, y), want[c].view()(x, y), tolerance)
                    << what << " colour " << c << " at " << x << "," << y;
            }
        }
    }
}

void expect_same_bits(ImageView<const float> got, ImageView<const float> want, const std::string& what) {
    ASSERT_TRUE(got.same_size(want.width(), want.height())) << what;
    for (int y = 0; y < got.height(); ++y) {
        const std::size_t bytes = static_cast<std::size_t>(got.width()) * sizeof(float);
        ASSERT_EQ(std::memcmp(got.row_data(y), want.row_data(y), bytes), 0) << what << " row " << y;
    }
}

constexpr DemosaicOptions kOptions{100, 1.5F, 2.25F};

std::string what(DemosaicKind kind, CfaPattern pattern) {
    return std::string(name(kind)) + " " + std::string(name(pattern));
}

class DemosaicSizes : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(DemosaicSizes, AgreesWithTheTwin) {
    const auto [width, height] = GetParam();
    for (const DemosaicKind kind : kKinds) {
        for (const CfaPattern pattern : kPatterns) {
            const Image<float> mosaic = noise_mosaic(width, height, 7, 100, 4000);
            for (const DemosaicOptions& options : {DemosaicOptions{50, 1, 1}, DemosaicOptions{20, 1.7F, 0.6F}}) {
                expect_near(demosaiced(mosaic.view(), pattern, kind, options),
                            twin(mosaic.view(), pattern, kind, options), 0.05, what(kind, pattern));
            }
        }
    }
}

// Narrow ones are mirrored several times over; 970 needs three strips, the last one short.
INSTANTIATE_TEST_SUITE_P(Sizes, DemosaicSizes,
                         testing::Values(std::pair{2, 2}, std::pair{3, 2}, std::pair{5, 7}, std::pair{16, 9},
                                         std::pair{37, 41}, std::pair{64, 33}, std::pair{970, 12}));

TEST(DemosaicTwin, HoldsForNegativeAndHugeValues) {
    for (const DemosaicKind kind : kKinds) {
        const Image<float> below = noise_mosaic(40, 30, 3, -300, 100);
        expect_near(demosaiced(below.view(), CfaPattern::gbrg, kind), twin(below.view(), CfaPattern::gbrg, kind, {}),
                    0.05, "negative");
        const Image<float> huge = noise_mosaic(40, 30, 4, -1e9F, 1e9F);
        expect_near(demosaiced(huge.view(), CfaPattern::gbrg, kind), twin(huge.view(), CfaPattern::gbrg, kind, {}),
                    1e9 * 1e-4, "huge");
    }
}

TEST(DemosaicTile, WithItsBorderEqualsTheWholeFrame) {
    const int width = 700;
    const int height = 90;
    const Image<float> mosaic = noise_mosaic(width, height, 11, -20, 3000);
    std::mt19937 rng(5);
    for (const DemosaicKind kind : kKinds) {
        const int border = demosaic_border(kind);
        const int scale = demosaic_scale(kind);
        const Rgb whole = demosaiced(mosaic.view(), CfaPattern::gbrg, kind, kOptions);
        for (int trial = 0; trial < 12; ++trial) {
            const int even = scale == 2 ? ~1 : ~0;  // superpixel tiles begin at even places
            const Rect wanted{static_cast<int>(rng() % 600) & even, static_cast<int>(rng() % 60) & even,
                              static_cast<int>(10 + rng() % 80) & ~1, static_cast<int>(4 + rng() % 20) & ~1};
            const Rect read = intersected(grown(wanted, border), mosaic.view().bounds());
            const Rgb tile =
                demosaiced(mosaic.view().cropped(read), shifted(CfaPattern::gbrg, read.x, read.y), kind, kOptions);
            const Rect inside{(wanted.x - read.x) / scale, (wanted.y - read.y) / scale, wanted.width / scale,
                              wanted.height / scale};
            const Rect outside{wanted.x / scale, wanted.y / scale, wanted.width / scale, wanted.height / scale};
            for (std::size_t c = 0; c < 3; ++c) {
                expect_same_bits(tile[c].view().cropped(inside), whole[c].view().cropped(outside),
                                 std::string(name(kind)));
            }
        }
    }
}

// One pixel less of context must show, otherwise the constant asks for too much.
TEST(DemosaicTile, BorderIsNotLargerThanNeeded) {
    const Image<float> mosaic = noise_mosaic(120, 120, 12, 0, 3000);
    for (const DemosaicKind kind : {DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        const int short_by_one = demosaic_border(kind) - 1;
        const Rgb whole = demosaiced(mosaic.view(), CfaPattern::rggb, kind);
        const Rect wanted{40, 40, 40, 40};
        const Rect read = grown(wanted, short_by_one);
        const Rgb tile = demosaiced(mosaic.view().cropped(read), shifted(CfaPattern::rggb, read.x, read.y), kind);
        bool differs = false;
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < 40; ++y) {
                for (int x = 0; x < 40; ++x) {
                    differs = differs || tile[c].view()(x + short_by_one, y + short_by_one) !=
                                             whole[c].view()(x + wanted.x, y + wanted.y);
                }
            }
        }
        EXPECT_TRUE(differs) << name(kind);
    }
}

TEST(DemosaicLevels, GiveTheSameBits) {
    const CpuLevel best = cpu_level();
    const Image<float> mosaic = noise_mosaic(531, 47, 13, -50, 60000);
    for (const DemosaicKind kind : kKinds) {
        for (const CfaPattern pattern : kPatterns) {
            limit_cpu_level(CpuLevel::sse2);
            const Rgb plain = demosaiced(mosaic.view(), pattern, kind, kOptions);
            for (const CpuLevel level : {CpuLevel::avx2, CpuLevel::avx512}) {
                limit_cpu_level(level);
                const Rgb fast = demosaiced(mosaic.view(), pattern, kind, kOptions);
                for (std::size_t c = 0; c < 3; ++c) {
                    expect_same_bits(fast[c].view(), plain[c].view(), what(kind, pattern));
                }
            }
        }
    }
    limit_cpu_level(best);
}

// What an earlier tile left in the scratch must not show.
TEST(DemosaicScratch, IsCarriedFromTileToTileWithoutTrace) {
    const Image<float> first = noise_mosaic(600, 40, 14, 1e6F, 1e9F);
    Image<float> spoilt = noise_mosaic(600, 40, 14, 0, 1);
    for (int y = 0; y < 40; ++y) {
        for (float& v : spoilt.view().row(y)) v = std::numeric_limits<float>::quiet_NaN();
    }
    const Image<float> second = noise_mosaic(90, 21, 15, 0, 1000);
    DemosaicScratch scratch;
    Rgb big = make_rgb(600, 40);
    Rgb small = make_rgb(90, 21);
    const auto run = [&](Rgb& out, const Image<float>& mosaic) {
        demosaic(out[0].view(), out[1].view(), out[2].view(), mosaic.view(), CfaPattern::bggr, DemosaicKind::rcd,
                 scratch);
    };
    run(big, first);
    run(big, spoilt);
    const float* memory = scratch.rows.view().data();
    run(small, second);
    EXPECT_EQ(scratch.rows.view().data(), memory);
    const Rgb fresh = demosaiced(second.view(), CfaPattern::bggr, DemosaicKind::rcd);
    for (std::size_t c = 0; c < 3; ++c) expect_same_bits(small[c].view(), fresh[c].view(), "second tile");
}

}  // namespace
}  // namespace nightstack
