// SPDX-License-Identifier: MIT
#include "io/session/shots_info.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/io/session/temp_tree.h"

namespace nightstack::io {
namespace {

constexpr const char* kReal =
    R"({"DEC":22.01469444,"RA":5.575916667,"binning":"1*1","exp":"15","format":"FITS","gain":80,"ir":"PASS",)"
    R"("shotsStacked":286,"shotsTaken":287,"shotsToTake":300,"target":"M1"})";

TEST(ShotsInfo, ReadsTheRealForm) {
    const auto info = parse_shots_info(kReal).info;
    ASSERT_TRUE(info);
    EXPECT_EQ(info->target, "M1");
    EXPECT_EQ(info->ir, "PASS");
    EXPECT_EQ(info->exposure_s, 15);
    EXPECT_EQ(info->gain, 80);
    EXPECT_EQ(info->binning, 1);
    EXPECT_NEAR(info->ra_deg.value(), 83.63875, 1e-5);  // M1 stands at 5 h 34.5 min
    EXPECT_NEAR(info->dec_deg.value(), 22.01469, 1e-5);
    EXPECT_EQ(info->shots_taken, 287);
    EXPECT_EQ(info->shots_stacked, 286);
    EXPECT_EQ(info->shots_to_take, 300);
}

TEST(ShotsInfo, ExposureMayBeAFractionANumberOrRubbish) {
    EXPECT_EQ(parse_exposure("1/400"), 0.0025);
    EXPECT_EQ(parse_exposure("0.5"), 0.5);
    for (const char* text : {"", "0", "-1", "1/0", "1/", "/4", "1/2/3", "fast", "1/-4"})
        EXPECT_FALSE(parse_exposure(text)) << text;
    EXPECT_EQ(parse_shots_info(R"({"exp":15})").info->exposure_s, 15);
    EXPECT_EQ(parse_shots_info(R"({"exp":"1/400"})").info->exposure_s, 0.0025);
    EXPECT_FALSE(parse_shots_info(R"({"exp":[15]})").info->exposure_s);
    EXPECT_FALSE(parse_shots_info(R"({"exp":1e99})").info->exposure_s);
}

TEST(ShotsInfo, ZeroPointingIsUnknown) {
    const auto info = parse_shots_info(R"({"RA":0.0,"DEC":0.0,"binning":"2*2","target":""})").info;
    ASSERT_TRUE(info);
    EXPECT_FALSE(info->ra_deg);
    EXPECT_FALSE(info->dec_deg);
    EXPECT_EQ(info->binning, 2);
    EXPECT_FALSE(parse_shots_info(R"({"RA":25,"DEC":3})").info->ra_deg);
}

TEST(ShotsInfo, TakesOtherCaseDuplicatesAndWrongTypes) {
    const auto info =
        parse_shots_info(R"({"Gain":"70","TARGET":"M8","target":17,"ir":null,"minTemp":12,"gain":60})").info;
    ASSERT_TRUE(info);
    EXPECT_TRUE(info->gain == 70 || info->gain == 60);
    EXPECT_EQ(info->min_temperature_c, 12);
    EXPECT_EQ(info->ir, "");
}

TEST(ShotsInfo, HalfWrittenIsNoneWithAWord) {
    const std::string text = kReal;
    for (std::size_t n = 0; n < text.size(); ++n) {
        const ShotsInfoReading reading = parse_shots_info(text.substr(0, n));
        EXPECT_FALSE(reading.info) << n;
        EXPECT_FALSE(reading.warning.empty()) << n;
    }
}

TEST(ShotsInfo, HasLimits) {
    EXPECT_FALSE(parse_shots_info(std::string(60'000, '[')).info);
    std::string deep = "1";
    for (int i = 0; i < 20; ++i) deep = R"({"a":)" + deep + "}";
    EXPECT_EQ(parse_shots_info(deep).warning, "nested too deeply");
    EXPECT_EQ(parse_shots_info(R"({"target":")" + std::string(70'000, 'x') + "\"}").warning, "longer than 64 KiB");
    EXPECT_FALSE(parse_shots_info("{\"target\":\"\xFF\"}").info);
    EXPECT_FALSE(parse_shots_info(R"({"exp":1e999})").info);
}

TEST(ShotsInfo, SurvivesChangedBytes) {
    std::mt19937 random(11);
    for (int i = 0; i < 5'000; ++i) {
        std::string text = kReal;
        for (int n = 0; n < 3; ++n) text[random() % text.size()] = static_cast<char>(random());
        parse_shots_info(text);
    }
}

TEST(ShotsInfo, FileMayBeMissingOrAFolder) {
    const TempTree tree;
    EXPECT_TRUE(read_shots_info(tree / "shotsInfo.json").warning.empty());
    std::filesystem::create_directory(tree / "a.json");
    EXPECT_FALSE(read_shots_info(tree / "a.json").warning.empty());
    EXPECT_EQ(read_shots_info(tree.file("b.json", kReal)).info->target, "M1");
    const ShotsInfoReading half = read_shots_info(tree.file("c\n.json", "{"));
    EXPECT_NE(half.warning.find("c\\x0A.json: no JSON object"), std::string::npos) << half.warning;
}

}  // namespace
}  // namespace nightstack::io
