// SPDX-License-Identifier: MIT
// Which stars are found, and what must not be taken for one.
#include "pipeline/stages/stars/detect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "pipeline/core/error.h"
#include "star_field.h"

namespace nightstack {
namespace {

using test::Psf;
using test::Scene;
using test::TrueStar;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

StarReport find(StarList& found, const Scene& scene, const DetectOptions& options = {}) {
    SerialRunner runner;
    return find_stars(found, scene.cview(), options, runner);
}

int false_stars(const StarList& found, const std::vector<TrueStar>& truth, double radius_px = 2) {
    int n = 0;
    for (const Star& s : found) {
        const bool real = std::any_of(truth.begin(), truth.end(),
                                      [&](const TrueStar& t) { return std::hypot(t.x - s.x, t.y - s.y) <= radius_px; });
        n += real ? 0 : 1;
    }
    return n;
}

int recalled(const StarList& found, const std::vector<TrueStar>& truth, double least_flux) {
    int n = 0;
    for (const TrueStar& t : truth) n += t.flux >= least_flux && test::nearest(found, t.x, t.y, 2) != nullptr ? 1 : 0;
    return n;
}

int count_above(const std::vector<TrueStar>& truth, double least_flux) {
    return static_cast<int>(
        std::count_if(truth.begin(), truth.end(), [&](const TrueStar& t) { return t.flux >= least_flux; }));
}

TEST(FindStars, FindsAllThatStandOutAndNothingElse) {
    for (unsigned seed = 1; seed <= 3; ++seed) {
        std::mt19937 rng(seed);
        Scene scene(500, 400);
        scene.add_sky(1000, 0.4, 0.2);
        const std::vector<TrueStar> truth = test::random_stars(rng, 500, 400, 150, 300, 300000, 18, 2);
        const Psf psf{.fwhm_px = 3.2, .moffat_beta = 3};
        for (const TrueStar& t : truth) scene.add_star(psf, t);
        scene.add_noise(rng, 5);
        StarList found;
        const StarReport report = find(found, scene);
        const int bright = count_above(truth, 3000);
        ASSERT_GT(bright, 30);
        EXPECT_GE(recalled(found, truth, 3000), bright - bright / 25);
        EXPECT_LE(false_stars(found, truth), 1);
        EXPECT_NEAR(report.background, 1140, 15);
        EXPECT_NEAR(report.noise, std::sqrt(1140 + 25), 3);  // the stars' own wings are in it
        EXPECT_EQ(report.above_threshold, static_cast<int>(found.size()));
        EXPECT_EQ(report.threshold_sigma, 5);
    }
}

TEST(FindStars, ListIsSortedAndCappedAtTheBrightest) {
    std::mt19937 rng(5);
    Scene scene(600, 600);
    scene.add_sky(100);
    const std::vector<TrueStar> truth = test::random_stars(rng, 600, 600, 320, 3000, 100000, 22);
    for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 2.6}, t);
    scene.add_noise(rng, 3);
    StarList found;
    DetectOptions options;
    options.max_stars = 20;
    const StarReport report = find(found, scene, options);
    ASSERT_EQ(found.size(), 20U);
    EXPECT_TRUE(
        std::is_sorted(found.begin(), found.end(), [](const Star& a, const Star& b) { return a.flux > b.flux; }));
    std::vector<double> fluxes;
    for (const TrueStar& t : truth) fluxes.push_back(t.flux);
    std::sort(fluxes.rbegin(), fluxes.rend());
    EXPECT_GT(found.back().flux, fluxes[26] * 0.9);
    EXPECT_NEAR(report.above_threshold, static_cast<double>(truth.size()), 0.08 * static_cast<double>(truth.size()));
}

TEST(FindStars, PoorFieldLowersTheThresholdWithoutInventingStars) {
    std::mt19937 rng(6);
    int invented = 0;
    int seen = 0;
    for (int i = 0; i < 4; ++i) {
        Scene scene(600, 500);
        scene.add_sky(1000);
        std::vector<TrueStar> truth = test::random_stars(rng, 600, 500, 10, 1450, 1500, 60);
        for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 3.5}, t);
        scene.add_noise(rng, 3);
        StarList found;
        const StarReport report = find(found, scene);
        EXPECT_LT(report.threshold_sigma, 5);
        invented += false_stars(found, truth);
        seen += recalled(found, truth, 0);
    }
    EXPECT_LE(invented, 3);
    EXPECT_GE(seen, 32);
}

TEST(FindStars, HotPixelsAreNotStars) {
    for (const bool mosaic : {false, true}) {
        std::mt19937 rng(7);
        Scene scene(500, 500);
        if (mosaic) {
            scene.add_sky(CfaPattern::rggb, {300, 700, 350});
        } else {
            scene.add_sky(500);
        }
        std::vector<TrueStar> truth = test::random_stars(rng, 500, 500, 60, 3000, 80000, 25);
        const Psf psf{.fwhm_px = 2.2};
        for (TrueStar& t : truth) {
            t.colour = {0.6, 1, 0.5};
            scene.add_star(psf, t, mosaic ? std::optional(CfaPattern::rggb) : std::nullopt);
        }
        scene.add_noise(rng, 4);
        for (int i = 0; i < 600; ++i) {
            const int x = static_cast<int>(rng() % 498);
            const int y = static_cast<int>(rng() % 498);
            const float hot = 100.0F * static_cast<float>(std::pow(300.0, static_cast<double>(rng() % 1000) / 1000));
            scene.view()(x, y) += hot;
            if (i % 30 == 0) scene.view()(x + 1, y) += hot * 0.8F;  // pairs
        }
        StarList found;
        const StarReport report = find(found, scene);
        // 0.25 % of the pixels are hot: some fall on stars, some side by side.
        EXPECT_LE(false_stars(found, truth), 3) << mosaic;
        EXPECT_GE(recalled(found, truth, 0), static_cast<int>(truth.size()) * 85 / 100) << mosaic;
        EXPECT_NEAR(report.fwhm_px, 2.2, 0.2);
    }
}

TEST(FindStars, SatelliteTrailsAreNotStars) {
    std::mt19937 rng(8);
    for (const double brightness : {60.0, 400.0, 5000.0}) {
        Scene scene(600, 500);
        scene.add_sky(600);
        const std::vector<TrueStar> truth = test::random_stars(rng, 600, 500, 40, 4000, 60000, 40);
        for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 3}, t);
        scene.each([&](int x, int y, float& v) {
            const double across = (0.8 * x - y + 20) / std::hypot(0.8, 1.0);
            v += static_cast<float>(brightness * std::exp(-across * across / (2 * 1.3 * 1.3)));
        });
        scene.add_noise(rng, 3);
        StarList found;
        const StarReport report = find(found, scene);
        EXPECT_LE(false_stars(found, truth), 1) << brightness;
        EXPECT_GT(report.trails, 3);
        EXPECT_GE(recalled(found, truth, 0), static_cast<int>(truth.size()) - 6);
        EXPECT_NEAR(report.fwhm_px, 3, 0.15);
    }
}

TEST(FindStars, ShakenFrameStillGivesManyStarsThatTellOfIt) {
    std::mt19937 rng(9);
    Scene scene(600, 500);
    scene.add_sky(600);
    const std::vector<TrueStar> truth = test::random_stars(rng, 600, 500, 50, 10000, 200000, 45);
    for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 3, .angle_rad = 0.5, .trail_px = 14}, t);
    scene.add_noise(rng, 3);
    StarList found;
    const StarReport report = find(found, scene);
    EXPECT_GE(recalled(found, truth, 0), 40);
    EXPECT_LE(false_stars(found, truth, 4), 2);
    EXPECT_LT(report.roundness, 0.45);
    EXPECT_GT(report.fwhm_px, 4.5);
}

TEST(FindStars, DefocusedStarsAreFoundOnce) {
    std::mt19937 rng(10);
    Scene scene(600, 500);
    scene.add_sky(600);
    const std::vector<TrueStar> truth = test::random_stars(rng, 600, 500, 25, 60000, 400000, 70);
    for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 11}, t);
    scene.add_noise(rng, 3);
    StarList found;
    const StarReport report = find(found, scene);
    EXPECT_GE(recalled(found, truth, 0), static_cast<int>(truth.size()) - 2);
    EXPECT_LE(false_stars(found, truth), 1);
    EXPECT_NEAR(report.fwhm_px, 11, 0.6);
}

TEST(FindStars, SaturatedStarsAreFlaggedAndWingsGiveNoGhosts) {
    for (const bool level_known : {true, false}) {
        std::mt19937 rng(11);
        Scene scene(500, 500);
        scene.add_sky(800);
        std::vector<TrueStar> truth = test::random_stars(rng, 500, 500, 40, 3000, 60000, 50);
        for (std::size_t i = 0; i < 6; ++i) truth[i].flux = 3e6;
        for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 3, .moffat_beta = 3}, t);
        scene.add_noise(rng, 3);
        scene.clip_at(40000);
        std::normal_distribution<float> dark(0, 4);  // of the dark that was subtracted
        scene.each([&](int, int, float& v) { v += dark(rng); });
        DetectOptions options;
        if (level_known) options.saturation_adu = 39900.0F;
        StarList found;
        const StarReport report = find(found, scene, options);
        EXPECT_EQ(report.saturated, 6) << level_known;
        for (std::size_t i = 0; i < truth.size(); ++i) {
            const Star* s = test::nearest(found, truth[i].x, truth[i].y, 1);
            EXPECT_TRUE(i >= 6 || s != nullptr);
            EXPECT_TRUE(s == nullptr || s->saturated == (i < 6)) << truth[i].flux;
        }
        EXPECT_LE(false_stars(found, truth), 1);
        EXPECT_NEAR(report.fwhm_px, 3, 0.15);
    }
}

TEST(FindStars, CrowdedFieldKeepsPositionsTrue) {
    std::mt19937 rng(12);
    Scene scene(400, 400);
    scene.add_sky(400);
    const std::vector<TrueStar> truth = test::random_stars(rng, 400, 400, 1500, 800, 60000, 3.5, 2);
    for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 2.6}, t);
    scene.add_noise(rng, 3);
    StarList found;
    find(found, scene);
    EXPECT_GE(found.size(), 300U);
    EXPECT_LE(false_stars(found, truth), static_cast<int>(found.size()) / 50);
    std::vector<double> errors;
    for (const Star& s : found) {
        double least = 9;
        for (const TrueStar& t : truth) least = std::min(least, std::hypot(t.x - s.x, t.y - s.y));
        errors.push_back(least);
    }
    std::sort(errors.begin(), errors.end());
    EXPECT_LT(errors[errors.size() / 2], 0.08);
}

TEST(FindStars, HopelessFramesGiveAnEmptyList) {
    SerialRunner runner;
    StarList found(3);
    for (const float value : {0.0F, 65535.0F, -7.0F, kNan}) {
        Scene flat(200, 150);
        flat.each([&](int, int, float& v) { v = value; });
        const StarReport report = find(found, flat);
        EXPECT_TRUE(found.empty()) << value;
        EXPECT_EQ(report.above_threshold, 0);
        EXPECT_EQ(report.fwhm_px, 0);
    }
    std::mt19937 rng(13);
    Scene black(300, 300);
    black.add_noise(rng, 5);
    find(found, black);
    EXPECT_LE(found.size(), 1U);
    EXPECT_EQ(find_stars(found, ImageView<const float>(), {}, runner).above_threshold, 0);
}

TEST(FindStars, TinyImagesAreSafe) {
    std::mt19937 rng(14);
    for (int w = 1; w <= 40; w += w < 12 ? 1 : 9) {
        for (int h = 1; h <= 40; h += h < 12 ? 1 : 9) {
            Scene scene(w, h);
            scene.add_sky(100);
            scene.add_star({.fwhm_px = 2.5}, {w / 2.0, h / 2.0, 5000, {1, 1, 1}});
            scene.add_noise(rng, 2);
            StarList found;
            find(found, scene);
            EXPECT_LE(found.size(), 2U);
        }
    }
    Scene enough(40, 40);
    enough.add_sky(100);
    enough.add_star({.fwhm_px = 2.5}, {20.3, 18.6, 20000, {1, 1, 1}});
    enough.add_noise(rng, 2);
    StarList found;
    find(found, enough);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].x, 20.3, 0.05);
    EXPECT_NEAR(found[0].y, 18.6, 0.05);
}

TEST(FindStars, HolesOfNanCostOnlyWhatTheyCover) {
    std::mt19937 rng(15);
    Scene scene(400, 400);
    scene.add_sky(500);
    std::vector<TrueStar> truth = test::random_stars(rng, 400, 400, 50, 8000, 80000, 35);
    for (const TrueStar& t : truth) scene.add_star({.fwhm_px = 3}, t);
    scene.add_noise(rng, 3);
    for (int i = 0; i < 300; ++i) scene.view()(static_cast<int>(rng() % 400), static_cast<int>(rng() % 400)) = kNan;
    for (int y = 0; y < 400; ++y) {
        for (int x = 0; x < 90; ++x) scene.view()(x, y) = kNan;
    }
    std::erase_if(truth, [](const TrueStar& t) { return t.x < 100; });
    StarList found;
    const StarReport report = find(found, scene);
    EXPECT_GE(recalled(found, truth, 0), static_cast<int>(truth.size()) * 8 / 10);
    EXPECT_LE(false_stars(found, truth), 1);
    EXPECT_NEAR(report.background, 500, 4);
    for (const Star& s : found)
        EXPECT_TRUE(std::isfinite(s.x + s.y + s.flux + s.peak + s.fwhm_px + s.roundness + s.snr));
}

TEST(FindStars, NoiselessRenderingGivesItsStars) {
    Scene scene(200, 200);
    scene.add_sky(100);
    for (int i = 0; i < 5; ++i) scene.add_star({.fwhm_px = 3}, {30.2 + 35 * i, 40.7 + 25 * i, 5000, {1, 1, 1}});
    StarList found;
    find(found, scene);
    EXPECT_EQ(found.size(), 5U);
}

TEST(FindStars, ColourPlanesAreMixed) {
    std::mt19937 rng(16);
    Scene planes[3] = {Scene(300, 200), Scene(300, 200), Scene(300, 200)};
    const std::vector<TrueStar> truth = test::random_stars(rng, 300, 200, 20, 9000, 50000, 35);
    for (Scene& plane : planes) {
        plane.add_sky(200);
        for (const TrueStar& t : truth) plane.add_star({.fwhm_px = 3}, t);
        plane.add_noise(rng, 3);
    }
    SerialRunner runner;
    DetectScratch scratch;
    StarList found;
    const StarReport report =
        find_stars(found, planes[0].cview(), planes[1].cview(), planes[2].cview(), {}, runner, scratch);
    EXPECT_EQ(recalled(found, truth, 0), static_cast<int>(truth.size()));
    EXPECT_NEAR(report.fwhm_px, 3, 0.15);
}

TEST(FindStars, IsTheSameForEveryRunnerAndForUsedScratch) {
    std::mt19937 rng(17);
    Scene scene(420, 380);
    scene.add_sky(CfaPattern::grbg, {400, 900, 500});
    for (const TrueStar& t : test::random_stars(rng, 420, 380, 150, 1000, 200000, 10)) {
        scene.add_star({.fwhm_px = 2.4, .moffat_beta = 3}, t, CfaPattern::grbg);
    }
    scene.add_noise(rng, 3);
    SerialRunner serial;
    StarList expected;
    find_stars(expected, scene.cview(), {}, serial);
    ASSERT_GT(expected.size(), 50U);
    DetectScratch scratch;
    StarList warm_up;
    Scene other(700, 300);
    other.add_sky(50);
    other.add_noise(rng, 30);
    find_stars(warm_up, other.cview(), {}, serial, scratch);
    for (const int n : {1, 2, 5}) {
        ThreadRunner threads(n);
        StarList found;
        find_stars(found, scene.cview(), {}, threads, scratch);
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(found[i].x, expected[i].x);
            ASSERT_EQ(found[i].y, expected[i].y);
            ASSERT_EQ(found[i].flux, expected[i].flux);
            ASSERT_EQ(found[i].fwhm_px, expected[i].fwhm_px);
            ASSERT_EQ(found[i].roundness, expected[i].roundness);
            ASSERT_EQ(found[i].snr, expected[i].snr);
        }
    }
}

TEST(FindStars, RowsThatComeInPiecesGiveTheSameList) {
    std::mt19937 rng(7);
    Scene scene(300, 201);
    scene.add_sky(1000, 0.3, 0.1);
    for (const TrueStar& t : test::random_stars(rng, 300, 201, 60, 2000, 100000, 18, 2)) scene.add_star({}, t);
    scene.add_noise(rng, 5);
    StarList want;
    const StarReport whole = find(want, scene);
    ASSERT_GT(want.size(), 30U);
    DetectScratch scratch;
    SerialRunner runner;
    for (const int step : {1, 7, 32, 64, 201}) {
        begin_rows(scratch, 300, 201, {});
        for (int end = step; end < 201; end += step) add_rows(scratch, scene.cview(), end);
        add_rows(scratch, scene.cview(), 201);
        StarList found;
        const StarReport report = find_stars_in_rows(found, scene.cview(), {}, runner, scratch);
        ASSERT_EQ(found.size(), want.size()) << step;
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(found[i].x, want[i].x) << step;
            ASSERT_EQ(found[i].flux, want[i].flux) << step;
        }
        EXPECT_EQ(report.background, whole.background);
        EXPECT_EQ(report.noise, whole.noise);
    }
}

TEST(FindStars, OptionsAreChecked) {
    DetectOptions bad;
    bad.threshold_sigma = 0;
    EXPECT_THROW(bad.check(), OptionError);
    bad = {};
    bad.max_stars = 0;
    EXPECT_THROW(bad.check(), OptionError);
    bad = {};
    bad.cell_px = 1;
    EXPECT_THROW(bad.check(), OptionError);
    bad = {};
    bad.electrons_per_adu = kNan;
    EXPECT_THROW(bad.check(), OptionError);
    EXPECT_NO_THROW(DetectOptions{}.check());
}

}  // namespace
}  // namespace nightstack
