// SPDX-License-Identifier: MIT
#include "io/session/calibration_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/io/session/temp_tree.h"

namespace nightstack::io {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> described(const CalibrationScan& scan) {
    std::vector<std::string> texts;
    for (const CalibrationCandidate& c : scan.candidates)
        texts.push_back(std::string(name(c.kind)) + " " + describe(c));
    return texts;
}

TEST(CalibrationScan, FindsTheDarksOfADwarfTwo) {
    const TempTree tree;
    tree.file("Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0001.fits");
    tree.file("Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0000.fits");
    tree.file("Astronomy/DWARF_DARK/exp_15_gain_80_bin_2/0000.fits");
    tree.file("Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954/0000.fits");
    const CalibrationScan scan =
        find_calibration(tree / "Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954");
    ASSERT_THAT(scan.candidates, SizeIs(2));
    const CalibrationCandidate& first = scan.candidates[0];
    EXPECT_EQ(first.kind, CalibrationKind::dark);
    EXPECT_FALSE(first.is_master);
    EXPECT_EQ(first.frames, 2);
    EXPECT_EQ(first.exposure_s, 15);
    EXPECT_EQ(first.gain, 80);
    EXPECT_EQ(first.binning, 1);
    EXPECT_FALSE(first.temperature_c);
    EXPECT_EQ(first.from, HintSource::folder);
    EXPECT_THAT(first.paths, ElementsAre(tree / "Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0000.fits",
                                         tree / "Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0001.fits"));
    EXPECT_EQ(scan.candidates[1].binning, 2);
}

TEST(CalibrationScan, FindsFramesAndMastersOfADwarfThree) {
    const TempTree tree;
    const std::string group = "Astronomy/DWARF_DARK/tele_exp_15_gain_130_bin_1_2025-10-18-04-52-26-559/";
    tree.file(group + "raw_15s_130_0000_20251018-045226559_16C.fits");
    tree.file(group + "raw_15s_130_0001_20251018-045246559_18C.fits");
    tree.file("Astronomy/CALI_FRAME/dark/cam_0/dark_exp_15.000000_gain_60_bin_1_28C_stack_3.fits");
    tree.file("Astronomy/CALI_FRAME/dark/cam_1/dark_exp_15.000000_gain_60_bin_1_38C_stack_10.fits");
    tree.file("Astronomy/CALI_FRAME/bias/cam_0/bias_gain_2_bin_1.fits");
    tree.file("Astronomy/CALI_FRAME/flat/cam_0/flat_gain_2_bin_1_ir_0.fits");
    tree.file("Astronomy/CALI_FRAME/flat/cam_0/flat_gain_2_bin_1_ir_1.fits");
    tree.file("Astronomy/CALI_FRAME/flat/cam_0/.flat_gain_2_bin_1_ir_2.fits");
    std::filesystem::create_directories(tree / "Astronomy/Restacked/deep/DWARF_RAW_TELE_M31");
    const CalibrationScan scan = find_calibration(tree / "Astronomy/Restacked/deep/DWARF_RAW_TELE_M31");
    EXPECT_THAT(described(scan),
                ElementsAre("bias bias_gain_2_bin_1.fits", "dark dark_exp_15.000000_gain_60_bin_1_28C_stack_3.fits",
                            "dark dark_exp_15.000000_gain_60_bin_1_38C_stack_10.fits",
                            "flat flat_gain_2_bin_1_ir_0.fits", "flat flat_gain_2_bin_1_ir_1.fits",
                            "dark DWARF_DARK/tele_exp_15_gain_130_bin_1_2025-10-18-04-52-26-559 (2 frames)"));
    const CalibrationCandidate& master = scan.candidates[1];
    EXPECT_TRUE(master.is_master);
    EXPECT_EQ(master.camera, CameraSide::tele);
    EXPECT_EQ(master.frames, 3);
    EXPECT_EQ(master.temperature_c, 28);
    EXPECT_EQ(master.from, HintSource::name);
    EXPECT_EQ(scan.candidates[2].camera, CameraSide::wide);
    EXPECT_EQ(scan.candidates[3].ir, 0);
    EXPECT_EQ(scan.candidates[5].temperature_c, 17);  // mean
    EXPECT_EQ(scan.candidates[5].camera, CameraSide::tele);
    EXPECT_THAT(scan.ignored, SizeIs(1));
}

TEST(CalibrationScan, LooksIntoAstronomyFromTheCardRootAndNotFurtherUp) {
    const TempTree tree;
    tree.file("card/DWARF_II/Astronomy/DWARF_DARK/exp_5_gain_60_bin_1/0000.fits");
    std::filesystem::create_directories(tree / "card/copies/M42");
    EXPECT_THAT(find_calibration(tree / "card/copies/M42").candidates, SizeIs(1));
    std::filesystem::create_directories(tree / "card/a/b/c/M42");
    EXPECT_THAT(find_calibration(tree / "card/a/b/c/M42").candidates, SizeIs(0));
    EXPECT_THAT(find_calibration(tree / "no/such/folder").candidates, SizeIs(0));
}

TEST(CalibrationScan, FindsFoldersSortedByHand) {
    const TempTree tree;
    tree.file("M42/Lights/a.fits");
    tree.file("M42/Lights/night 2/b.fits");
    tree.file("M42/Darks/15s_80_0001.fits");
    tree.file("M42/Darks/15s_80_0002.fits");
    tree.file("M42/Darks/30s_80_0001.fits");
    tree.file("M42/flats/f1.fits");
    tree.file("M42/Offset/o1.fits");
    tree.file("M42/flat-darks/dark_0001.fits");
    tree.file("darks/of_another_target.fits");
    const std::vector<std::string> all{"dark M42/Darks (2 frames)", "dark M42/Darks (1 frame)",
                                       "flat M42/flats (1 frame)", "flat dark M42/flat-darks (1 frame)",
                                       "bias M42/Offset (1 frame)"};
    EXPECT_THAT(described(find_calibration(tree / "M42/Lights")), testing::UnorderedElementsAreArray(all));
    EXPECT_THAT(described(find_calibration(tree / "M42/Lights/night 2")), testing::UnorderedElementsAreArray(all));
}

TEST(CalibrationScan, TakesAFolderTheUserNames) {
    const TempTree tree;
    tree.file("anything/IMG_1.fits");
    tree.file("anything/IMG_2.fits");
    tree.file("anything/readme.txt");
    const CalibrationScan scan = collect_calibration(tree / "anything", CalibrationKind::flat);
    ASSERT_THAT(scan.candidates, SizeIs(1));
    EXPECT_EQ(scan.candidates[0].kind, CalibrationKind::flat);
    EXPECT_EQ(scan.candidates[0].frames, 2);
    EXPECT_THAT(scan.ignored, SizeIs(1));
    const CalibrationScan one = collect_calibration(tree / "anything/IMG_1.fits", CalibrationKind::dark);
    ASSERT_THAT(one.candidates, SizeIs(1));
    EXPECT_TRUE(one.candidates[0].is_master);
    const CalibrationScan none = collect_calibration(tree / "nothing", CalibrationKind::dark);
    ASSERT_THAT(none.ignored, SizeIs(1));
    EXPECT_EQ(none.ignored[0].reason, IgnoreReason::missing);
}

TEST(CalibrationScan, EndsInALoopOfLinks) {
    const TempTree tree;
    tree.file("DWARF_DARK/exp_15_gain_80_bin_1/0000.fits");
    std::filesystem::create_directory_symlink(tree / "DWARF_DARK", tree / "DWARF_DARK/exp_15_gain_80_bin_1/again");
    std::filesystem::create_directories(tree / "DWARF_RAW_x");
    EXPECT_THAT(find_calibration(tree / "DWARF_RAW_x").candidates, SizeIs(1));
}

}  // namespace
}  // namespace nightstack::io
