// SPDX-License-Identifier: MIT
// How well one star is measured, against truth and against the bound of Cramer and Rao.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "pipeline/stages/stars/detect.h"
#include "star_field.h"

namespace nightstack {
namespace {

using test::Psf;
using test::Scene;
using test::TrueStar;

// Stars on a grid, each at a random sub-pixel place (or anywhere on a mosaic's 2x2 block).
std::vector<TrueStar> grid_stars(std::mt19937& rng, int across, int pitch, double flux) {
    std::uniform_real_distribution<double> u(-0.5, 1.5);
    std::vector<TrueStar> stars;
    for (int j = 0; j < across; ++j) {
        for (int i = 0; i < across; ++i) {
            stars.push_back({(i + 0.6) * pitch + u(rng), (j + 0.6) * pitch + u(rng), flux, {1, 1, 1}});
        }
    }
    return stars;
}

struct Errors {
    int matched = 0;
    double rms = 0;  // per axis
    double most = 0;
};

Errors errors_of(const StarList& found, const std::vector<TrueStar>& truth) {
    Errors e;
    double squares = 0;
    for (const TrueStar& t : truth) {
        const Star* s = test::nearest(found, t.x, t.y, 1.5);
        if (s == nullptr) continue;
        ++e.matched;
        squares += (std::pow(s->x - t.x, 2) + std::pow(s->y - t.y, 2)) / 2;
        e.most = std::max({e.most, std::abs(s->x - t.x), std::abs(s->y - t.y)});
    }
    e.rms = e.matched > 0 ? std::sqrt(squares / e.matched) : 99;
    return e;
}

struct BoundCase {
    Psf psf;
    double flux;
    double sky;
};

class CentroidBound : public ::testing::TestWithParam<BoundCase> {};

TEST_P(CentroidBound, RmsIsWithinFifteenPerCentOfCramerRao) {
    const BoundCase& c = GetParam();
    std::vector<TrueStar> all;
    double squares = 0;
    double bound = 0;
    int matched = 0;
    for (unsigned seed = 1; seed <= 3; ++seed) {
        std::mt19937 rng(seed);
        Scene scene(360, 360);
        scene.add_sky(c.sky);
        const std::vector<TrueStar> truth = grid_stars(rng, 8, 44, c.flux);
        for (const TrueStar& t : truth) scene.add_star(c.psf, t);
        scene.add_noise(rng, 3);
        SerialRunner runner;
        StarList found;
        find_stars(found, scene.cview(), {}, runner);
        const Errors e = errors_of(found, truth);
        matched += e.matched;
        squares += e.rms * e.rms * e.matched;
        bound += std::pow(test::least_rms_x(c.psf, truth[seed], c.sky + 9), 2) * e.matched;
    }
    EXPECT_GE(matched, 190);
    // 384 coordinates: the scatter of the ratio itself is 3.6 %.
    EXPECT_LT(std::sqrt(squares / bound), 1.15);
    EXPECT_GT(std::sqrt(squares / bound), 0.85);
}

INSTANTIATE_TEST_SUITE_P(Fields, CentroidBound,
                         ::testing::Values(BoundCase{{.fwhm_px = 2}, 5000, 1000},
                                           BoundCase{{.fwhm_px = 3.2}, 5000, 1000},
                                           BoundCase{{.fwhm_px = 3.2}, 60000, 200},
                                           BoundCase{{.fwhm_px = 2.5, .moffat_beta = 3}, 20000, 1000},
                                           BoundCase{{.fwhm_px = 5, .moffat_beta = 3}, 60000, 1000}));

struct PhaseCase {
    double fwhm;
    double beta;
    std::array<double, 3> colour;
    double bound;  // px, largest error of a star without noise
};

class PixelPhase : public ::testing::TestWithParam<PhaseCase> {};

TEST_P(PixelPhase, DoesNotPullTheCentroidOnMonoOrMosaic) {
    const PhaseCase& c = GetParam();
    for (const bool mosaic : {false, true}) {
        std::mt19937 rng(11);
        Scene scene(330, 330);
        if (mosaic) {
            scene.add_sky(CfaPattern::gbrg, {300, 800, 400});
        } else {
            scene.add_sky(500);
        }
        std::vector<TrueStar> truth = grid_stars(rng, 6, 50, 30000);
        const Psf psf{.fwhm_px = c.fwhm, .moffat_beta = c.beta};
        for (TrueStar& t : truth) {
            t.colour = c.colour;
            scene.add_star(psf, t, mosaic ? std::optional(CfaPattern::gbrg) : std::nullopt);
        }
        std::normal_distribution<float> whisper(0, 0.5F);
        scene.each([&](int, int, float& v) { v += whisper(rng); });
        SerialRunner runner;
        StarList found;
        const StarReport report = find_stars(found, scene.cview(), {}, runner);
        const Errors e = errors_of(found, truth);
        EXPECT_EQ(e.matched, 36);
        EXPECT_EQ(found.size(), 36U);
        EXPECT_LT(e.most, mosaic ? c.bound : 0.005) << "mosaic " << mosaic;
        EXPECT_NEAR(report.fwhm_px, c.fwhm, 0.05 * c.fwhm + (mosaic ? 0.1 : 0)) << "mosaic " << mosaic;
        EXPECT_GT(report.roundness, 0.97);
    }
}

INSTANTIATE_TEST_SUITE_P(Colours, PixelPhase,
                         ::testing::Values(PhaseCase{2, 0, {1, 0.5, 0.3}, 0.006}, PhaseCase{2, 0, {0.5, 1, 0.5}, 0.006},
                                           PhaseCase{2, 3, {1, 0.6, 0.3}, 0.012},
                                           PhaseCase{2.5, 3, {0.4, 0.8, 1}, 0.01},
                                           PhaseCase{3, 0, {1, 0.4, 0.2}, 0.006}, PhaseCase{4, 3, {1, 0.4, 0.2}, 0.01},
                                           PhaseCase{6, 0, {1, 0.4, 0.2}, 0.01}));

TEST(StarAccuracy, FwhmAndRoundnessAreTrue) {
    for (const double beta : {0.0, 2.5, 4.0}) {
        for (const double fwhm : {2.2, 3.5, 6.0}) {
            for (const double ratio : {1.0, 0.7}) {
                std::mt19937 rng(21);
                Scene scene(340, 340);
                scene.add_sky(300);
                const Psf psf{.fwhm_px = fwhm, .moffat_beta = beta, .axis_ratio = ratio, .angle_rad = 0.6};
                for (const TrueStar& t : grid_stars(rng, 5, 62, 80000)) scene.add_star(psf, t);
                scene.add_noise(rng, 3);
                SerialRunner runner;
                StarList found;
                const StarReport report = find_stars(found, scene.cview(), {}, runner);
                EXPECT_NEAR(report.fwhm_px, fwhm, 0.04 * fwhm) << beta << " " << ratio;
                EXPECT_NEAR(report.roundness, ratio, 0.035) << beta << " " << fwhm;
            }
        }
    }
}

// The same stars, dimmer and blurred: what the transparency of a frame is made of.
TEST(StarAccuracy, FluxRatiosBetweenFramesAreTrue) {
    for (const auto& [first, second] : {std::pair{2.5, 2.5}, {2.5, 3.5}, {3.0, 5.0}}) {
        StarList lists[2];
        std::vector<TrueStar> truth;
        for (int i = 0; i < 2; ++i) {
            std::mt19937 placing(31);
            std::mt19937 rng(static_cast<unsigned>(40 + i));
            Scene scene(420, 420);
            scene.add_sky(i == 0 ? 300 : 450);
            truth = test::random_stars(placing, 420, 420, 60, 20000, 200000, 36);
            const Psf psf{.fwhm_px = i == 0 ? first : second, .moffat_beta = 3.5};
            for (TrueStar t : truth) {
                t.flux *= i == 0 ? 1 : 0.7;
                t.x += 0.37 * i;
                scene.add_star(psf, t);
            }
            scene.add_noise(rng, 3);
            SerialRunner runner;
            find_stars(lists[i], scene.cview(), {}, runner);
        }
        std::vector<double> ratios;
        for (const TrueStar& t : truth) {
            const Star* a = test::nearest(lists[0], t.x, t.y, 1);
            const Star* b = test::nearest(lists[1], t.x + 0.37, t.y, 1);
            if (a != nullptr && b != nullptr) ratios.push_back(b->flux / a->flux);
        }
        ASSERT_GT(ratios.size(), 45U);
        std::sort(ratios.begin(), ratios.end());
        EXPECT_NEAR(ratios[ratios.size() / 2] / 0.7, 1, 0.012) << first << " " << second;
    }
}

TEST(StarAccuracy, SteepGradientMovesNothing) {
    std::mt19937 rng(51);
    Scene scene(340, 340);
    scene.add_sky(500, 1, -0.7);
    const std::vector<TrueStar> truth = grid_stars(rng, 6, 52, 4000);
    for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 4}, t);
    std::normal_distribution<float> whisper(0, 3);
    scene.each([&](int, int, float& v) { v += whisper(rng); });
    SerialRunner runner;
    StarList found;
    find_stars(found, scene.cview(), {}, runner);
    double mean_x = 0;
    double mean_flux = 0;
    int n = 0;
    for (const TrueStar& t : truth) {
        const Star* s = test::nearest(found, t.x, t.y, 1);
        if (s == nullptr) continue;
        ++n;
        mean_x += s->x - t.x;
        mean_flux += s->flux / t.flux;
    }
    ASSERT_GE(n, 34);
    EXPECT_NEAR(mean_x / n, 0, 0.004);
    EXPECT_NEAR(mean_flux / n, 1, 0.01);
}

TEST(StarAccuracy, SnrIsFluxOverItsScatter) {
    std::vector<double> flux;
    double snr = 0;
    for (unsigned seed = 0; seed < 4; ++seed) {
        std::mt19937 rng(60 + seed);
        Scene scene(330, 330);
        scene.add_sky(1000);
        const std::vector<TrueStar> truth = grid_stars(rng, 6, 50, 8000);
        for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 3}, t);
        scene.add_noise(rng, 3);
        SerialRunner runner;
        StarList found;
        DetectOptions options;
        options.electrons_per_adu = 1;
        find_stars(found, scene.cview(), options, runner);
        for (const Star& s : found) {
            flux.push_back(s.flux);
            snr += s.snr;
        }
    }
    ASSERT_GE(flux.size(), 140U);
    const auto n = static_cast<double>(flux.size());
    double mean = 0;
    for (const double f : flux) mean += f / n;
    double squares = 0;
    for (const double f : flux) squares += (f - mean) * (f - mean) / n;
    EXPECT_NEAR(mean, 8000, 120);
    // The level of the local sky adds some 10 % to the scatter that snr does not count.
    EXPECT_NEAR(mean / std::sqrt(squares) / (snr / n), 0.93, 0.15);
}

}  // namespace
}  // namespace nightstack
