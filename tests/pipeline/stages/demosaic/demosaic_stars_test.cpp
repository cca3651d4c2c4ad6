// SPDX-License-Identifier: MIT
// What becomes of a star: flux and centre per colour against truth, and of faint noise near zero.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "mosaics.h"

namespace nightstack {
namespace {

constexpr int kCell = 48;
constexpr int kCells = 8;
constexpr float kSky[3] = {300, 500, 250};

struct Errors {
    double flux_mean[3] = {0, 0, 0};  // relative, mean over the stars
    double flux_rms[3] = {0, 0, 0};
    double centre_rms_px[3] = {0, 0, 0};
};

// Stars of one shape and colour, each in the middle of its own cell at a random place in the pixel.
Errors measure(DemosaicKind kind, CfaPattern pattern, double fwhm_px, const DemosaicOptions& options) {
    std::mt19937 rng(21);
    std::uniform_real_distribution<double> phase(-1, 1);
    Rgb picture = make_rgb(kCell * kCells, kCell * kCells);
    for (std::size_t c = 0; c < 3; ++c) {
        for (int y = 0; y < picture[c].height(); ++y) {
            for (float& v : picture[c].view().row(y)) v = kSky[c];
        }
    }
    std::vector<TrueStar> stars;
    for (int i = 0; i < kCells * kCells; ++i) {
        stars.push_back(
            {(i % kCells + 0.5) * kCell + phase(rng), (i / kCells + 0.5) * kCell + phase(rng), {40000, 60000, 30000}});
        add_star(picture, stars.back(), fwhm_px);
    }
    const Rgb out = demosaiced(mosaic_of(picture, pattern).view(), pattern, kind, options);
    const int scale = demosaic_scale(kind);
    const int reach = 16 / scale;
    Errors errors;
    for (const TrueStar& star : stars) {
        for (std::size_t c = 0; c < 3; ++c) {
            // Mosaic place of a half-size pixel: 2 i + 0.5.
            const double shift = scale == 2 ? 0.5 : 0;
            double sum = 0, sx = 0, sy = 0;
            const int x0 = static_cast<int>(star.x) / scale, y0 = static_cast<int>(star.y) / scale;
            for (int y = y0 - reach; y <= y0 + reach; ++y) {
                for (int x = x0 - reach; x <= x0 + reach; ++x) {
                    const double v = out[c].view()(x, y) - kSky[c];
                    sum += v;
                    sx += v * (scale * x + shift);
                    sy += v * (scale * y + shift);
                }
            }
            const double n = static_cast<double>(stars.size());
            const double flux = sum * scale * scale / star.flux[c] - 1;
            errors.flux_mean[c] += flux / n;
            errors.flux_rms[c] += flux * flux / n;
            errors.centre_rms_px[c] += (std::pow(sx / sum - star.x, 2) + std::pow(sy / sum - star.y, 2)) / 2 / n;
        }
    }
    for (std::size_t c = 0; c < 3; ++c) {
        errors.flux_rms[c] = std::sqrt(errors.flux_rms[c]);
        errors.centre_rms_px[c] = std::sqrt(errors.centre_rms_px[c]);
    }
    return errors;
}

// Aperture flux as photometry takes it, of a star at 8 x 8 places in the pixel.
struct Spread {
    std::array<double, 3> least{1e9, 1e9, 1e9};
    std::array<double, 3> most{};
    std::array<double, 3> mean{};
};

Spread aperture_flux(DemosaicKind kind, const std::array<double, 3>& flux, double fwhm_px, double radius_px) {
    Spread spread;
    const DemosaicOptions options = demosaic_options_for_sky({kSky[0], kSky[1], kSky[2]}, 10);
    for (int place = 0; place < 64; ++place) {
        Rgb picture = make_rgb(kCell, kCell);
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < kCell; ++y) {
                for (float& v : picture[c].view().row(y)) v = kSky[c];
            }
        }
        const TrueStar star{kCell / 2 + place % 8 * 0.25, kCell / 2 + place / 8 * 0.25, {flux[0], flux[1], flux[2]}};
        add_star(picture, star, fwhm_px);
        const Rgb out = demosaiced(mosaic_of(picture, CfaPattern::rggb).view(), CfaPattern::rggb, kind, options);
        for (std::size_t c = 0; c < 3; ++c) {
            double sum = 0;
            for (int y = 0; y < kCell; ++y) {
                for (int x = 0; x < kCell; ++x) {
                    if (std::hypot(x - star.x, y - star.y) <= radius_px) sum += out[c].view()(x, y) - kSky[c];
                }
            }
            spread.least[c] = std::min(spread.least[c], sum);
            spread.most[c] = std::max(spread.most[c], sum);
            spread.mean[c] += sum / 64;
        }
    }
    return spread;
}

// Of a star of one colour more than of another, over the places, in magnitudes.
std::array<double, 3> flux_spread(DemosaicKind kind, double fwhm_px, double radius_px) {
    const Spread s = aperture_flux(kind, {20000, 60000, 15000}, fwhm_px, radius_px);
    std::array<double, 3> spread{};
    for (std::size_t c = 0; c < 3; ++c) spread[c] = 2.5 * std::log10(s.most[c] / s.least[c]);
    return spread;
}

TEST(StarFlux, DoesNotDependOnThePlaceInThePixel) {
    const std::array<double, 3> linear = flux_spread(DemosaicKind::linear, 3.0, 7);
    const std::array<double, 3> rcd = flux_spread(DemosaicKind::rcd, 3.0, 7);
    for (std::size_t c = 0; c < 3; ++c) {
        std::printf("colour %zu: linear %.4f mag, rcd %.4f mag from least to most\n", c, linear[c], rcd[c]);
        EXPECT_LT(linear[c], 0.004);
    }
    EXPECT_GT(rcd[0], 4 * linear[0]);
    EXPECT_GT(rcd[2], 4 * linear[2]);
}

// Red sharpens blue, so a red star has more of its blue in a small aperture: 0.06 mag here with the gain of the paper.
TEST(StarFlux, OfBlueDependsLittleOnRed) {
    const Spread neutral = aperture_flux(DemosaicKind::linear, {20000, 60000, 15000}, 3.0, 3);
    const Spread red = aperture_flux(DemosaicKind::linear, {40000, 60000, 15000}, 3.0, 3);
    const double magnitudes = 2.5 * std::log10(red.mean[2] / neutral.mean[2]);
    std::printf("twice the red: %.4f mag more of blue\n", magnitudes);
    EXPECT_LT(std::abs(magnitudes), 0.02);
}

struct Bound {
    DemosaicKind kind;
    double fwhm_px;
    bool balanced;
    double flux_mean, flux_rms, centre_rms_px;
};

class StarTruth : public testing::TestWithParam<Bound> {};

TEST_P(StarTruth, FluxAndCentreStayWithinBounds) {
    const Bound bound = GetParam();
    DemosaicOptions options;
    if (bound.balanced) options = demosaic_options_for_sky({kSky[0], kSky[1], kSky[2]}, 10);
    for (const CfaPattern pattern : {CfaPattern::gbrg, CfaPattern::rggb}) {
        const Errors errors = measure(bound.kind, pattern, bound.fwhm_px, options);
        for (int c = 0; c < 3; ++c) {
            SCOPED_TRACE(testing::Message()
                         << name(bound.kind) << " " << name(pattern) << " fwhm " << bound.fwhm_px << " colour " << c);
            EXPECT_LT(std::abs(errors.flux_mean[c]), bound.flux_mean);
            EXPECT_LT(errors.flux_rms[c], bound.flux_rms);
            EXPECT_LT(errors.centre_rms_px[c], bound.centre_rms_px);
        }
    }
}

// Red and blue of a superpixel lie half a pixel beside its centre. RCD weighs colour differences by
// gradients: without balance the flux of a colour the sensor sees weakly is overstated.
INSTANTIATE_TEST_SUITE_P(Kinds, StarTruth,
                         testing::Values(Bound{DemosaicKind::superpixel, 2.0, false, 0.010, 0.05, 0.51},
                                         Bound{DemosaicKind::superpixel, 3.5, false, 1e-4, 1e-4, 0.501},
                                         Bound{DemosaicKind::bilinear, 2.0, false, 0.010, 0.05, 0.08},
                                         Bound{DemosaicKind::bilinear, 3.5, false, 1e-4, 1e-4, 0.001},
                                         Bound{DemosaicKind::linear, 2.0, false, 0.010, 0.05, 0.08},
                                         Bound{DemosaicKind::linear, 3.5, false, 1e-4, 1e-4, 0.001},
                                         Bound{DemosaicKind::rcd, 2.0, true, 0.055, 0.055, 0.007},
                                         Bound{DemosaicKind::rcd, 3.5, true, 0.030, 0.030, 0.004},
                                         Bound{DemosaicKind::rcd, 2.0, false, 0.40, 0.40, 0.006},
                                         Bound{DemosaicKind::rcd, 3.5, false, 0.10, 0.10, 0.010}),
                         [](const testing::TestParamInfo<Bound>& p) {
                             return std::string(name(p.param.kind)) + (p.param.balanced ? "_balanced_" : "_") +
                                    std::to_string(static_cast<int>(10 * p.param.fwhm_px));
                         });

// A dark-subtracted sky around zero: no plane may gain or lose level, no pixel may run away.
TEST(FaintNoise, NearZeroIsNotBiased) {
    std::mt19937 rng(31);
    std::normal_distribution<float> noise(0, 10);
    Image<float> mosaic(400, 400);
    for (const float level : {0.0F, 30.0F}) {
        for (int y = 0; y < 400; ++y) {
            for (float& v : mosaic.view().row(y)) v = level + noise(rng);
        }
        for (const float pedestal : {0.0F, 160.0F}) {
            const Rgb out = demosaiced(mosaic.view(), CfaPattern::gbrg, DemosaicKind::rcd, with_pedestal(pedestal));
            for (std::size_t c = 0; c < 3; ++c) {
                double sum = 0;
                double most = 0;
                for (int y = 0; y < 400; ++y) {
                    for (const float v : out[c].view().row(y)) {
                        sum += v - level;
                        most = std::max(most, std::abs(double{v} - level));
                    }
                }
                EXPECT_LT(std::abs(sum / 160000), 0.15) << "colour " << c;  // 1.5 % of the noise
                EXPECT_LT(most, 70);
            }
        }
    }
}

}  // namespace
}  // namespace nightstack
