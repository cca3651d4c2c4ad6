// SPDX-License-Identifier: MIT
// What the field solver does not solve, and the words for it; numbers that cannot be.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "pipeline/core/error.h"
#include "sky_fields.h"

namespace nightstack {
namespace {

using namespace testing_sky;
using testing::HasSubstr;

class FieldRefusals : public testing::Test {
protected:
    FieldRefusals() {
        spec.centre = {200, 30};
        field = make_field(rng, spec);
        hints = hints_of(spec, displaced(spec.centre, 1, 70));
        catalogue = catalogue_around(hints.near, hints.catalogue_radius_deg());
    }
    FieldSolution solve() const { return solve_field_near(field.stars, catalogue, hints); }

    std::mt19937 rng{1};
    FieldSpec spec;
    SyntheticField field;
    FieldHints hints;
    std::vector<CatalogueStar> catalogue;
};

TEST_F(FieldRefusals, TooFewStars) {
    ASSERT_TRUE(solve().ok()) << solve().text;
    field.stars.resize(5);
    EXPECT_EQ(solve().verdict, FieldVerdict::too_few_stars);
    EXPECT_THAT(solve().text, HasSubstr("5 in the frame, at least 6"));
    field.stars.clear();
    EXPECT_EQ(solve().verdict, FieldVerdict::too_few_stars);
}

TEST_F(FieldRefusals, TooSmallACatalogue) {
    catalogue.resize(4);
    EXPECT_EQ(solve().verdict, FieldVerdict::too_few_catalogue_stars);
    EXPECT_THAT(solve().text, HasSubstr("4 of the catalogue around RA"));
    catalogue = catalogue_around({20, -30}, 5);
    EXPECT_EQ(solve().catalogue_stars, 0) << "all of it lies elsewhere";
}

TEST_F(FieldRefusals, NoMatchSaysWhatCameNearest) {
    hints.allow_mirrored = false;
    for (Star& s : field.stars) s.x = spec.width - 1 - s.x;
    const FieldSolution s = solve();
    EXPECT_EQ(s.verdict, FieldVerdict::no_match) << s.text;
    EXPECT_LT(s.proof, 6);
    EXPECT_THAT(s.text, HasSubstr("no match: "));
    hints.allow_mirrored = true;
    EXPECT_TRUE(solve().ok()) << solve().text;
    EXPECT_TRUE(solve().mirrored);
}

TEST_F(FieldRefusals, BeyondTheErrorThatWasAllowed) {
    hints.near = displaced(spec.centre, 2, 30);
    catalogue = catalogue_around(hints.near, 6);
    hints.max_error_deg = 1.9;
    EXPECT_EQ(solve().verdict, FieldVerdict::no_match) << solve().text;
    hints.max_error_deg = 2;
    EXPECT_TRUE(solve().ok()) << solve().text;
}

TEST_F(FieldRefusals, AWrongScale) {
    hints.arcsec_per_px = spec.arcsec_per_px * 1.12;
    EXPECT_EQ(solve().verdict, FieldVerdict::no_match) << solve().text;
    hints.scale_tolerance = 0.15;
    EXPECT_TRUE(solve().ok()) << solve().text;
}

// A sky that has the same stars twice, turned by a quarter.
TEST_F(FieldRefusals, TwoPlacesAreAmbiguous) {
    Wcs elsewhere = field.truth;
    elsewhere.reference = displaced(spec.centre, 3.7, 140);
    std::swap(elsewhere.cd[0], elsewhere.cd[1]);
    std::swap(elsewhere.cd[2], elsewhere.cd[3]);
    elsewhere.cd[0] *= -1;
    elsewhere.cd[2] *= -1;
    hints.near = displaced(spec.centre, 1.8, 140);
    hints.max_error_deg = 2.5;
    catalogue = catalogue_around(hints.near, hints.catalogue_radius_deg());
    std::erase_if(catalogue,
                  [&](const CatalogueStar& s) { return separation_deg(s.place, elsewhere.reference) < 1.85; });
    for (const auto& [place, star] : stars_in_frame(spec, 1000))
        catalogue.push_back({elsewhere.sky_from_pixel(place), star.magnitude});
    const FieldSolution s = solve();
    EXPECT_EQ(s.verdict, FieldVerdict::ambiguous) << s.text;
    EXPECT_THAT(s.text, HasSubstr("ambiguous: the stars fit RA "));
}

TEST_F(FieldRefusals, StarsThatAreNoneAreLeftOut) {
    const FieldSolution before = solve();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, infinity, -infinity, 1e300}) {
        field.stars.push_back({.x = bad, .y = 5, .flux = 1e9});
        catalogue.push_back({{bad, 30}, 1});
        catalogue.push_back({{200, bad}, 1});
    }
    catalogue.push_back({hints.near, nan});
    EXPECT_EQ(solve().text, before.text);
    for (Star& s : field.stars) s.flux = nan;
    EXPECT_TRUE(solve().ok() || solve().verdict == FieldVerdict::no_match);
}

TEST_F(FieldRefusals, OneStarManyTimesProvesNothing) {
    for (Star& s : field.stars) {
        s.x = 700 + std::fmod(s.x, 3);
        s.y = 300 + std::fmod(s.y, 3);
    }
    EXPECT_FALSE(solve().ok());
    for (std::size_t i = 0; i < field.stars.size(); ++i)
        field.stars[i].x = field.stars[i].y = 10.0 * static_cast<double>(i);
    EXPECT_FALSE(solve().ok()) << "nor do stars on a line";
}

TEST_F(FieldRefusals, OptionsThatCannotBe) {
    const auto refused = [&](auto change, const char* word) {
        FieldHints bad = hints;
        change(bad);
        try {
            bad.check();
            ADD_FAILURE() << word;
        } catch (const OptionError& e) {
            EXPECT_THAT(e.what(), HasSubstr(word));
        }
    };
    refused([](FieldHints& h) { h.width = 3; }, "width");
    refused([](FieldHints& h) { h.arcsec_per_px = 0; }, "arcsec_per_px");
    refused([](FieldHints& h) { h.arcsec_per_px = 60; }, "corner to corner");
    refused([](FieldHints& h) { h.scale_tolerance = 0.5; }, "scale_tolerance");
    refused([](FieldHints& h) { h.max_error_deg = 11; }, "max_error_deg");
    refused([](FieldHints& h) { h.near.dec_deg = 91; }, "no place");
    refused([](FieldHints& h) { h.near.ra_deg = std::nan(""); }, "no place");
    refused([](FieldHints& h) { h.min_proof = -1; }, "min_proof");
    refused([](FieldHints& h) { h.lens = RadialDistortion::about_middle(10, 10, -2); }, "lens");
}

}  // namespace
}  // namespace nightstack
