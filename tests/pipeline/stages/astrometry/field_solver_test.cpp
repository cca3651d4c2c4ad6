// SPDX-License-Identifier: MIT
// The field solver on frames of the real sky with known truth: it finds nearly all, and never anything wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "sky_fields.h"
#include "tests/support/own_memory.h"
#include "tests/support/soak.h"

namespace nightstack {
namespace {

using namespace testing_sky;

const int kShare = test::sanitized() ? 5 : 1;  // as many times slower
int trials(int ordinary) { return std::max(2, test::soaked(ordinary) / kShare); }

SkyPoint anywhere(std::mt19937& rng) {
    return {uniform(rng, 0, 360), std::asin(uniform(rng, -1, 1)) * 180 / std::numbers::pi};
}

double either_sign(std::mt19937& rng) { return rng() % 2 == 0 ? 1 : -1; }

// Any turn, scale, parity, size of frame and depth.
FieldSpec random_spec(std::mt19937& rng, const SkyPoint& centre) {
    FieldSpec spec;
    spec.centre = centre;
    const bool fine = rng() % 2 == 0;
    if (fine) {
        spec.width = 3840;
        spec.height = 2160;
    }
    spec.arcsec_per_px = (fine ? 1 : 2) * kTele_arcsec * uniform(rng, 0.95, 1.05);
    spec.up_deg = uniform(rng, -180, 180);
    spec.mirrored = rng() % 2 == 0;
    const unsigned depth = rng() % 4;
    if (depth == 1) spec.faintest = uniform(rng, 9, 11);
    if (depth == 2) {
        spec.faintest = uniform(rng, 11, 13.5);
        spec.fainter_seed = rng();
    }
    return spec;
}

struct Tally {
    int fields = 0;  // of 12 stars of the catalogue and more
    int solved = 0;
    int wrong = 0;
};

// The middle within what the noise of the stars allows, the corners within a few of its pixels.
void expect_accurate(const FieldSolution& s, const SyntheticField& field, const FieldSpec& spec) {
    const double sigma = spec.noise_px * spec.arcsec_per_px * std::sqrt(2.0 / s.matched);
    EXPECT_LT(3600 * separation_deg(s.centre, spec.centre), 4.5 * sigma + 0.1) << s.text;
    EXPECT_LT(grid_error_arcsec(s.wcs, field.truth, spec.width, spec.height), 1.2 * spec.arcsec_per_px) << s.text;
    // Clipped at 4 sigma, of both axes, and the atlas gives places to 0.1 arcsec.
    EXPECT_LT(s.rms_px, 1.5 * std::sqrt(2.0) * spec.noise_px) << s.text;
}

template <class Centre>
Tally many_fields(unsigned seed, int count, Centre&& centre) {
    std::mt19937 rng(seed);
    Tally tally;
    for (int i = 0; i < trials(count); ++i) {
        const FieldSpec spec = random_spec(rng, centre(rng));
        const SyntheticField field = make_field(rng, spec);
        const SkyPoint near = displaced(spec.centre, uniform(rng, 0, 3), uniform(rng, 0, 360));
        const FieldHints hints = hints_of(spec, near);
        const FieldSolution s =
            solve_field_near(field.stars, catalogue_around(near, hints.catalogue_radius_deg()), hints);
        const bool right = s.ok() && s.mirrored == spec.mirrored &&
                           grid_error_arcsec(s.wcs, field.truth, spec.width, spec.height) < 10 * spec.arcsec_per_px;
        if (s.ok() && !right) ADD_FAILURE() << "wrong: " << s.text;
        tally.wrong += s.ok() && !right ? 1 : 0;
        if (field.shown < 12) continue;
        ++tally.fields;
        tally.solved += right ? 1 : 0;
        if (!right) {
            std::printf("not solved: seed %u, field %d, %d stars: %s\n", seed, i, field.shown, s.text.c_str());
        } else if (s.matched >= 10) {
            expect_accurate(s, field, spec);
        }
    }
    std::printf("%d of %d fields solved\n", tally.solved, tally.fields);
    return tally;
}

void expect_good(const Tally& tally, int least_fields) {
    EXPECT_EQ(tally.wrong, 0);
    EXPECT_GE(tally.fields, least_fields / kShare);
    EXPECT_GE(tally.solved, tally.fields - tally.fields / 100);
}

TEST(FieldSolver, AnywhereInTheSky) { expect_good(many_fields(1, 100, anywhere), 90); }

TEST(FieldSolver, NearThePoles) {
    const auto pole = [](std::mt19937& rng) {
        return SkyPoint{uniform(rng, 0, 360), either_sign(rng) * (90 - 4 * std::pow(uniform(rng, 0, 1), 2))};
    };
    expect_good(many_fields(2, 70, pole), 60);
}

TEST(FieldSolver, AroundRightAscensionZero) {
    const auto wrap = [](std::mt19937& rng) {
        return SkyPoint{std::fmod(uniform(rng, 358, 362), 360), uniform(rng, -85, 85)};
    };
    expect_good(many_fields(3, 60, wrap), 50);
}

TEST(FieldSolver, InTheMilkyWay) {
    const auto band = [](std::mt19937& rng) { return galactic(uniform(rng, 0, 360), uniform(rng, -3, 3)); };
    expect_good(many_fields(4, 60, band), 50);
}

TEST(FieldSolver, FarFromTheMilkyWay) {
    const auto caps = [](std::mt19937& rng) {
        return galactic(uniform(rng, 0, 360), either_sign(rng) * uniform(rng, 75, 90));
    };
    expect_good(many_fields(5, 70, caps), 55);
}

TEST(FieldSolver, TwelveStarsAreEnough) {
    std::mt19937 rng(6);
    int solved = 0;
    for (int i = 0; i < trials(100); ++i) {
        FieldSpec spec = random_spec(rng, anywhere(rng));
        spec.faintest = 11;
        spec.fainter_seed.reset();
        const SyntheticField field = make_field(rng, spec, 12);
        ASSERT_EQ(field.shown, 12);
        const SkyPoint near = displaced(spec.centre, uniform(rng, 0, 3), uniform(rng, 0, 360));
        const FieldHints hints = hints_of(spec, near);
        const FieldSolution s =
            solve_field_near(field.stars, catalogue_around(near, hints.catalogue_radius_deg()), hints);
        if (!s.ok()) continue;
        ++solved;
        EXPECT_LT(grid_error_arcsec(s.wcs, field.truth, spec.width, spec.height), 5 * spec.arcsec_per_px) << s.text;
    }
    EXPECT_GE(solved, trials(100) - trials(100) / 100);
}

// The frame looks elsewhere: whatever is found is wrong.
void expect_refused(unsigned seed, int count, double max_error_deg) {
    std::mt19937 rng(seed);
    for (int i = 0; i < trials(count); ++i) {
        const FieldSpec spec = random_spec(rng, i % 2 == 0 ? anywhere(rng) : galactic(uniform(rng, 0, 360), 0));
        const SyntheticField field = make_field(rng, spec);
        const double away = uniform(rng, max_error_deg + 4, 180);
        const SkyPoint near = displaced(spec.centre, away, uniform(rng, 0, 360));
        FieldHints hints = hints_of(spec, near);
        hints.max_error_deg = max_error_deg;
        const FieldSolution s =
            solve_field_near(field.stars, catalogue_around(near, hints.catalogue_radius_deg()), hints);
        EXPECT_FALSE(s.ok()) << i << ": " << s.text;
        if (field.shown < kLeastFieldStars) continue;
        EXPECT_EQ(s.verdict, FieldVerdict::no_match) << s.text;
        EXPECT_LT(s.proof, 6);
    }
}

TEST(FieldSolver, ElsewhereIsRefused) { expect_refused(7, 20, 3); }
TEST(FieldSolver, ElsewhereIsRefusedInASmallPlaceToo) { expect_refused(8, 40, 1); }

// Seen under a lens: the answer is a plate of the bent frame.
double bent_error_arcsec(const FieldSolution& s, const SyntheticField& field, const FieldSpec& spec) {
    double most = 0;
    for (int i = 0; i < 25; ++i) {
        const Point p{(spec.width - 1) * (i % 5) / 4.0, (spec.height - 1) * (i / 5) / 4.0};
        const SkyPoint truth = field.truth.sky_from_pixel(spec.lens->ideal_from_frame(p));
        most = std::max(most, 3600 * separation_deg(truth, s.wcs.sky_from_pixel(p)));
    }
    return most;
}

FieldSpec bent_spec(double k1, double k2) {
    FieldSpec spec;
    spec.centre = {314.7, 44.3};
    spec.up_deg = 33;
    spec.lens = RadialDistortion::about_middle(spec.width, spec.height, k1, k2);
    return spec;
}

TEST(FieldSolver, AKnownLensBecomesPartOfThePlate) {
    std::mt19937 rng(9);
    for (const bool mirrored : {false, true}) {
        FieldSpec spec = bent_spec(0.03, -0.01);  // 22 px at the corner
        spec.mirrored = mirrored;
        const SyntheticField field = make_field(rng, spec);
        const SkyPoint near = displaced(spec.centre, 2, 120);
        FieldHints hints = hints_of(spec, near);
        hints.lens = spec.lens;
        const FieldSolution s =
            solve_field_near(field.stars, catalogue_around(near, hints.catalogue_radius_deg()), hints);
        ASSERT_TRUE(s.ok()) << s.text;
        EXPECT_GT(s.matched, 100);
        EXPECT_LT(s.rms_px, 0.55);
        EXPECT_NEAR(s.bend_px, 0.02 * 0.5 * std::hypot(spec.width, spec.height), 1);
        EXPECT_LT(bent_error_arcsec(s, field, spec), spec.arcsec_per_px);
        EXPECT_LT(3600 * separation_deg(s.centre, spec.centre), 1);
        // AP and BP, by which headers are read, lead back to a tenth of a pixel.
        const double u = -900, v = 500;
        const double f = u + s.wcs.a(u, v), g = v + s.wcs.b(u, v);
        EXPECT_NEAR(f + s.wcs.ap(f, g), u, 0.1);
        EXPECT_NEAR(g + s.wcs.bp(f, g), v, 0.1);
    }
}

TEST(FieldSolver, AnUnknownLensIsFoundAsSip) {
    std::mt19937 rng(10);
    const FieldSpec spec = bent_spec(0.004, 0);  // 4 px
    const SyntheticField field = make_field(rng, spec);
    const FieldHints hints = hints_of(spec, spec.centre);
    const FieldSolution s =
        solve_field_near(field.stars, catalogue_around(spec.centre, hints.catalogue_radius_deg()), hints);
    ASSERT_TRUE(s.ok()) << s.text;
    EXPECT_EQ(s.wcs.a.order, 3);
    EXPECT_GT(s.bend_px, 1.5);
    EXPECT_LT(s.rms_px, 0.55) << s.text;
    EXPECT_LT(bent_error_arcsec(s, field, spec), 1.2 * spec.arcsec_per_px);
}

TEST(FieldSolver, SaysHowFarThePointingWasOff) {
    std::mt19937 rng(11);
    FieldSpec spec;
    spec.centre = {83.6, 22.0};
    spec.up_deg = -17;
    const SyntheticField field = make_field(rng, spec);
    const SkyPoint near = displaced(spec.centre, 1.5, 240);  // so the frame is north-east of it
    const FieldHints hints = hints_of(spec, near);
    const FieldSolution s = solve_field_near(field.stars, catalogue_around(near, hints.catalogue_radius_deg()), hints);
    ASSERT_TRUE(s.ok()) << s.text;
    EXPECT_NEAR(s.off_deg, 1.5, 0.001);
    EXPECT_NEAR(s.off_towards_deg, 60, 1);
    EXPECT_NEAR(s.wcs.rotation_deg(), -17, 0.05);
    EXPECT_NEAR(s.wcs.arcsec_per_px(), spec.arcsec_per_px, 0.003);
    EXPECT_NE(s.text.find("1.50 degrees off towards the north-east"), std::string::npos) << s.text;
}

TEST(FieldSolver, TheOrderOfTheListsDoesNotMatter) {
    std::mt19937 rng(12);
    FieldSpec spec;
    spec.centre = {10, -50};
    SyntheticField field = make_field(rng, spec);
    const FieldHints hints = hints_of(spec, displaced(spec.centre, 1, 10));
    auto catalogue = catalogue_around(hints.near, hints.catalogue_radius_deg() + 2);
    const FieldSolution one = solve_field_near(field.stars, catalogue, hints);
    std::shuffle(field.stars.begin(), field.stars.end(), rng);
    std::shuffle(catalogue.begin(), catalogue.end(), rng);
    const FieldSolution other = solve_field_near(field.stars, catalogue, hints);
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(one.text, other.text);
    EXPECT_EQ(one.wcs.cd, other.wcs.cd);
    EXPECT_EQ(one.wcs.reference.ra_deg, other.wcs.reference.ra_deg);
}

}  // namespace
}  // namespace nightstack
