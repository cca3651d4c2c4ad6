// SPDX-License-Identifier: MIT
// Positions expected here are those of SIMBAD, rounded to a hundredth of a degree.
#include "device/targets/find_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

using testing::Contains;
using testing::HasSubstr;

void expect_at(std::string_view words, double ra_deg, double dec_deg, double within_deg = 0.05) {
    const Target target = find_target(words);
    const auto* place = std::get_if<Equatorial>(&target.place);
    ASSERT_NE(place, nullptr) << words;
    EXPECT_NEAR(std::remainder(place->ra_deg - ra_deg, 360) * std::cos(dec_deg * 0.0174533), 0, within_deg) << words;
    EXPECT_NEAR(place->dec_deg, dec_deg, within_deg) << words;
}

TEST(FindTarget, TheSameObjectByAllItsNames) {
    for (const char* words : {"m31", "M 31", "Messier 031", "NGC 224", "ngc0224", "andromeda galaxy",
                              "ANDROMEDA  GALAXY", "the Andromeda Galaxy"})
        expect_at(words, 10.68, 41.27);
    for (const char* words : {"C14", "Caldwell 14", "caldwell014", "NGC 869", "double cluster"})
        expect_at(words, 34.75, 57.13);
    for (const char* words : {"vega", "Vega", "alpha lyrae", "alpha Lyr", "\u03B1 Lyr", "alf Lyr"})
        expect_at(words, 279.23, 38.78);
    for (const char* words : {"horsehead", "Horsehead Nebula", "Barnard 33", "b33"}) expect_at(words, 85.25, -2.46);
    for (const char* words : {"pleiades", "M45", "seven sisters"}) expect_at(words, 56.6, 24.1, 0.3);
}

TEST(FindTarget, OfEachCatalogue) {
    expect_at("ic434", 85.25, -2.45);
    expect_at("NGC 7000", 314.75, 44.37, 0.3);
    expect_at("M 102", 226.62, 55.76);
    expect_at("M 40", 185.55, 58.08);
    expect_at("C 9", 344.3, 62.5, 0.2);
    expect_at("C 41", 66.75, 15.87, 0.3);
    expect_at("C 99", 192.5, -62.5, 0.5);
    expect_at("NGC 7840", 1.78, 8.38);
    expect_at("NGC 317", 14.42, 43.79);  // exists in two parts only
    expect_at("sh2-155", 344.3, 62.5, 0.2);
    expect_at("Sharpless 2-101", 299.98, 35.28);
    expect_at("collinder 399", 291.35, 20.18, 0.1);
    expect_at("flame nebula", 85.43, -1.85);
    expect_at("sirius", 101.29, -16.72);
    expect_at("polaris", 37.95, 89.26);
    expect_at("zeta ursae majoris", 200.98, 54.93);
    expect_at("47 tuc", 6.02, -72.08);
}

TEST(FindTarget, PlanetsAreLeftToTheScope) {
    EXPECT_EQ(std::get<Planet>(find_target("jupiter").place), Planet::jupiter);
    EXPECT_EQ(std::get<Planet>(find_target(" MOON ").place), Planet::moon);
    EXPECT_EQ(find_target("the moon").name, "Moon");
    EXPECT_EQ(std::get<Planet>(find_target("Neptune").place), Planet::neptune);
}

// Where several stars share a letter, the letter alone means the brightest.
TEST(FindTarget, StarsWhoseLetterHasANumber) {
    for (const char* words : {"\u03B2 Cyg", "beta cygni", "beta1 Cyg", "\u03B21 Cyg", "Albireo"})
        expect_at(words, 292.68, 27.96);
    for (const char* words : {"alpha centauri", "alf Cen", "alpha1 centauri"}) expect_at(words, 219.90, -60.83);
    expect_at("gamma leonis", 154.99, 19.84);
    expect_at("gamma And", 30.97, 42.33);
    expect_at("theta1 Ori", 83.82, -5.39);
    expect_at("delta1 Lyr", 283.43, 36.97, 0.01);
    expect_at("delta Lyr", 283.63, 36.90, 0.01);
}

TEST(FindTarget, IsCalledAsTheListsCallIt) {
    EXPECT_EQ(find_target("messier 31").name, "M 31");
    EXPECT_EQ(find_target("north america NEBULA").name, "North America Nebula");
    EXPECT_EQ(find_target("83.6333 22.0145").name, "05h34m32.0s +22d00m52s");
}

std::string refusal(std::string_view words) {
    try {
        find_target(words);
    } catch (const OptionError& e) {
        return e.what();
    }
    return "found";
}

TEST(FindTarget, UnknownNamesGetNearOnes) {
    EXPECT_THAT(refusal("andromda galxy"), HasSubstr("Andromeda Galaxy"));
    EXPECT_THAT(refusal("vegaa"), HasSubstr("Vega"));
    EXPECT_THAT(refusal("betelgeuze"), HasSubstr("Betelgeuse"));
    EXPECT_THAT(refusal("jupitre"), HasSubstr("Jupiter"));
    EXPECT_THAT(refusal("veil"), HasSubstr("Veil Nebula"));
    EXPECT_THAT(refusal("M 111"), HasSubstr("ends at 110"));
    EXPECT_THAT(refusal("NGC 8000"), HasSubstr("7840"));
    EXPECT_THAT(refusal("caldwell 110"), HasSubstr("109"));
    EXPECT_THAT(refusal("sun"), HasSubstr("solar filter"));
    EXPECT_THAT(refusal("xxqqzz"), HasSubstr("coordinates"));
    EXPECT_THAT(refusal(""), HasSubstr("no target"));
    EXPECT_THAT(refusal(std::string(200, 'a')), HasSubstr("80"));
    EXPECT_THAT(refusal("\x1B[2J\xFF"), testing::Not(HasSubstr("\x1B")));
    EXPECT_THAT(near_targets("orion"), Contains("Orion Nebula"));
    EXPECT_LE(near_targets("a").size(), 5U);
}

}  // namespace
}  // namespace nightstack::device
