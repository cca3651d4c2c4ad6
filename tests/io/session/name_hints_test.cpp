// SPDX-License-Identifier: MIT
#include "io/session/name_hints.h"

#include <gtest/gtest.h>

#include <random>

namespace nightstack::io {
namespace {

struct FolderCase {
    const char* name;
    FolderKind kind;
    const char* target;
    double exposure;  // -1: not said
    double gain;
    const char* stamp;  // "" not said
    CameraSide camera = CameraSide::unknown;
    bool mosaic = false;
    bool restacked = false;
};

class FolderNames : public testing::TestWithParam<FolderCase> {};

TEST_P(FolderNames, TellWhatTheyHold) {
    const FolderCase& c = GetParam();
    const FolderName found = parse_folder_name(c.name);
    EXPECT_EQ(static_cast<int>(found.kind), static_cast<int>(c.kind));
    EXPECT_EQ(found.hints.target, c.target);
    EXPECT_EQ(found.hints.exposure_s.value_or(-1), c.exposure);
    EXPECT_EQ(found.hints.gain.value_or(-1), c.gain);
    EXPECT_EQ(found.hints.stamp, parse_stamp(c.stamp, true));
    EXPECT_EQ(static_cast<int>(found.hints.camera), static_cast<int>(c.camera));
    EXPECT_EQ(found.hints.mosaic, c.mosaic);
    EXPECT_EQ(found.hints.restacked, c.restacked);
}

constexpr auto kSession = FolderKind::session;
INSTANTIATE_TEST_SUITE_P(
    All, FolderNames,
    testing::Values(
        FolderCase{"DWARF_RAW_20230610213819", kSession, "", -1, -1, "20230610213819"},
        FolderCase{"DWARF_RAW_1688500000000", kSession, "", -1, -1, "1688500000000"},
        FolderCase{"DWARF_RAW_2023-06-10-21-38-19-442", kSession, "", -1, -1, "2023-06-10-21-38-19-442"},
        FolderCase{"DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954", kSession, "M1", 15, 80,
                   "2024-01-18-21-04-26-954"},
        FolderCase{"DWARF_RAW_Moon_EXP_0.0025_GAIN_0_2024-01-16-15-02-35-270", kSession, "Moon", 0.0025, 0,
                   "2024-01-16-15-02-35-270"},
        FolderCase{"DWARF_RAW_EXP_5_GAIN_60_2024-02-24-22-31-52-161", kSession, "", 5, 60, "2024-02-24-22-31-52-161"},
        FolderCase{"DWARF_RAW_North America Nebula_EXP_10_GAIN_90_2024-01-18-21-04-26-954", kSession,
                   "North America Nebula", 10, 90, "2024-01-18-21-04-26-954"},
        FolderCase{"DWARF_RAW_NULL_EXP_10_GAIN_90_2024-01-18-21-04-26-954", kSession, "", 10, 90,
                   "2024-01-18-21-04-26-954"},
        // a target that looks like the fields behind it
        FolderCase{"DWARF_RAW_EXP_1_GAIN_2_x_EXP_15_GAIN_80_2024-01-18-21-04-26-954", kSession, "EXP_1_GAIN_2_x", 15,
                   80, "2024-01-18-21-04-26-954"},
        FolderCase{"DWARF_RAW_TELE_NGC_7000_EXP_30_GAIN_60_2025-08-01-23-00-00-000", kSession, "NGC_7000", 30, 60,
                   "2025-08-01-23-00-00-000", CameraSide::tele},
        FolderCase{"DWARF_RAW_WIDE_EXP_60_GAIN_60_2025-08-01-23-00-00-000", kSession, "", 60, 60,
                   "2025-08-01-23-00-00-000", CameraSide::wide},
        FolderCase{"RESTACKED_DWARF_RAW_TELE_M 31_EXP_15_GAIN_60_2025-08-01-23-00-00-000", kSession, "M 31", 15, 60,
                   "2025-08-01-23-00-00-000", CameraSide::tele, false, true},
        FolderCase{"DWARF_RAW_TELE_MOSAIC_M31_EXP_15_GAIN_60_2025-08-01-23-00-00-000", kSession, "M31", 15, 60,
                   "2025-08-01-23-00-00-000", CameraSide::tele, true},
        FolderCase{"DWARF_RAW_TELE_M31_MOSAIC_EXP_15_GAIN_60_2025-08-01-23-00-00-000", kSession, "M31", 15, 60,
                   "2025-08-01-23-00-00-000", CameraSide::tele, true},
        FolderCase{"dwarf_raw_m31_exp_15_gain_60_2025-08-01-23-00-00-000", kSession, "m31", 15, 60,
                   "2025-08-01-23-00-00-000"},
        FolderCase{"DWARF_RAW_M31_EXP_15_GAIN_60_", kSession, "M31", 15, 60, ""},
        FolderCase{"DWARF_RAW", kSession, "", -1, -1, ""}, FolderCase{"DWARF_RAW_", kSession, "", -1, -1, ""},
        FolderCase{"exp_15_gain_80_bin_1", FolderKind::dark_group, "", 15, 80, ""},
        FolderCase{"tele_exp_15_gain_130_bin_1_2025-10-18-04-52-26-559", FolderKind::dark_group, "", 15, 130,
                   "2025-10-18-04-52-26-559", CameraSide::tele},
        FolderCase{"wide_exp_0.5_gain_130_bin_1", FolderKind::dark_group, "", 0.5, 130, "", CameraSide::wide},
        FolderCase{"DWARF_DARK", FolderKind::dark_tree, "", -1, -1, ""},
        FolderCase{"DWARF_DARK_20230704213819", FolderKind::dark_tree, "", -1, -1, "20230704213819"},
        FolderCase{"CALI_FRAME", FolderKind::calibration_tree, "", -1, -1, ""},
        FolderCase{"cam_0", FolderKind::camera, "", -1, -1, "", CameraSide::tele},
        FolderCase{"cam_1", FolderKind::camera, "", -1, -1, "", CameraSide::wide},
        FolderCase{"DWARF_GOTO_20230704213819", FolderKind::scratch, "", -1, -1, ""},
        FolderCase{"Solving_Failed", FolderKind::scratch, "", -1, -1, ""},
        FolderCase{"Thumbnail", FolderKind::thumbnails, "", -1, -1, ""},
        FolderCase{".Trash", FolderKind::hidden, "", -1, -1, ""},
        FolderCase{"Lights", FolderKind::lights, "", -1, -1, ""},
        FolderCase{"LIGHT", FolderKind::lights, "", -1, -1, ""},
        FolderCase{"Lights M42", FolderKind::lights, "", -1, -1, ""},
        FolderCase{"M42_lights", FolderKind::lights, "", -1, -1, ""},
        FolderCase{"darks", FolderKind::darks, "", -1, -1, ""},
        FolderCase{"Dark 15s gain80", FolderKind::darks, "", 15, 80, ""},
        FolderCase{"darks_30s_60", FolderKind::darks, "", 30, 60, ""},
        FolderCase{"Dark Frames", FolderKind::darks, "", -1, -1, ""},
        FolderCase{"Flat", FolderKind::flats, "", -1, -1, ""}, FolderCase{"bias", FolderKind::biases, "", -1, -1, ""},
        FolderCase{"biases", FolderKind::biases, "", -1, -1, ""},
        FolderCase{"Offset", FolderKind::biases, "", -1, -1, ""},
        FolderCase{"flat-darks", FolderKind::flat_darks, "", -1, -1, ""},
        FolderCase{"FlatDarks", FolderKind::flat_darks, "", -1, -1, ""},
        FolderCase{"Dark Flats", FolderKind::flat_darks, "", -1, -1, ""},
        FolderCase{"dark_flat", FolderKind::flat_darks, "", -1, -1, ""},
        FolderCase{"Dark Shark Nebula", FolderKind::other, "", -1, -1, ""},
        FolderCase{"Lighthouse", FolderKind::other, "", -1, -1, ""},
        FolderCase{"M42", FolderKind::other, "", -1, -1, ""}, FolderCase{"", FolderKind::other, "", -1, -1, ""}));

TEST(FolderName, ReadsBinning) {
    EXPECT_EQ(parse_folder_name("exp_15_gain_80_bin_2").hints.binning, 2);
    EXPECT_FALSE(parse_folder_name("DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954").hints.binning);
}

struct FileCase {
    const char* name;
    FileKind kind;
    const char* target = "";
    double exposure = -1;
    double gain = -1;
    long long counter = -1;
    double temperature = -999;
    const char* filter = "";
    const char* stamp = "";
};

class FileNames : public testing::TestWithParam<FileCase> {};

TEST_P(FileNames, TellWhatTheyAre) {
    const FileCase& c = GetParam();
    const FileName found = parse_file_name(c.name);
    EXPECT_EQ(static_cast<int>(found.kind), static_cast<int>(c.kind));
    EXPECT_EQ(found.hints.target, c.target);
    EXPECT_EQ(found.hints.exposure_s.value_or(-1), c.exposure);
    EXPECT_EQ(found.hints.gain.value_or(-1), c.gain);
    EXPECT_EQ(found.hints.counter.value_or(-1), c.counter);
    EXPECT_EQ(found.hints.temperature_c.value_or(-999), c.temperature);
    EXPECT_EQ(found.hints.filter, c.filter);
    EXPECT_EQ(found.hints.stamp, parse_stamp(c.stamp));
}

INSTANTIATE_TEST_SUITE_P(
    All, FileNames,
    testing::Values(
        FileCase{"0000.fits", FileKind::frame, "", -1, -1, 0}, FileCase{"0123.FITS", FileKind::frame, "", -1, -1, 123},
        FileCase{"0007.tif", FileKind::frame, "", -1, -1, 7}, FileCase{"0007.fits.fz", FileKind::frame, "", -1, -1, 7},
        FileCase{"HD 8890_15s_60_0011.fits", FileKind::frame, "HD 8890", 15, 60, 11},
        FileCase{"_15s_60_0011.fits", FileKind::frame, "", 15, 60, 11},
        FileCase{"a_b_0.0025s_0_0011.fits", FileKind::frame, "a_b", 0.0025, 0, 11},
        FileCase{"M 31_15s60_Astro_20251018-045226559_17C.fits", FileKind::frame, "M 31", 15, 60, -1, 17, "Astro",
                 "20251018-045226559"},
        FileCase{"M 31_30s60_Duo-Band_20251018-045226559_-3C.fits", FileKind::frame, "M 31", 30, 60, -1, -3, "Duo-Band",
                 "20251018-045226559"},
        FileCase{"failed_M 31_15s60_Astro_20251018-045226559_17C.fits", FileKind::failed_frame, "M 31", 15, 60, -1, 17,
                 "Astro", "20251018-045226559"},
        FileCase{"failed_0004.fits", FileKind::failed_frame, "", -1, -1, 4},
        FileCase{"raw_15s_130_0000_20251018-045226559_16C.fits", FileKind::frame, "", 15, 130, 0, 16, "",
                 "20251018-045226559"},
        FileCase{"Light_NGC_7023_10.0s_IRCUT_20240730-224436.fit", FileKind::frame, "NGC_7023", 10, -1, -1, -999,
                 "IRCUT", "20240730-224436"},
        FileCase{"2024-01-01_22-00-00_Ha_300.00s_0001.fits", FileKind::frame, "", 300, -1, 1},
        FileCase{"dark_exp_15.000000_gain_60_bin_1_28C_stack_3.fits", FileKind::dark, "", 15, 60, -1, 28},
        FileCase{"bias_gain_2_bin_1.fits", FileKind::bias, "", -1, 2},
        FileCase{"flat_gain_2_bin_1_ir_0.fits", FileKind::flat, "", -1, 2},
        FileCase{"Dark_0001.fits", FileKind::dark, "", -1, -1, 1},
        FileCase{"dark_30s_gain80_0001.fit", FileKind::dark, "", 30, 80, 1},
        FileCase{"bias_series_0c.00000001.BIAS.FIT", FileKind::bias, "", -1, -1, 1, 0},
        FileCase{"dark_series_0c_10s.00000001.DARK.FIT", FileKind::dark, "", 10, -1, 1, 0},
        FileCase{"Dark Shark_15s_60_0001.fits", FileKind::frame, "Dark Shark", 15, 60, 1},
        FileCase{"img_0001.fits", FileKind::frame, "", -1, -1, 1}, FileCase{"stacked.jpg", FileKind::stacked_result},
        FileCase{"stacked-16.png", FileKind::stacked_result},
        FileCase{"stacked-16_M 31_15s60_Astro_20251018-045226559.fits", FileKind::stacked_result},
        FileCase{"stacked_thumbnail.jpg", FileKind::stacked_result},
        FileCase{"img_stacked_all.tif", FileKind::stacked_result},
        FileCase{"img_stacked_counter.png", FileKind::stacked_result},
        FileCase{"img_reference.png", FileKind::stacked_result}, FileCase{"M94_stacked.fit", FileKind::stacked_result},
        FileCase{"M94_20250327T014513Z_6x10s.fits", FileKind::own_product},
        FileCase{"M94_20250327T014513Z_6x0.25s.json", FileKind::own_product},
        FileCase{"M94_20250327T014513Z_6x10s-2.fits", FileKind::own_product},
        FileCase{"night.nst", FileKind::own_product}, FileCase{"shotsinfo.JSON", FileKind::sidecar},
        FileCase{"0000.fits.gz", FileKind::frame, "", -1, -1, 0}, FileCase{"0000.fits.bz2", FileKind::compressed},
        FileCase{"0000.tif.gz", FileKind::compressed}, FileCase{"0000.jpg.gz", FileKind::other},
        FileCase{"0000.fits.part", FileKind::partial}, FileCase{".0000.fits.123-0.part", FileKind::hidden},
        FileCase{"notes.txt", FileKind::other}, FileCase{"fits", FileKind::other}, FileCase{".fits", FileKind::hidden},
        FileCase{"", FileKind::other}));

TEST(FileName, ReadyMastersSayAllInTheirName) {
    const FileName dark = parse_file_name("dark_exp_15.000000_gain_60_bin_1_28C_stack_3.fits");
    EXPECT_TRUE(dark.is_master);
    EXPECT_EQ(dark.hints.binning, 1);
    EXPECT_EQ(dark.hints.stacked_frames, 3);
    const FileName flat = parse_file_name("flat_gain_2_bin_1_ir_2.fits");
    EXPECT_TRUE(flat.is_master);
    EXPECT_EQ(flat.hints.ir, 2);
    EXPECT_TRUE(parse_file_name("master_dark_15s.fits").is_master);
    EXPECT_TRUE(parse_file_name("dark_stacked.fit").is_master);
    EXPECT_FALSE(parse_file_name("dark_0001.fit").is_master);
    EXPECT_EQ(parse_file_name("M1_15s_60_0001.TIFF").container, FrameContainer::tiff);
    for (const char* name : {"frame_0001.jpeg", "M1_15s_60_0001.JPG", "0001.png"}) {
        EXPECT_EQ(parse_file_name(name).container, FrameContainer::picture) << name;
        EXPECT_EQ(parse_file_name(name).kind, FileKind::frame) << name;
    }
    EXPECT_EQ(parse_file_name("0001.fits.gz").container, FrameContainer::fits);
}

// Any bytes are a name; the sanitizers watch.
TEST(Names, HostileOnesOnlyTellNothing) {
    std::mt19937 random(3);
    const std::string pieces[] = {"DWARF_RAW_", "EXP_", "_GAIN_", "15s60", "_", "\n",       "\x1B[31m",
                                  "\xFF\xFE",   "0000", "dark",   ".fits", ".", "-",        "99999999999999999999",
                                  "exp",        "C",    "bin_",   "x",     "s", "20240118-"};
    for (int i = 0; i < 20'000; ++i) {
        std::string name;
        for (auto n = random() % 12; n > 0; --n) name += pieces[random() % std::size(pieces)];
        parse_folder_name(name);
        parse_file_name(name);
    }
    const std::string long_name(300, '_');
    EXPECT_EQ(parse_folder_name(long_name).kind, FolderKind::other);
    EXPECT_EQ(parse_file_name(long_name + ".fits").kind, FileKind::frame);
}

}  // namespace
}  // namespace nightstack::io
