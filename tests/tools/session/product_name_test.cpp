// SPDX-License-Identifier: MIT
#include "tools/session/product_name.h"

#include <gtest/gtest.h>

#include <fstream>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;

const UtcTime kTime = std::chrono::sys_days(std::chrono::year(2024) / 1 / 18) + 21h + 4min + 26s + 954ms;

TEST(SafeName, KeepsWhatFileSystemsKeep) {
    EXPECT_EQ(safe_name("M 31"), "M_31");
    EXPECT_EQ(safe_name("NGC7000-A+b.c"), "NGC7000-A+b.c");
    EXPECT_EQ(safe_name("Bodes Nebel ü"), "Bodes_Nebel_ü");
    EXPECT_EQ(safe_name("../../etc/passwd"), "_.._etc_passwd");
    EXPECT_EQ(safe_name("a / b"), "a_b");
    EXPECT_EQ(safe_name(""), "stack");
    EXPECT_EQ(safe_name("..."), "stack");
    EXPECT_EQ(safe_name("///"), "stack");
}

TEST(SafeName, IsNeverLongNorCutInACharacter) {
    EXPECT_EQ(safe_name(std::string(200, 'x')).size(), 80u);
    std::string umlauts = "x";
    for (int i = 0; i < 100; ++i) umlauts += "ü";
    const std::string cut = safe_name(umlauts);
    EXPECT_EQ(cut.size(), 79u);
    EXPECT_EQ(cut.substr(cut.size() - 2), "ü");
}

TEST(Times, AreUtcInFiles) {
    EXPECT_EQ(compact_utc(kTime), "20240118T210426");
    EXPECT_EQ(iso_utc(kTime), "2024-01-18T21:04:26.954");
    EXPECT_EQ(compact_utc(std::nullopt), "");
}

TEST(ExposureText, HasNoNeedlessDigits) {
    EXPECT_EQ(exposure_text(Seconds(15)), "15");
    EXPECT_EQ(exposure_text(Seconds(0.0025)), "0.0025");
    EXPECT_EQ(exposure_text(Seconds(0.1)), "0.1");
    EXPECT_EQ(exposure_text(Seconds(2.0000001)), "2");
}

TEST(ProductName, TellsObjectTimeAndExposures) {
    EXPECT_EQ(product_name("M 1", kTime, 286, Seconds(15)), "M_1_20240118T210426_286x15s");
    EXPECT_EQ(product_name("", std::nullopt, 3, std::nullopt), "stack_3x");
}

TEST(ProductName, StepsAsideForWhatIsThere) {
    const test::TempFolder folder;
    EXPECT_EQ(free_product_path(folder.path(), "a"), folder / "a.fits");
    std::ofstream(folder / "a.png") << "x";
    EXPECT_EQ(free_product_path(folder.path(), "a"), folder / "a-2.fits");
    std::ofstream(folder / "a-2.json") << "x";
    EXPECT_EQ(free_product_path(folder.path(), "a"), folder / "a-3.fits");
}

TEST(ParseBytes, ReadsSizesAndRefusesTheRest) {
    EXPECT_EQ(parse_bytes("800M"), 800u << 20);
    EXPECT_EQ(parse_bytes("2G"), std::size_t{2} << 30);
    EXPECT_EQ(parse_bytes("1.5 GiB"), std::size_t{3} << 29);
    EXPECT_EQ(parse_bytes("3000000000"), 3'000'000'000u);
    EXPECT_EQ(parse_bytes("64kb"), 65536u);
    for (const char* bad : {"", "M", "-1G", "0", "1T", "1e400", "nan", "inf", "1,5G", "1G1", "99999999G"})
        EXPECT_THROW(parse_bytes(bad), OptionError) << bad;
}

}  // namespace
}  // namespace nightstack::tools
