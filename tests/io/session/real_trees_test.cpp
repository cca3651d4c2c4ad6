// SPDX-License-Identifier: MIT
// The trees that real scopes and cameras have written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "io/session/calibration_match.h"
#include "io/session/calibration_scan.h"
#include "io/session/session_scan.h"
#include "tests/io/session/temp_tree.h"
#include "tests/support/real_data.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::SizeIs;

#define REAL_DATA(variable, folder)                             \
    const auto data_of_##variable = test::real_data_folder();   \
    if (!data_of_##variable) GTEST_SKIP() << test::kNoRealData; \
    const fs::path variable = *data_of_##variable / (folder)

SessionScan scan_one(const fs::path& path) { return scan(std::span(&path, 1)); }

TEST(RealTrees, DwarfTwoCardOfEarly2024) {
    REAL_DATA(root, "dwarf2-session-layout");
    const SessionScan found = scan_one(root);
    ASSERT_THAT(found.sessions, SizeIs(5));
    std::map<std::string, const Session*> by_target;
    for (const Session& s : found.sessions) by_target[s.hints.target + "/" + std::to_string(*s.hints.gain)] = &s;
    const Session& m1 = *by_target.at("M1/80.000000");
    EXPECT_THAT(m1.lights, SizeIs(testing::Ge(1U)));
    const Session& m43 = *by_target.at("M43/60.000000");
    EXPECT_THAT(m43.lights, SizeIs(2));
    EXPECT_EQ(m43.sidecar.value().shots_stacked, 16);
    EXPECT_THAT(m43.calibration, SizeIs(3));  // DWARF_DARK lies beside
    EXPECT_EQ(by_target.at("Moon/0.000000")->sidecar.value().exposure_s, 0.0025);
    const Session& own_darks = *by_target.at("/60.000000");
    EXPECT_THAT(own_darks.warnings, SizeIs(2));  // 5 s and gain 60 in the name, 15 s and 100 in the sidecar
    for (const Ignored& i : found.ignored) EXPECT_EQ(i.reason, IgnoreReason::stacked_result) << i.text;
    EXPECT_THAT(found.ignored, SizeIs(8));
    EXPECT_TRUE(found.complete);
}

TEST(RealTrees, DwarfTwoDarksAreFoundAndMatched) {
    REAL_DATA(root, "dwarf2-session-layout");
    const CalibrationScan darks =
        find_calibration(root / "Astronomy" / "DWARF_RAW_M43_EXP_5_GAIN_60_2024-01-22-19-04-10-409");
    ASSERT_THAT(darks.candidates, SizeIs(3));
    const MatchResult match = match_dark({CameraSide::tele, 5.0, 60.0, 1, {}, "CUT"}, darks.candidates);
    EXPECT_THAT(match.text, testing::HasSubstr("exp_5_gain_60_bin_1"));
    const MatchResult none = match_dark({CameraSide::tele, 5.0, 80.0, 1, {}, "CUT"}, darks.candidates);
    EXPECT_FALSE(none.chosen());
    EXPECT_THAT(none.text, testing::HasSubstr("lights have"));
}

TEST(RealTrees, M94SessionOfADwarfTwo) {
    REAL_DATA(root, "derived-dwarf2-m94-b");
    const SessionScan found = scan_one(root);
    ASSERT_THAT(found.sessions, SizeIs(1));
    const Session& s = found.sessions[0];
    EXPECT_EQ(s.name, "DWARF_RAW_M94_EXP_10_GAIN_80_2025-03-27-01-45-13-000");
    ASSERT_THAT(s.lights, SizeIs(6));
    EXPECT_EQ(s.lights.front().filename(), "0000.fits");
    EXPECT_EQ(s.lights.back().filename(), "0005.fits");
    EXPECT_THAT(found.ignored, SizeIs(0));
    EXPECT_THAT(s.warnings, SizeIs(0));
    const FrameInfo info = with_hints({}, {}, s);
    EXPECT_EQ(info.object, "M94");
    EXPECT_EQ(info.exposure, Seconds(10));
    EXPECT_EQ(info.binning, 2);
    EXPECT_NEAR(info.ra_deg.value(), 193.0708, 1e-3);
}

TEST(RealTrees, FoldersOfOtherCameras) {
    REAL_DATA(seestar, "seestar-ngc7023-a");
    const SessionScan scope = scan_one(seestar);
    ASSERT_THAT(scope.sessions, SizeIs(1));
    EXPECT_THAT(scope.sessions[0].lights, SizeIs(4));
    EXPECT_EQ(scope.sessions[0].hints.target, "NGC_7023");
    EXPECT_EQ(scope.sessions[0].hints.exposure_s, 10);
    const SessionScan calibration = scan_one(seestar.parent_path() / "sbig-cal-c");
    EXPECT_THAT(calibration.sessions, SizeIs(0));
    int darks = 0;
    int biases = 0;
    for (const CalibrationCandidate& c : calibration.calibration) {
        darks += c.kind == CalibrationKind::dark ? c.frames : 0;
        biases += c.kind == CalibrationKind::bias ? c.frames : 0;
    }
    EXPECT_EQ(darks, 10);
    EXPECT_EQ(biases, 3);
    EXPECT_THAT(scan_one(seestar.parent_path() / "microobs-hatp32").sessions.at(0).lights, SizeIs(24));
    EXPECT_THAT(scan_one(seestar.parent_path() / "tetra3-alt-az").sessions.at(0).lights, SizeIs(4));
}

}  // namespace
}  // namespace nightstack::io
