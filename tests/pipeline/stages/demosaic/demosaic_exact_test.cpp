// SPDX-License-Identifier: MIT
// Answers known without any twin.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "mosaics.h"
#include "pipeline/core/error.h"

namespace nightstack {
namespace {

TEST(Demosaic, NamesAreReadBack) {
    for (const DemosaicKind kind : kKinds) EXPECT_EQ(parse_demosaic_kind(name(kind)), kind);
    EXPECT_EQ(parse_demosaic_kind("vng"), std::nullopt);
}

TEST(Demosaic, FlatColourStaysExactly) {
    const float colours[][3] = {{1200, 3400, 560}, {0, 0, 0}, {-12, 5, -700}, {65535, 1, 0}, {0.125F, 0.5F, 0.25F}};
    for (const auto& colour : colours) {
        Rgb picture = make_rgb(33, 26);
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < 26; ++y) {
                for (float& v : picture[c].view().row(y)) v = colour[c];
            }
        }
        for (const DemosaicKind kind : kKinds) {
            for (const CfaPattern pattern : kPatterns) {
                for (const float pedestal : {0.0F, 100.0F}) {
                    const Rgb out =
                        demosaiced(mosaic_of(picture, pattern).view(), pattern, kind, with_pedestal(pedestal));
                    for (std::size_t c = 0; c < 3; ++c) {
                        for (int y = 0; y < out[c].height(); ++y) {
                            for (const float v : out[c].view().row(y)) {
                                ASSERT_EQ(v, colour[c]) << name(kind) << " " << name(pattern);
                            }
                        }
                    }
                }
            }
        }
    }
}

// Each colour its own slope: what one colour does must not show in another.
TEST(Demosaic, SlopesStayExactlyInTheLinearOnes) {
    Rgb picture = make_rgb(40, 31);
    const auto slope = [](std::size_t c, int x, int y) {
        const int k = static_cast<int>(c);
        return static_cast<float>(100 * k + (8 + 16 * k) * x - (4 + 8 * k) * y);
    };
    for (std::size_t c = 0; c < 3; ++c) {
        for (int y = 0; y < 31; ++y) {
            for (int x = 0; x < 40; ++x) picture[c].view()(x, y) = slope(c, x, y);
        }
    }
    for (const DemosaicKind kind : {DemosaicKind::bilinear, DemosaicKind::linear}) {
        const int edge = demosaic_border(kind);  // the outermost pixels see the slope mirrored
        for (const CfaPattern pattern : kPatterns) {
            const Rgb out = demosaiced(mosaic_of(picture, pattern).view(), pattern, kind);
            for (std::size_t c = 0; c < 3; ++c) {
                for (int y = edge; y < 31 - edge; ++y) {
                    for (int x = edge; x < 40 - edge; ++x) {
                        ASSERT_EQ(out[c].view()(x, y), slope(c, x, y)) << name(kind) << name(pattern);
                    }
                }
            }
        }
    }
}

// All but superpixel keep the pixels the sensor saw.
TEST(Demosaic, SeenPixelsAreKept) {
    const Image<float> mosaic = noise_mosaic(50, 40, 1, -10, 5000);
    for (const DemosaicKind kind : {DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        for (const CfaPattern pattern : kPatterns) {
            const Rgb out = demosaiced(mosaic.view(), pattern, kind, DemosaicOptions{0, 1.37F, 0.71F});
            for (int y = 0; y < 40; ++y) {
                for (int x = 0; x < 50; ++x) {
                    const auto seen = static_cast<std::size_t>(colour_at(pattern, x, y));
                    ASSERT_EQ(out[seen].view()(x, y), mosaic.view()(x, y));
                }
            }
        }
    }
}

// A linear filter whose terms across colours sum to zero does not know the level of the sky, each colour its own.
TEST(Demosaic, LinearIsIndifferentToTheLevelOfTheSky) {
    const int size = 48;
    const float sky[3] = {4096, 1024, 16384};
    Rgb dark = make_rgb(size, size);
    Rgb bright = make_rgb(size, size);
    const Image<float> detail = noise_mosaic(size, size, 9, 0, 256);
    for (std::size_t c = 0; c < 3; ++c) {
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                dark[c].view()(x, y) = std::floor(detail.view()(x, y)) * 16;  // all sums are exact in a float
                bright[c].view()(x, y) = dark[c].view()(x, y) + sky[c];
            }
        }
    }
    for (const CfaPattern pattern : kPatterns) {
        const Rgb low = demosaiced(mosaic_of(dark, pattern).view(), pattern, DemosaicKind::linear);
        const Rgb high = demosaiced(mosaic_of(bright, pattern).view(), pattern, DemosaicKind::linear);
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < size; ++y) {  // to the very edge
                for (int x = 0; x < size; ++x) {
                    ASSERT_EQ(high[c].view()(x, y) - sky[c], low[c].view()(x, y)) << name(pattern);
                }
            }
        }
    }
}

// What a single pixel adds to each plane: its own colour's share of the mosaic to its own, nothing to the others.
TEST(Demosaic, LinearKeepsTheSumOfEveryPixel) {
    for (const CfaPattern pattern : kPatterns) {
        for (int phase = 0; phase < 4; ++phase) {
            Image<float> mosaic(16, 16);
            const int x = 8 + phase % 2;
            const int y = 8 + phase / 2;
            mosaic.view()(x, y) = 16;
            const Rgb out = demosaiced(mosaic.view(), pattern, DemosaicKind::linear);
            const Colour seen = colour_at(pattern, x, y);
            for (std::size_t c = 0; c < 3; ++c) {
                float sum = 0;
                for (int j = 0; j < 16; ++j) {
                    for (const float v : out[c].view().row(j)) sum += v;
                }
                const float share = seen == Colour::green ? 2 : 4;
                EXPECT_EQ(sum, static_cast<Colour>(c) == seen ? 16 * share : 0) << name(pattern) << " colour " << c;
            }
        }
    }
}

// Leaving out the first column or row is another pattern; inside, the picture is the same.
TEST(Demosaic, PatternsAreShiftsOfEachOther) {
    const Image<float> mosaic = noise_mosaic(80, 70, 2, 0, 5000);
    for (const DemosaicKind kind : {DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        const int border = demosaic_border(kind);
        const Rgb whole = demosaiced(mosaic.view(), CfaPattern::rggb, kind);
        for (const auto& [dx, dy] : {std::pair{1, 0}, std::pair{0, 1}, std::pair{1, 1}}) {
            const Rgb part =
                demosaiced(mosaic.view().cropped({dx, dy, 80 - dx, 70 - dy}), shifted(CfaPattern::rggb, dx, dy), kind);
            for (std::size_t c = 0; c < 3; ++c) {
                for (int y = border; y < 70 - dy; ++y) {
                    for (int x = border; x < 80 - dx; ++x) {
                        ASSERT_EQ(part[c].view()(x, y), whole[c].view()(x + dx, y + dy)) << name(kind);
                    }
                }
            }
        }
    }
}

// Red and blue are treated alike: exchanging the roles exchanges the planes.
TEST(Demosaic, RedAndBlueAreAlike) {
    const Image<float> mosaic = noise_mosaic(48, 48, 3, 0, 5000);
    for (const DemosaicKind kind : kKinds) {
        const Rgb one = demosaiced(mosaic.view(), CfaPattern::rggb, kind);
        const Rgb other = demosaiced(mosaic.view(), CfaPattern::bggr, kind);
        for (int y = 0; y < one[0].height(); ++y) {
            for (int x = 0; x < one[0].width(); ++x) {
                ASSERT_EQ(one[0].view()(x, y), other[2].view()(x, y));
                ASSERT_EQ(one[1].view()(x, y), other[1].view()(x, y));
            }
        }
    }
}

// A grey step along the grid is where RCD is better than bilinear: no colour on either side.
TEST(Demosaic, RcdKeepsAStraightGreyEdgeGrey) {
    for (const bool upright : {false, true}) {
        Rgb picture = make_rgb(60, 60);
        for (int y = 0; y < 60; ++y) {
            for (int x = 0; x < 60; ++x) {
                for (std::size_t c = 0; c < 3; ++c) picture[c].view()(x, y) = (upright ? x : y) < 31 ? 500 : 4000;
            }
        }
        const Image<float> mosaic = mosaic_of(picture, CfaPattern::gbrg);
        const auto worst = [&](DemosaicKind kind) {
            const Rgb out = demosaiced(mosaic.view(), CfaPattern::gbrg, kind);
            float most = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                for (int y = 5; y < 55; ++y) {
                    for (int x = 5; x < 55; ++x) {
                        most = std::max(most, std::abs(out[c].view()(x, y) - picture[c].view()(x, y)));
                    }
                }
            }
            return most;
        };
        EXPECT_GT(worst(DemosaicKind::bilinear), 800);
        EXPECT_LT(worst(DemosaicKind::rcd), 100);
    }
}

TEST(Demosaic, APixelThatIsNotFiniteSpoilsNoMoreThanTheBorder) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    Image<float> mosaic = noise_mosaic(64, 64, 4, 100, 2000);
    for (const DemosaicKind kind : {DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        mosaic.view()(31, 30) = 1000;
        const Rgb clean = demosaiced(mosaic.view(), CfaPattern::rggb, kind);
        mosaic.view()(31, 30) = nan;
        const Rgb spoilt = demosaiced(mosaic.view(), CfaPattern::rggb, kind);
        const int border = demosaic_border(kind);
        int unlike = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < 64; ++y) {
                for (int x = 0; x < 64; ++x) {
                    const bool near = std::abs(x - 31) <= border && std::abs(y - 30) <= border;
                    if (!near) {
                        ASSERT_EQ(spoilt[c].view()(x, y), clean[c].view()(x, y));
                    }
                    unlike += !(spoilt[c].view()(x, y) == clean[c].view()(x, y));
                }
            }
        }
        EXPECT_GT(unlike, 0);
    }
}

TEST(Demosaic, RefusesWhatDoesNotFit) {
    Image<float> mosaic(8, 8);
    Rgb out = make_rgb(8, 8);
    DemosaicScratch scratch;
    const auto run = [&](ImageView<const float> from, DemosaicKind kind, const DemosaicOptions& options = {}) {
        demosaic(out[0].view(), out[1].view(), out[2].view(), from, CfaPattern::rggb, kind, scratch, options);
    };
    const float infinite = std::numeric_limits<float>::infinity();
    EXPECT_NO_THROW(run(mosaic.view(), DemosaicKind::rcd));
    EXPECT_THROW(run(mosaic.view(), DemosaicKind::superpixel), OptionError);
    EXPECT_THROW(run(mosaic.view().cropped({0, 0, 7, 8}), DemosaicKind::bilinear), OptionError);
    EXPECT_THROW(run(mosaic.view().cropped({0, 0, 1, 8}), DemosaicKind::bilinear), OptionError);
    EXPECT_THROW(run(mosaic.view(), DemosaicKind::rcd, {-1, 1, 1}), OptionError);
    EXPECT_THROW(run(mosaic.view(), DemosaicKind::rcd, {infinite, 1, 1}), OptionError);
    EXPECT_THROW(run(mosaic.view(), DemosaicKind::rcd, {0, 0, 1}), OptionError);
    EXPECT_THROW(run(mosaic.view(), DemosaicKind::rcd, {0, 1, infinite}), OptionError);
}

TEST(DemosaicOptions, FollowTheSkyOnlyWhereItIsClear) {
    const DemosaicOptions clear = demosaic_options_for_sky({500, 1000, 400}, 20);
    EXPECT_FLOAT_EQ(clear.pedestal, 320);
    EXPECT_FLOAT_EQ(clear.red_scale, 2);
    EXPECT_FLOAT_EQ(clear.blue_scale, 2.5);
    const DemosaicOptions faint = demosaic_options_for_sky({50, 1000, 10}, 20);
    EXPECT_FLOAT_EQ(faint.red_scale, 1);
    EXPECT_FLOAT_EQ(faint.blue_scale, 1);
    EXPECT_FLOAT_EQ(demosaic_options_for_sky({100, 10000, 400}, 20).red_scale, 4);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NO_THROW(demosaic_options_for_sky({nan, nan, nan}, nan).check());
    EXPECT_NO_THROW(demosaic_options_for_sky({-5, 0, 1e300}, 0).check());
}

}  // namespace
}  // namespace nightstack
