// SPDX-License-Identifier: MIT
// Names as real cards have them, and the sidecar to the byte.
#include "device/sim/card/card_names.h"

#include <gmock/gmock.h>

#include "device/sim/card/sidecar.h"
#include "io/session/name_hints.h"
#include "io/session/shots_info.h"

namespace nightstack::device::sim {
namespace {

using namespace std::chrono_literals;

SkyTime time(int hour, int minute, int second, int ms) {
    return std::chrono::sys_days(std::chrono::year(2024) / 1 / 18) + std::chrono::hours(hour) +
           std::chrono::minutes(minute) + std::chrono::seconds(second) + std::chrono::milliseconds(ms);
}

// The real session of M1.
Exposed m1() {
    Exposed e;
    e.begin = time(21, 4, 26, 954);
    e.exposure_s = 15;
    e.gain = 80;
    e.ir_pass = true;
    e.aim.told = {5.575916667 * 15, 22.01469444};
    e.target = "M1";
    e.session = "DWARF_RAW_20240118210426";
    e.index = 286;
    e.count = 300;
    e.stacked = 286;
    e.sensor_c = 17.3;
    return e;
}

TEST(CardNames, AreThoseOfRealCards) {
    Exposed e = m1();
    EXPECT_EQ(session_folder(e, Layout::v1), "Astronomy/DWARF_RAW_20240118210426");
    EXPECT_EQ(session_folder(e, Layout::y2024), "Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954");
    EXPECT_EQ(session_folder(e, Layout::dwarf3), "Astronomy/DWARF_RAW_TELE_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954");
    EXPECT_EQ(frame_file(e, Layout::v1), "0286.fits");
    EXPECT_EQ(frame_file(e, Layout::y2024), "0286.fits");
    EXPECT_EQ(frame_file(e, Layout::dwarf3), "M1_15s80_Astro_20240118-210426954_17C.fits");
    e.failed = true;
    EXPECT_EQ(frame_file(e, Layout::y2024), "0286.fits") << "that firmware marks nothing";
    EXPECT_EQ(frame_file(e, Layout::dwarf3), "failed_M1_15s80_Astro_20240118-210426954_17C.fits");
    e.faults = {"frame.failed_mark"};
    e.format = 1;
    EXPECT_EQ(frame_file(e, Layout::v1), "failed_0286.tiff");

    e.target = "";
    e.exposure_s = 0.0025;
    e.clock_error = -26min;
    EXPECT_EQ(session_folder(e, Layout::y2024), "Astronomy/DWARF_RAW_EXP_0.0025_GAIN_80_2024-01-18-20-38-26-954");
    e.target = "../\xFF/M 31";
    EXPECT_EQ(session_folder(e, Layout::y2024),
              "Astronomy/DWARF_RAW_..___M 31_EXP_0.0025_GAIN_80_2024-01-18-20-38-26-954");
}

TEST(CardNames, OfDarksPhotosTiles) {
    Exposed e = m1();
    e.binning = 1;
    e.index = 2;
    e.session = "DWARF_DARK_20240118";
    EXPECT_EQ(dark_folder(e, Layout::v1), "Astronomy/DWARF_DARK_20240118/exp_15_gain_80_bin_2");
    EXPECT_EQ(dark_folder(e, Layout::y2024), "Astronomy/DWARF_DARK/exp_15_gain_80_bin_2");
    EXPECT_EQ(dark_file(e, Layout::y2024), "0002.fits");
    EXPECT_EQ(dark_folder(e, Layout::dwarf3), "Astronomy/DWARF_DARK/tele_exp_15_gain_80_bin_2_2024-01-18-21-03-54-954");
    EXPECT_EQ(dark_file(e, Layout::dwarf3), "raw_15s_80_0002_20240118-210426954_17C.fits");
    EXPECT_EQ(factory_master_file(e, 10), "dark_exp_15.000000_gain_80_bin_2_17C_stack_10.fits");
    e.session = "DWARF_20240118210426";
    e.count = 1;
    EXPECT_EQ(photo_file(e, Layout::v1), "DWARF_20240118210426.jpg");
    EXPECT_EQ(photo_file(e, Layout::y2024), "DWARF_TELE_2024-01-18-21-04-26-954.jpg");
    e.camera = 1;
    e.count = 5;
    EXPECT_EQ(photo_file(e, Layout::y2024), "DWARF_WIDE_2024-01-18-21-04-26-954.jpg");
    EXPECT_EQ(photo_file(e, Layout::v1), "DWARF_20240118210426_0002.jpg");
    e.row = 2;
    e.column = 1;
    EXPECT_EQ(tile_file(e), "2_1.jpg");
}

// What we write is what our own scanner knows from real cards.
TEST(CardNames, AreReadByTheScanner) {
    const Exposed e = m1();
    const auto last = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
    for (const Layout layout : {Layout::v1, Layout::y2024, Layout::dwarf3}) {
        const io::FolderName folder = io::parse_folder_name(last(session_folder(e, layout)));
        EXPECT_EQ(folder.kind, io::FolderKind::session);
        EXPECT_TRUE(folder.hints.stamp);
        EXPECT_EQ(folder.hints.target, layout == Layout::v1 ? "" : "M1");
        const io::FileName file = io::parse_file_name(frame_file(e, layout));
        EXPECT_EQ(file.kind, io::FileKind::frame);
        EXPECT_EQ(file.hints.temperature_c.value_or(0), layout == Layout::dwarf3 ? 17 : 0);
        EXPECT_EQ(io::parse_folder_name(last(dark_folder(e, layout))).kind, io::FolderKind::dark_group);
        if (layout == Layout::v1) continue;
        EXPECT_EQ(io::parse_file_name(stack_file(e, layout)).kind, io::FileKind::stacked_result);
    }
    EXPECT_TRUE(io::parse_file_name(factory_master_file(e, 10)).is_master);
}

TEST(Sidecar, IsThatOfTheRealSession) {
    EXPECT_EQ(shots_info_text(m1(), Layout::y2024, 0, 0),
              R"({"DEC":22.01469444,"RA":5.575916667,"binning":"1*1","exp":"15","format":"FITS","gain":80,"ir":"PASS",)"
              R"("shotsStacked":286,"shotsTaken":287,"shotsToTake":300,"target":"M1"})");
}

TEST(Sidecar, OfTheMoonAndOfOtherFirmwares) {
    Exposed e = m1();
    e.exposure_s = 0.0025;
    e.gain = 0;
    e.ir_pass = false;
    e.aim.told = {};
    e.target = "Mo\"on\xFF";
    e.index = 8;
    e.count = 999;
    e.stacked = 1;
    e.binning = 1;
    e.format = 1;
    const std::string text = shots_info_text(e, Layout::y2024, 0, 0);
    EXPECT_THAT(text, testing::StartsWith(
                          R"({"DEC":0.0,"RA":0.0,"binning":"2*2","exp":"1/400","format":"TIFF","gain":0,"ir":"CUT",)"
                          R"("shotsStacked":1,"shotsTaken":9,"shotsToTake":999,"target":"Mo\"on)"));
    EXPECT_EQ(io::parse_shots_info(text).info->exposure_s, 0.0025);
    EXPECT_EQ(io::parse_shots_info(shots_info_text(e, Layout::v1, 0, 0)).info->exposure_s, 0.0025);
    EXPECT_THAT(shots_info_text(e, Layout::v1, 0, 0), testing::HasSubstr(R"("exp":0.0025,)"));
    const auto newer = io::parse_shots_info(shots_info_text(e, Layout::dwarf3, 11.6, 17.2)).info;
    EXPECT_EQ(newer->min_temperature_c, 12);
    EXPECT_EQ(newer->max_temperature_c, 17);
    EXPECT_EQ(newer->ir, "VIS");
}

}  // namespace
}  // namespace nightstack::device::sim
