// SPDX-License-Identifier: MIT
#include "pipeline/sky/optics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "pipeline/core/error.h"
#include "sky_fixture.h"

namespace nightstack::sky {
namespace {

// The slow twin: Moffat's formula on a grid of 40 x 40 points in the pixel.
double in_pixel_twin(double fwhm, double beta, double dx, double dy) {
    const double alpha = fwhm / (2 * std::sqrt(std::pow(2.0, 1 / beta) - 1));
    double sum = 0;
    for (int j = 0; j < 40; ++j) {
        for (int i = 0; i < 40; ++i) {
            const double x = dx + (i + 0.5) / 40 - 0.5;
            const double y = dy + (j + 0.5) / 40 - 0.5;
            sum += (beta - 1) / (M_PI * alpha * alpha) * std::pow(1 + (x * x + y * y) / (alpha * alpha), -beta);
        }
    }
    return sum / 1600;
}

struct Seeing {
    double fwhm;
    double beta;
};
class Psf : public testing::TestWithParam<Seeing> {};

TEST_P(Psf, PixelAgreesWithItsTwin) {
    const auto [fwhm, beta] = GetParam();
    const Moffat psf(fwhm, beta);
    const double peak = psf.in_pixel(0, 0);
    for (double dy = 0.13; dy < 12; dy += 0.9) {
        for (double dx = -0.37; dx < 12; dx += 0.8) {
            const double twin = in_pixel_twin(fwhm, beta, dx, dy);
            EXPECT_NEAR(psf.in_pixel(dx, dy), twin, 2e-4 * peak + 0.003 * twin) << dx << " " << dy;
        }
    }
}

TEST_P(Psf, FluxIsKeptAndTheCentroidTrue) {
    const auto [fwhm, beta] = GetParam();
    NightOptions o = quiet_night(181, 181);
    o.optics.fwhm_px = fwhm;
    o.optics.beta = beta;
    SerialRunner runner;
    for (const double flux : {800.0, 3e5}) {
        for (const Point at : {Point{90, 90}, Point{90.5, 90.5}, Point{89.71, 90.18}, Point{90.37, 89.52}}) {
            const Night night(o, one_star(at.x, at.y, flux), runner);
            const Moments m = moments_about(noise_free_of(night), at, 1000);
            EXPECT_NEAR(m.sum / flux, 1, 0.0005);
            // Pixels as wide as the star shift even a perfect first moment (aliasing): not our error.
            const double limit = fwhm < 1.5 ? 0.004 : 0.002;
            EXPECT_NEAR(m.x, at.x, limit);
            EXPECT_NEAR(m.y, at.y, limit);
        }
    }
}

TEST_P(Psf, IsAsWideAsItSays) {
    const auto [fwhm, beta] = GetParam();
    const Moffat psf(fwhm, beta);
    EXPECT_NEAR(psf.density(fwhm * fwhm / 4) / psf.density(0), 0.5, 1e-12);
}
INSTANTIATE_TEST_SUITE_P(Seeings, Psf,
                         testing::Values(Seeing{1.2, 3}, Seeing{1.8, 4}, Seeing{2.5, 2.5}, Seeing{3.2, 3},
                                         Seeing{6, 6}));

TEST(Moffat, BrightStarsReachFurtherAndEndUnseen) {
    const Moffat psf(3, 3);
    EXPECT_GT(psf.reach_px(1e6), 1.5 * psf.reach_px(1e3));
    const double reach = psf.reach_px(2e6);
    EXPECT_LT(2e6 * psf.density(reach * reach), 0.02);
}

TEST(Moffat, BeyondIsTheRestOfTheLight) {
    const Moffat psf(3, 3);
    double inside = 0;
    for (double r = 0.005; r < 8; r += 0.01) inside += 2 * M_PI * r * psf.density(r * r) * 0.01;
    EXPECT_NEAR(psf.beyond(8), 1 - inside, 1e-5);
}

TEST(OpticsOptions, RefusesWhatCannotBe) {
    EXPECT_THROW((OpticsOptions{.fwhm_px = 0.9}).check(), OptionError);
    EXPECT_THROW((OpticsOptions{.fwhm_px = NAN}).check(), OptionError);
    EXPECT_THROW((OpticsOptions{.beta = 1.5}).check(), OptionError);
    EXPECT_THROW((OpticsOptions{.fwhm_jitter = -0.1}).check(), OptionError);
}

}  // namespace
}  // namespace nightstack::sky
