// SPDX-License-Identifier: MIT
#include "tools/night/scope/session_pick.h"

#include <gtest/gtest.h>

namespace nightstack::tools {
namespace {

using io::CardFile;

// As a walk over the card finds it.
CardFile file(const std::string& path, std::uint64_t bytes = 100) {
    CardFile file;
    file.remote = path;
    const std::size_t slash = path.rfind('/');
    const std::string folder = path.substr(0, slash);
    for (std::size_t at = 0; at < folder.size();) {
        const std::size_t end = std::min(folder.find('/', at), folder.size());
        file.folders.push_back(folder.substr(at, end - at));
        at = end + 1;
    }
    file.name = path.substr(slash + 1);
    file.now.name = file.name;
    file.now.bytes = bytes;
    const io::CardPlace place = io::card_place(folder);
    file.kind = place.kind;
    file.group = place.group;
    return file;
}

const std::string kA = "DWARF_II/Astronomy/DWARF_RAW_20260118210426/";
const std::string kB = "DWARF_II/Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954/";

TEST(SessionPick, TakesLightsAndTheAccountOfTheCapturesAlone) {
    SessionPick pick;
    pick.want("DWARF_RAW_20260118210426");
    for (const char* name : {"0000.fits", "M 1_15s_60_0011.fits", "failed_0003.fits", "0004.tif", "shotsInfo.json"})
        EXPECT_TRUE(pick.wants(file(kA + name))) << name;
    for (const char* name : {"stacked.jpg", "stacked-16.png", "img_stacked_all.tif", "Thumbnail/0000.jpg",
                             "Thumbnail/0000.fits", "0000.png", "stacked-16_M1.fits"})
        EXPECT_FALSE(pick.wants(file(kA + name))) << name;
    EXPECT_FALSE(pick.wants(file(kB + "0000.fits")));
    EXPECT_FALSE(pick.wants(file("DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0000.fits")));
    pick.want("DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954");
    EXPECT_TRUE(pick.wants(file(kB + "0000.fits"))) << "a second capture of the night";
}

TEST(SessionPick, PicksTheSessionThatGrows) {
    SessionPick pick;
    std::vector<std::string> picked;
    pick.want_what_grows([&](const std::string& name) { picked.push_back(name); });
    const auto look = [&](int of_a, int of_b, std::uint64_t last_of_b = 100) {
        bool any = false;
        for (int i = 0; i < of_a; ++i) any |= pick.wants(file(kA + "000" + std::to_string(i) + ".fits"));
        for (int i = 0; i < of_b; ++i)
            any |= pick.wants(file(kB + "000" + std::to_string(i) + ".fits", i + 1 == of_b ? last_of_b : 100));
        return any;
    };
    EXPECT_FALSE(look(3, 2));  // what lay there before grows not
    pick.looked();
    EXPECT_FALSE(look(3, 2));
    EXPECT_TRUE(look(3, 2, 150)) << "its last file has grown";
    ASSERT_EQ(picked.size(), 1U);
    EXPECT_TRUE(kB.ends_with(picked[0] + "/"));
    EXPECT_TRUE(pick.wants(file(kB + "0000.fits"))) << "all of it, from its beginning";
    EXPECT_FALSE(pick.take_other());
    look(4, 2, 150);
    EXPECT_EQ(pick.take_other(), "DWARF_RAW_20260118210426");
    EXPECT_FALSE(pick.take_other()) << "told once";
    EXPECT_FALSE(pick.wants(file(kA + "0003.fits")));
    EXPECT_EQ(picked.size(), 1U);
}

TEST(SessionPick, ANewAccountAloneIsNoGrowth) {
    SessionPick pick;
    pick.want_what_grows([](const std::string&) { FAIL(); });
    pick.wants(file(kA + "shotsInfo.json", 200));
    pick.looked();
    EXPECT_FALSE(pick.wants(file(kA + "shotsInfo.json", 210)));
}

TEST(SessionPick, DarksFitByWhatTheirPathTells) {
    const LightSettings lights{15.0, 80.0, 2};
    const auto fits = [&](const std::string& path) { return is_dark_for(file("DWARF_II/Astronomy/" + path), lights); };
    EXPECT_TRUE(fits("DWARF_DARK/exp_15_gain_80_bin_2/0000.fits"));
    EXPECT_TRUE(fits("DWARF_DARK_20260118210426/exp_15_gain_80_bin_2/0003.fits"));
    EXPECT_FALSE(fits("DWARF_DARK/exp_15_gain_80_bin_1/0000.fits"));
    EXPECT_FALSE(fits("DWARF_DARK/exp_10_gain_80_bin_2/0000.fits"));
    EXPECT_FALSE(fits("DWARF_DARK/exp_15_gain_60_bin_2/0000.fits"));
    EXPECT_FALSE(fits("DWARF_DARK/0000.fits")) << "it does not say of what";
    EXPECT_FALSE(fits("DWARF_DARK/exp_15_gain_80_bin_2/0000.jpg"));
    EXPECT_FALSE(fits("DWARF_RAW_EXP_15_GAIN_80_2024-02-24-22-31-52-161/0000.fits"));
    EXPECT_TRUE(
        is_dark_for(file("DWARF_II/CALI_FRAME/dark/cam_0/dark_exp_15.000000_gain_80_bin_2_28C_stack_3.fits"), lights));
    EXPECT_FALSE(
        is_dark_for(file("DWARF_II/CALI_FRAME/dark/cam_1/dark_exp_15.000000_gain_80_bin_2_28C_stack_3.fits"), lights));
}

}  // namespace
}  // namespace nightstack::tools
