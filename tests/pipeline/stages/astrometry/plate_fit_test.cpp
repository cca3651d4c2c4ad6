// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/plate_fit.h"

#include <gtest/gtest.h>

#include <random>

#include "pipeline/stages/astrometry/polynomial_fit.h"
#include "sky_fields.h"

namespace nightstack {
namespace {

using namespace testing_sky;

TEST(PolynomialFit, FindsWhatWasPutIn) {
    SipPolynomial truth;
    truth.order = 3;
    truth.coefficient = {{{1, -2, 0.5, 0.25}, {3, 4, -1}, {0.125, 2}, {-0.75}}};
    std::mt19937 rng(1);
    std::vector<Point> at;
    std::vector<double> values, weights;
    for (int i = 0; i < 40; ++i) {
        at.push_back({uniform(rng, -1, 1), uniform(rng, -1, 1)});
        values.push_back(truth(at.back().x, at.back().y) + (i % 4 == 3 ? 100 : 0));
        weights.push_back(i % 4 == 3 ? 0 : 1);
    }
    const auto found = fit_polynomial(3, at, values, weights);
    ASSERT_TRUE(found);
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t k = 0; i + k < 4; ++k) EXPECT_NEAR(found->coefficient[i][k], truth.coefficient[i][k], 1e-9);
    }
    for (Point& p : at) p.y = 2 * p.x;
    EXPECT_FALSE(fit_polynomial(1, at, values, weights)) << "on a line";
    EXPECT_FALSE(fit_polynomial(3, std::span(at).first(5), std::span(values).first(5), std::span(weights).first(5)));
}

std::vector<PlatePair> pairs_of(const Wcs& truth, int count, double noise_px) {
    std::mt19937 rng(2);
    std::vector<PlatePair> pairs;
    for (int i = 0; i < count; ++i) {
        const Point p{uniform(rng, 0, 1920), uniform(rng, 0, 1080)};
        pairs.push_back(
            {{p.x + noise_px * gauss(rng), p.y + noise_px * gauss(rng)}, direction_of(truth.sky_from_pixel(p))});
    }
    return pairs;
}

FieldSpec turned() {
    FieldSpec spec;
    spec.centre = {359.9, 89.2};
    spec.up_deg = 77;
    return spec;
}

TEST(PlateFit, IsExactWithoutNoise) {
    for (const bool mirrored : {false, true}) {
        FieldSpec spec = turned();
        spec.mirrored = mirrored;
        const Wcs truth = plate_of(spec);
        const SkyPoint guess = displaced(spec.centre, 0.5, 200);
        for (const int count : {3, 8, 40}) {
            const auto fit = fit_plate(pairs_of(truth, count, 0), direction_of(guess),
                                       {1920, 1080, 1.03 * spec.arcsec_per_px, mirrored, {}});
            ASSERT_TRUE(fit);
            EXPECT_EQ(fit->order, 0);
            EXPECT_EQ(fit->matched, count);
            EXPECT_LT(fit->rms_px, 1e-6);
            EXPECT_LT(grid_error_arcsec(fit->wcs, truth, 1920, 1080), 1e-4);
        }
    }
}

TEST(PlateFit, StrangersAreClippedAndShearIsSeen) {
    FieldSpec spec = turned();
    Wcs truth = plate_of(spec);
    truth.cd[0] *= 1.004;
    std::vector<PlatePair> pairs = pairs_of(truth, 60, 0.1);
    for (std::size_t i = 0; i < 12; ++i) pairs[5 * i].pixel.x += 2.5;
    const auto fit = fit_plate(pairs, direction_of(spec.centre), {1920, 1080, spec.arcsec_per_px, false, {}});
    ASSERT_TRUE(fit);
    EXPECT_EQ(fit->order, 1);
    EXPECT_NEAR(fit->matched, 48, 1);
    EXPECT_LT(fit->rms_px, 0.2);
    EXPECT_LT(grid_error_arcsec(fit->wcs, truth, 1920, 1080), 0.2 * spec.arcsec_per_px);
}

TEST(PlateFit, NeedsThreeStarsAtDifferentPlaces) {
    const Wcs truth = plate_of(turned());
    const PlateOptions o{1920, 1080, 6, false, {}};
    EXPECT_FALSE(fit_plate(pairs_of(truth, 2, 0), direction_of(truth.reference), o));
    const std::vector<PlatePair> same(5, pairs_of(truth, 1, 0)[0]);
    EXPECT_FALSE(fit_plate(same, direction_of(truth.reference), o));
}

}  // namespace
}  // namespace nightstack
