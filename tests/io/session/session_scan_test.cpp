// SPDX-License-Identifier: MIT
#include "io/session/session_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>

#include <algorithm>

#include "pipeline/core/error.h"
#include "tests/io/session/temp_tree.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

SessionScan scan_all(const std::vector<fs::path>& paths, const ScanOptions& options = {}) {
    return scan(paths, options);
}

std::vector<std::string> names(const std::vector<fs::path>& paths) {
    std::vector<std::string> out;
    for (const fs::path& p : paths) out.push_back(p.filename().string());
    return out;
}

std::vector<IgnoreReason> reasons(const SessionScan& scan) {
    std::vector<IgnoreReason> out;
    for (const Ignored& i : scan.ignored) out.push_back(i.reason);
    return out;
}

TEST(SessionScan, SessionOfEarly2024) {
    const TempTree tree;
    const std::string s = "DWARF_RAW_M 1_EXP_15_GAIN_80_2024-01-18-21-04-26-954/";
    for (const char* f : {"0010.fits", "0002.fits", "0000.fits", "stacked-16.png", "stacked.jpg"}) tree.file(s + f);
    tree.file(s + "Thumbnail/0000.jpg");
    tree.file(s + "SHOTSINFO.json", R"({"exp":"15","gain":80,"target":"M 1","binning":"2*2","RA":5.5,"DEC":22})");
    const SessionScan found = scan_all({tree / s});  // ends in a slash
    ASSERT_THAT(found.sessions, SizeIs(1));
    const Session& session = found.sessions[0];
    EXPECT_THAT(names(session.lights), ElementsAre("0000.fits", "0002.fits", "0010.fits"));
    EXPECT_EQ(session.name + "/", s);
    EXPECT_EQ(session.hints.target, "M 1");
    EXPECT_FALSE(session.hints.counter);
    EXPECT_EQ(session.sidecar.value().binning, 2);
    EXPECT_THAT(session.warnings, IsEmpty());
    EXPECT_THAT(reasons(found),
                ElementsAre(IgnoreReason::stacked_result, IgnoreReason::stacked_result, IgnoreReason::thumbnails));
}

TEST(SessionScan, TellsTheNamedPathOfASession) {
    const TempTree tree;
    for (const char* f : {"card/DWARF_RAW_A/0000.fits", "card/sub/lights/0001.fits", "one/0002.fits", "one/0003.fits"})
        tree.file(f);
    const SessionScan found = scan_all({tree / "card", tree / "one/0003.fits", tree / "one/0002.fits"});
    ASSERT_THAT(found.sessions, SizeIs(3));
    EXPECT_EQ(found.sessions[0].given, tree / "card");
    EXPECT_EQ(found.sessions[1].given, tree / "card");
    EXPECT_EQ(found.sessions[2].given, tree / "one/0003.fits");
}

TEST(SessionScan, SessionOfADwarfThreeWithFailedFrames) {
    const TempTree tree;
    const std::string s = "DWARF_RAW_TELE_M 31_EXP_15_GAIN_60_2025-10-18-04-52-00-000/";
    tree.file(s + "M 31_15s60_Astro_20251018-045326559_17C.fits");
    tree.file(s + "M 31_15s60_Astro_20251018-045226559_17C.fits");
    tree.file(s + "failed_M 31_15s60_Astro_20251018-045256559_17C.fits");
    tree.file(s + "stacked-16_M 31_15s60_Astro_20251018-045226559.fits");
    tree.file(s + "img_stacked_all.tif");
    tree.file(s + "img_reference.png");
    const SessionScan found = scan_all({tree / s});
    ASSERT_THAT(found.sessions, SizeIs(1));
    const Session& session = found.sessions[0];
    EXPECT_THAT(names(session.lights), ElementsAre("M 31_15s60_Astro_20251018-045226559_17C.fits",
                                                   "M 31_15s60_Astro_20251018-045326559_17C.fits"));
    EXPECT_THAT(session.device_failed, SizeIs(1));
    EXPECT_EQ(session.hints.camera, CameraSide::tele);
    EXPECT_EQ(session.hints.filter, "Astro");
    EXPECT_EQ(session.hints.stamp, parse_stamp("2025-10-18-04-52-00-000"));
    EXPECT_THAT(found.ignored, SizeIs(3));
}

TEST(SessionScan, AWholeCard) {
    const TempTree tree;
    tree.file("DWARF_II/Astronomy/DWARF_RAW_20230610213819/0000.fits");
    tree.file("DWARF_II/Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954/0000.fits");
    tree.file("DWARF_II/Astronomy/RESTACKED_DWARF_RAW_TELE_M1_EXP_15_GAIN_80_2025-01-18-21-04-26-954/0000.fits");
    tree.file("DWARF_II/Astronomy/DWARF_RAW_WIDE_MOSAIC_M2_EXP_15_GAIN_80_2025-01-18-21-04-26-954/0000.tif");
    tree.file("DWARF_II/Astronomy/DWARF_GOTO_20230610213819/0000.fits");
    tree.file("DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0000.fits");
    tree.file("DWARF_II/Astronomy/CALI_FRAME/bias/cam_0/bias_gain_2_bin_1.fits");
    tree.file("DWARF_II/Normal_Photos/DWARF_TELE_2024-01-18-21-04-26-954.jpg");
    tree.file("DWARF_II/data/device.db");
    const SessionScan found = scan_all({tree.root()});
    ASSERT_THAT(found.sessions, SizeIs(4));
    EXPECT_EQ(found.sessions[0].name, "DWARF_RAW_20230610213819");
    EXPECT_TRUE(found.sessions[2].hints.mosaic || found.sessions[1].hints.mosaic);
    for (const Session& s : found.sessions) {
        EXPECT_THAT(s.lights, SizeIs(1)) << s.name;
        EXPECT_THAT(s.calibration, SizeIs(2)) << s.name;
    }
    EXPECT_THAT(reasons(found),
                testing::UnorderedElementsAre(IgnoreReason::scratch, IgnoreReason::other_type, IgnoreReason::preview));
}

TEST(SessionScan, FoldersSortedByHand) {
    const TempTree tree;
    for (const char* f : {"M42/LIGHTS/dark_nebula.fits", "M42/LIGHTS/b.fits", "M42/Dark/d1.fits", "M42/Flats/f1.fits",
                          "M42/bias/b1.fits", "M42/Flat Darks/fd.fits", "M8/lights/1.fit", "M8/lights/night2/1.fit"})
        tree.file(f);
    const SessionScan found = scan_all({tree.root()});
    ASSERT_THAT(found.sessions, SizeIs(3));
    EXPECT_EQ(found.sessions[0].name, "M8");
    EXPECT_EQ(found.sessions[1].name, "night2");
    const Session& m42 = found.sessions[2];
    EXPECT_EQ(m42.name, "M42");
    EXPECT_EQ(m42.folder, tree / "M42/LIGHTS");
    EXPECT_THAT(m42.lights, SizeIs(2));  // the folder's word counts more than the file's
    std::vector<CalibrationKind> kinds;
    for (const CalibrationCandidate& c : m42.calibration) kinds.push_back(c.kind);
    EXPECT_THAT(kinds, testing::UnorderedElementsAre(CalibrationKind::dark, CalibrationKind::flat,
                                                     CalibrationKind::bias, CalibrationKind::flat_dark));
    EXPECT_THAT(found.sessions[0].calibration, IsEmpty());  // those are of M42
}

TEST(SessionScan, JoinedSessionsKeepTheirParts) {
    const TempTree tree;
    for (const char* f : {"M42/lights/1.fits", "M42/darks/d.fits", "M8/lights/1.fits", "M8/lights/2.fits"})
        tree.file(f);
    const std::vector<Session> found = scan_all({tree.root()}).sessions;
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(parts_of(found[0]).data(), &found[0]);
    const Session whole = joined(found);
    EXPECT_EQ(whole.name, found[0].name);
    EXPECT_THAT(whole.lights, SizeIs(3));
    EXPECT_THAT(whole.calibration, SizeIs(1));
    ASSERT_THAT(parts_of(whole), SizeIs(2));
    EXPECT_EQ(parts_of(whole)[1].lights, found[1].lights);
}

TEST(SessionScan, MixedFlatFolderByNames) {
    const TempTree tree;
    for (const char* f : {"Light_1.fits", "Light_2.fits", "Dark_1.fits", "Bias-1.fits", "flat_gain_2_bin_1_ir_0.fits",
                          "M1_20240101T000000Z_20x15s.fits", "result.fits", "notes.txt", ".x.fits", "0001.fits.part",
                          "0002.fits.bz2", "preview.tif", "preview.jpg", "Dark_2.png"})
        tree.file(f);
    tree.file("result.json", R"({"applied":{"dark":null,"why_not":"no dark"},"frames":[]})");
    const SessionScan found = scan_all({tree.root()});
    ASSERT_THAT(found.sessions, SizeIs(1));
    EXPECT_THAT(names(found.sessions[0].lights), ElementsAre("Light_1.fits", "Light_2.fits"));
    EXPECT_THAT(found.sessions[0].calibration, SizeIs(3));
    EXPECT_THAT(reasons(found), testing::UnorderedElementsAre(IgnoreReason::own_product, IgnoreReason::own_product,
                                                              IgnoreReason::other_type, IgnoreReason::other_type,
                                                              IgnoreReason::hidden, IgnoreReason::partial,
                                                              IgnoreReason::compressed, IgnoreReason::tiff_beside_fits,
                                                              IgnoreReason::preview, IgnoreReason::preview));
}

TEST(SessionScan, MixedFlatFolderByHeader) {
    const TempTree tree;
    for (const char* f : {"a1.fits", "a2.fits", "a3.fits", "a4.fits", "a5.fits"}) tree.file(f);
    tree.file("lights/a1.fits");
    ScanOptions options;
    int asked = 0;
    options.header = [&](const fs::path& path) -> std::optional<HeaderSummary> {
        ++asked;
        const std::string n = path.filename().string();
        HeaderSummary h;
        if (n == "a1.fits" || n == "a2.fits") h.info.role = ImageRole::dark;
        if (n == "a1.fits") h.info.exposure = Seconds(15);
        if (n == "a2.fits") h.info.exposure = Seconds(30);
        if (n == "a3.fits") return std::nullopt;
        h.is_stack = n == "a4.fits";
        return h;
    };
    const SessionScan found = scan_all({tree.root()}, options);
    EXPECT_EQ(asked, 5);  // not for lights/
    ASSERT_THAT(found.sessions, SizeIs(2));
    EXPECT_THAT(names(found.sessions[0].lights), ElementsAre("a3.fits", "a5.fits"));
    ASSERT_THAT(found.calibration, SizeIs(2));
    EXPECT_EQ(found.calibration[0].exposure_s, 15);
    EXPECT_EQ(found.calibration[1].exposure_s, 30);
    EXPECT_EQ(found.calibration[0].from, HintSource::header);
    EXPECT_THAT(reasons(found), ElementsAre(IgnoreReason::stacked_result));
}

TEST(SessionScan, NamedFilesAreTakenAsGiven) {
    const TempTree tree;
    const fs::path stacked = tree.file("a/stacked-16_x.fits");
    const fs::path odd = tree.file("a/odd.bin");
    const SessionScan found = scan_all({odd, stacked});
    ASSERT_THAT(found.sessions, SizeIs(1));
    EXPECT_THAT(names(found.sessions[0].lights), ElementsAre("odd.bin", "stacked-16_x.fits"));
    EXPECT_THAT(found.ignored, IsEmpty());
}

TEST(SessionScan, WhatAShellPatternSweepsUpKeepsItsPlace) {
    const TempTree tree;
    const std::string s = "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954/";
    tree.file(s + "shotsInfo.json", R"({"target":"M1"})");
    const SessionScan found =
        scan_all({tree.file(s + "0000.fits"), tree.file(s + "0001.fits"), tree.file(s + "failed_0002.fits"),
                  tree.file(s + "stacked-16_M1.fits"), tree.file(s + "stacked.jpg"), tree.file("other/0000.fits")});
    ASSERT_THAT(found.sessions, SizeIs(2));
    EXPECT_THAT(found.sessions[0].lights, SizeIs(2));
    EXPECT_THAT(found.sessions[0].device_failed, SizeIs(1));
    EXPECT_EQ(found.sessions[0].sidecar.value().target, "M1");
    EXPECT_EQ(found.sessions[0].hints.gain, 80);
    EXPECT_EQ(found.sessions[1].name, "other");
    EXPECT_THAT(reasons(found), ElementsAre(IgnoreReason::stacked_result, IgnoreReason::stacked_result));
}

TEST(SessionScan, AFolderOfPicturesIsASessionWhenItIsNamed) {
    const TempTree tree;
    for (const char* f : {"moon/a.jpg", "moon/b.JPEG", "moon/c.png", "m42/lights/1.png", "m42/lights/2.png"})
        tree.file(f);
    EXPECT_THAT(scan_all({tree / "moon"}).sessions, SizeIs(1));
    EXPECT_THAT(names(scan_all({tree / "moon"}).sessions[0].lights), ElementsAre("a.jpg", "b.JPEG", "c.png"));
    const SessionScan found = scan_all({tree.root()});
    ASSERT_THAT(found.sessions, SizeIs(1));
    EXPECT_EQ(found.sessions[0].name, "m42");
    EXPECT_THAT(reasons(found), testing::Each(IgnoreReason::preview));
    EXPECT_THAT(scan_all({tree / "moon/a.jpg", tree / "moon/b.JPEG"}).sessions, SizeIs(1));
}

TEST(SessionScan, PreviewsNeverBecomeLights) {
    const TempTree tree;
    const std::string s = "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954/";
    for (const char* f : {"0000.fits", "0000.jpg", "0001.fits", "0001.png", "failed_0002.jpg", "stacked.jpg"})
        tree.file(s + f);
    tree.file(s + "previews/0000.jpg");
    tree.file("lights/0000.jpg");  // pictures beside a night of frames
    const std::string empty = "DWARF_RAW_M2_EXP_15_GAIN_80_2024-01-19-21-04-26-954/";
    tree.file(empty + "0000.jpg");
    const SessionScan found = scan_all({tree.root()});
    ASSERT_THAT(found.sessions, SizeIs(1));
    EXPECT_THAT(names(found.sessions[0].lights), ElementsAre("0000.fits", "0001.fits"));
    EXPECT_THAT(found.sessions[0].device_failed, IsEmpty());
    EXPECT_THAT(found.ignored, SizeIs(7));
    EXPECT_THAT(scan_all({tree / empty}).sessions, IsEmpty()) << "a session folder of the scope holds FITS or nothing";
    EXPECT_THAT(scan_all({tree / (s + "0000.fits"), tree / (s + "0000.jpg")}).sessions[0].lights, SizeIs(1));
    tree.file("darks/0001.fits");
    tree.file("darks/0001.jpg");
    EXPECT_THAT(scan_all({tree / "darks"}).calibration,
                testing::ElementsAre(testing::Field(&CalibrationCandidate::paths, SizeIs(1))));
}

TEST(SessionScan, NothingIsTakenTwice) {
    const TempTree tree;
    const fs::path one = tree.file("a/0000.fits");
    tree.file("a/0001.fits");
    fs::create_directory_symlink(tree / "a", tree / "a/loop");
    fs::create_directory_symlink(tree.root(), tree / "a/up");
    fs::create_symlink(one, tree / "a/0002.fits");
    const SessionScan found = scan_all({tree / "a", tree / "a", one});
    ASSERT_THAT(found.sessions, SizeIs(1));
    EXPECT_THAT(names(found.sessions[0].lights), ElementsAre("0000.fits", "0001.fits"));
    for (const Ignored& i : found.ignored) EXPECT_EQ(i.reason, IgnoreReason::repeated) << i.text;
    EXPECT_GE(found.ignored.size(), 4U);
}

TEST(SessionScan, LinksToFramesAndFoldersAreFollowedOnce) {
    const TempTree tree;
    tree.file("store/0000.fits");
    tree.file("store/sub/0001.fits");
    fs::create_directories(tree / "night");
    fs::create_directory_symlink(tree / "store", tree / "night/lights");
    const SessionScan found = scan_all({tree / "night"});
    ASSERT_THAT(found.sessions, SizeIs(2));
    EXPECT_EQ(found.sessions[0].name, "night");
    EXPECT_THAT(found.sessions[0].lights, SizeIs(1));
}

TEST(SessionScan, SaysWhatIsMissing) {
    const TempTree tree;
    fs::create_symlink("nowhere.fits", tree / "link.fits");
    ASSERT_EQ(::mkfifo((tree / "pipe.fits").c_str(), 0600), 0);
    const SessionScan found = scan_all({tree.root(), tree / "none.fits"});
    EXPECT_THAT(found.sessions, IsEmpty());
    EXPECT_THAT(reasons(found),
                testing::UnorderedElementsAre(IgnoreReason::missing, IgnoreReason::missing, IgnoreReason::not_a_file));
    EXPECT_TRUE(
        std::any_of(found.ignored.begin(), found.ignored.end(), [](const Ignored& i) { return i.is_problem(); }));
    EXPECT_THAT(scan_all({}).sessions, IsEmpty());
}

TEST(SessionScan, HostileNamesAreFramesShownHarmlessly) {
    const TempTree tree;
    const std::string folder = "DWARF_RAW_x\x1B]0;hi\x07\n\xFF_EXP_15_GAIN_80_2024-01-18-21-04-26-954";
    tree.file(folder + "/0000.fits");
    tree.file(folder + "/\n\x1B[2J.txt");
    tree.file(folder + "/-rf ; $(x) `y`.fits");
    tree.file(folder + "/" + std::string(250, 'a') + ".fits");
    tree.file(folder + "/shotsInfo.json", "{");
    const SessionScan found = scan_all({tree.root()});
    ASSERT_THAT(found.sessions, SizeIs(1));
    EXPECT_THAT(found.sessions[0].lights, SizeIs(3));
    EXPECT_EQ(found.sessions[0].hints.target, "x\x1B]0;hi\x07\n\xFF");
    ASSERT_THAT(found.ignored, SizeIs(1));
    ASSERT_THAT(found.sessions[0].warnings, SizeIs(1));
    for (const std::string& text : {found.ignored[0].text, found.sessions[0].warnings[0]}) {
        EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; })) << text;
        EXPECT_EQ(text.find('\xFF'), std::string::npos);
    }
    const SessionScan too_long = scan_all({tree / std::string(300, 'a')});  // the system refuses such a name
    ASSERT_THAT(too_long.ignored, SizeIs(1));
    EXPECT_TRUE(too_long.ignored[0].is_problem());
}

TEST(SessionScan, HasLimits) {
    const TempTree tree;
    tree.file("1/2/3/4/5/6/0000.fits");
    tree.file("1/2/3/4/5/6/7/0000.fits");
    const SessionScan deep = scan_all({tree.root()});
    EXPECT_THAT(deep.sessions, SizeIs(1));
    EXPECT_THAT(reasons(deep), ElementsAre(IgnoreReason::too_deep));
    EXPECT_FALSE(deep.complete);
    ScanOptions few;
    few.max_entries = 5;
    const SessionScan many = scan_all({tree.root()}, few);
    EXPECT_FALSE(many.complete);
    EXPECT_THAT(reasons(many), ElementsAre(IgnoreReason::too_many));
    few.max_entries = 0;
    EXPECT_THROW(scan_all({tree.root()}, few), OptionError);
}

TEST(SessionScan, TenThousandFramesAreQuick) {
    const TempTree tree;
    fs::create_directories(tree / "n");
    for (int i = 0; i < 10'000; ++i) std::ofstream(tree / ("n/" + std::to_string(i) + ".fits"));
    const auto begin = std::chrono::steady_clock::now();
    const SessionScan found = scan_all({tree.root()});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    ASSERT_THAT(found.sessions, SizeIs(1));
    ASSERT_THAT(found.sessions[0].lights, SizeIs(10'000));
    EXPECT_EQ(found.sessions[0].lights[9'999].filename(), "9999.fits");
    RecordProperty("milliseconds", static_cast<int>(took.count() * 1000));
    EXPECT_LT(took.count(), 5);  // generous: shared machine, sanitizers
}

TEST(SessionScan, HintsFillOnlyGaps) {
    Session session;
    session.hints.target = "M1";
    session.hints.exposure_s = 15;
    session.sidecar = ShotsInfo{};
    session.sidecar->binning = 2;
    session.sidecar->exposure_s = 30;
    session.sidecar->ra_deg = 80;
    session.sidecar->dec_deg = 20;
    NameHints file;
    file.temperature_c = 17;
    FrameInfo header;
    header.object = "NGC 1952";
    const FrameInfo info = with_hints(header, file, session);
    EXPECT_EQ(info.object, "NGC 1952");
    EXPECT_EQ(info.exposure, Seconds(15));
    EXPECT_EQ(info.binning, 2);
    EXPECT_EQ(info.temperature_c, 17);
    EXPECT_EQ(info.ra_deg, 80);
    EXPECT_FALSE(info.gain);
}

}  // namespace
}  // namespace nightstack::io
