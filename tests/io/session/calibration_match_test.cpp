// SPDX-License-Identifier: MIT
#include "io/session/calibration_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightstack::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const LightKey kLights{CameraSide::tele, 15.0, 80.0, 1, 20.0, "Astro"};

CalibrationCandidate dark(std::optional<double> exposure, std::optional<double> gain, std::optional<int> binning,
                          int frames = 20, std::optional<double> temperature = 20) {
    CalibrationCandidate c;
    c.paths = {"DWARF_DARK/exp/0000.fits"};
    c.camera = CameraSide::tele;
    c.exposure_s = exposure;
    c.gain = gain;
    c.binning = binning;
    c.frames = frames;
    c.temperature_c = temperature;
    return c;
}

TEST(MatchDark, TakesTheOneThatAgrees) {
    const std::vector candidates{dark(5, 80, 1), dark(15, 60, 1), dark(15, 80, 2), dark(15, 80, 1)};
    const MatchResult result = match_dark(kLights, candidates);
    EXPECT_EQ(result.chosen(), 3U);
    EXPECT_EQ(result.ranked.size(), 1U);
    EXPECT_THAT(result.warnings.at(0), ElementsAre());
}

TEST(MatchDark, ExposureHasATolerance) {
    EXPECT_TRUE(match_dark(kLights, std::vector{dark(15.14, 80, 1)}).chosen());
    EXPECT_FALSE(match_dark(kLights, std::vector{dark(15.16, 80, 1)}).chosen());
    LightKey moon = kLights;
    moon.exposure_s = 0.0025;
    EXPECT_TRUE(match_dark(moon, std::vector{dark(0.0034, 80, 1)}).chosen());
    EXPECT_FALSE(match_dark(moon, std::vector{dark(0.0036, 80, 1)}).chosen());
}

TEST(MatchDark, SaysWhichFieldOfTheNearestDiffers) {
    const std::vector candidates{dark(5, 60, 1), dark(15, 60, 1), dark(5, 60, 2)};
    const MatchResult result = match_dark(kLights, candidates);
    EXPECT_FALSE(result.chosen());
    EXPECT_EQ(result.nearest, 1U);
    EXPECT_THAT(result.text, HasSubstr("has gain 60, lights have 80"));
    const MatchResult two = match_dark(kLights, std::vector{candidates[0]});
    EXPECT_THAT(two.text, HasSubstr("exposure 5 s, lights have 15 s; gain 60, lights have 80"));
    CalibrationCandidate wide = dark(15, 80, 1);
    wide.camera = CameraSide::wide;
    EXPECT_THAT(match_dark(kLights, std::vector{wide}).text, HasSubstr("camera wide, lights have tele"));
    EXPECT_EQ(match_dark(kLights, {}).text, "no dark found");
}

TEST(MatchDark, UnknownIsNoMismatchButRanksLower) {
    const std::vector candidates{dark(15, std::nullopt, 1, 100), dark(15, 80, 1, 10)};
    EXPECT_THAT(match_dark(kLights, candidates).ranked, ElementsAre(1U, 0U));
    const MatchResult lone = match_dark(kLights, std::vector{candidates[0]});
    EXPECT_EQ(lone.chosen(), 0U);
    EXPECT_THAT(lone.warnings.at(0), ElementsAre(HasSubstr("does not say its gain")));
    EXPECT_TRUE(match_dark(LightKey{}, std::vector{candidates[1]}).chosen());
}

TEST(MatchDark, TemperatureOnlyRanksAndWarns) {
    const std::vector far{dark(15, 80, 1, 20, 35)};
    const MatchResult result = match_dark(kLights, far);
    EXPECT_EQ(result.chosen(), 0U);
    EXPECT_THAT(result.warnings.at(0), ElementsAre(HasSubstr("was taken at 35 C, the lights at 20 C")));
    EXPECT_THAT(match_dark(kLights, std::vector{dark(15, 80, 1, 20, 25)}).warnings.at(0), ElementsAre());
    const std::vector three{dark(15, 80, 1, 40, 35), dark(15, 80, 1, 20, std::nullopt), dark(15, 80, 1, 10, 24)};
    EXPECT_THAT(match_dark(kLights, three).ranked, ElementsAre(2U, 1U, 0U));
}

TEST(MatchDark, LightsThatDoNotSayAFieldTakeNoneByChance) {
    LightKey silent = kLights;
    silent.exposure_s.reset();
    const MatchResult lone = match_dark(silent, std::vector{dark(15, 80, 1), dark(15.0001, 80, 1)});
    EXPECT_EQ(lone.chosen(), 0U);
    EXPECT_THAT(lone.warnings.at(0), ElementsAre(HasSubstr("the lights do not say their exposure")));
    std::vector two{dark(15, 80, 1), dark(60, 80, 1)};
    const MatchResult result = match_dark(silent, two);
    EXPECT_FALSE(result.chosen());
    EXPECT_EQ(result.nearest, 0U);
    EXPECT_THAT(result.text, HasSubstr("do not say their exposure"));
    EXPECT_THAT(result.text, HasSubstr("15 s"));
    EXPECT_THAT(result.text, HasSubstr("60 s"));
    two[1].joined = true;
    EXPECT_EQ(match_dark(silent, two).chosen(), 0U) << "one's own darks are evidence";
    silent = kLights;
    silent.gain.reset();
    EXPECT_THAT(match_dark(silent, std::vector{dark(15, 80, 1), dark(15, 60, 1)}).text, HasSubstr("their gain"));
    silent = kLights;
    silent.binning.reset();
    EXPECT_THAT(match_dark(silent, std::vector{dark(15, 80, 1), dark(15, 80, 2)}).text, HasSubstr("their binning"));
}

TEST(MatchDark, WarnsOfEachThatFits) {
    const MatchResult result = match_dark(kLights, std::vector{dark(15, 80, 1), dark(15, 80, 1, 3)});
    ASSERT_THAT(result.ranked, ElementsAre(0U, 1U));
    EXPECT_THAT(result.warnings, ElementsAre(ElementsAre(), ElementsAre(HasSubstr("3 frames only"))));
}

TEST(MatchDark, MoreFramesRankHigher) {
    const std::vector candidates{dark(15, 80, 1, 3), dark(15, 80, 1, 30), dark(15, 80, 1, 10, 20.5)};
    const MatchResult result = match_dark(kLights, candidates);
    EXPECT_THAT(result.ranked, ElementsAre(1U, 2U, 0U));
    EXPECT_THAT(match_dark(kLights, std::vector{candidates[0]}).warnings.at(0),
                ElementsAre(HasSubstr("3 frames only")));
}

TEST(MatchDark, AmongEqualsThoseOfTheLightsOwnSessionRankFirst) {
    std::vector candidates{dark(15, 80, 1, 40), dark(15, 80, 1, 20), dark(15, 80, 1, 10, 35), dark(5, 80, 1)};
    candidates[0].joined = true;
    EXPECT_THAT(match_dark(kLights, candidates).ranked, ElementsAre(1U, 0U, 2U)) << "a warm dark of one's own is worse";
}

TEST(MatchFlatDark, SpeaksOfFlats) {
    CalibrationCandidate c = dark(5, 80, 1);
    c.kind = CalibrationKind::flat_dark;
    LightKey flats = kLights;
    flats.frames = "flats";
    EXPECT_THAT(match_flat_dark(flats, std::vector{c}).text, HasSubstr("exposure 5 s, flats have 15 s"));
    flats.exposure_s = 5;
    EXPECT_TRUE(match_flat_dark(flats, std::vector{c}).chosen());
}

TEST(MatchFlat, KnowsNoTemperature) {
    std::vector flats{dark({}, {}, 1, 20, 20), dark({}, {}, 1, 30, 35)};
    for (CalibrationCandidate& c : flats) c.kind = CalibrationKind::flat;
    EXPECT_THAT(match_flat(kLights, flats).ranked, ElementsAre(1U, 0U));
}

TEST(MatchFlat, GoesByFilterWhateverItsSpelling) {
    CalibrationCandidate vis;
    vis.kind = CalibrationKind::flat;
    vis.paths = {"flat_gain_2_bin_1_ir_0.fits"};
    vis.binning = 1;
    vis.gain = 2;  // of no account
    vis.ir = 0;
    CalibrationCandidate astro = vis;
    astro.ir = 1;
    const std::vector candidates{vis, astro, dark(15, 80, 1)};
    EXPECT_THAT(match_flat(kLights, candidates).ranked, ElementsAre(1U));
    LightKey other = kLights;
    other.filter = "IRCUT";
    EXPECT_THAT(match_flat(other, candidates).ranked, ElementsAre(0U));
    other.filter = "Duo-Band";
    EXPECT_THAT(match_flat(other, candidates).text, HasSubstr("filter VIS, lights have Duo-Band"));
    other.filter.clear();
    EXPECT_THAT(match_flat(other, candidates).text, HasSubstr("do not say their filter"));
    other.filter = "L-eXtreme";  // a code cannot be compared with a word it does not know
    EXPECT_EQ(match_flat(other, candidates).ranked.size(), 2U);
    CalibrationCandidate named = vis;
    named.ir.reset();
    named.filter = "l-extreme";
    EXPECT_TRUE(match_flat(other, std::vector{named}).chosen());
    EXPECT_FALSE(match_flat(kLights, std::vector{named}).chosen());
}

TEST(MatchBias, GoesByGainAndBinning) {
    CalibrationCandidate bias = dark(std::nullopt, 80, 1);
    bias.kind = CalibrationKind::bias;
    EXPECT_TRUE(match_bias(kLights, std::vector{bias}).chosen());
    bias.gain = 2;
    EXPECT_THAT(match_bias(kLights, std::vector{bias}).text, HasSubstr("gain 2, lights have 80"));
    EXPECT_EQ(match_bias(kLights, std::vector{dark(15, 80, 1)}).text, "no bias found");
    EXPECT_EQ(match_flat_dark(kLights, std::vector{dark(15, 80, 1)}).text, "no flat dark found");
}

TEST(Match, NamesComeOutHarmless) {
    CalibrationCandidate c = dark(5, 80, 1);
    c.paths = {"a/b\x1B[31m\n/0000.fits"};
    EXPECT_THAT(match_dark(kLights, std::vector{c}).text, HasSubstr("b\\x1B[31m\\x0A (20 frames)"));
}

}  // namespace
}  // namespace nightstack::io
