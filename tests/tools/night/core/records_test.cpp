// SPDX-License-Identifier: MIT
// Records of a night: what is written is read again, byte for byte; what nobody wrote is refused in words.
#include "tools/night/core/night_records.h"

#include <gmock/gmock.h>

#include <random>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

template <class Record>
Record again(const Record& record) {
    return std::get<Record>(parse_record(record_text(record)));
}

TEST(NightRecords, NamesAreBytes) {
    const std::string odd("M 42/\xC3\xA4\xFF\x01%41\n\"\\.fits\0x", 24);
    FrameRecord frame{7, odd, "/a/" + odd, 123, std::string(64, 'a'), true, 2};
    const FrameRecord read = again(frame);
    EXPECT_EQ(read.name, odd);
    EXPECT_EQ(read.path, "/a/" + odd);
    EXPECT_EQ(read.seq, 7U);
    EXPECT_EQ(read.bytes, 123U);
    EXPECT_TRUE(read.marked_failed);
    EXPECT_EQ(read.group, 2U);
    EXPECT_FALSE(read.said.has_value());
    FrameInfo said;
    said.filter = "Duo\xFF";
    said.exposure = Seconds(1.0 / 3);
    said.binning = -100;
    said.ra_deg = 83.633;
    frame.said = said;
    const FrameInfo back = again(frame).said.value();
    EXPECT_EQ(back.filter, said.filter);
    EXPECT_EQ(back.exposure, said.exposure);
    EXPECT_EQ(back.binning, -100) << "whatever a sidecar says";
    EXPECT_EQ(back.ra_deg, said.ra_deg);
    EXPECT_EQ(back.gain, std::nullopt);
    frame.group.reset();
    EXPECT_FALSE(again(frame).group.has_value());
    const std::string text = record_text(frame);
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; })) << text;
}

TEST(NightRecords, RulesAndMastersComeBackToTheLastBit) {
    RulesRecord rules;
    rules.format = {1920, 1080, PixelKind::cfa, CfaPattern::gbrg};
    rules.info.camera = "DWARF\xFFII";
    rules.info.exposure = Seconds(0.1);
    rules.info.gain = 1.0 / 3;
    rules.info.binning = 2;
    rules.stack_bytes = ~std::uint64_t{0};
    const RulesRecord read = again(rules);
    EXPECT_EQ(read.format, rules.format);
    EXPECT_EQ(read.info.camera, rules.info.camera);
    EXPECT_EQ(read.info.exposure, rules.info.exposure);
    EXPECT_EQ(read.info.gain, rules.info.gain);
    EXPECT_EQ(read.info.binning, 2);
    EXPECT_EQ(read.stack_bytes, rules.stack_bytes);
    EXPECT_FALSE(read.anew);
    rules.anew = true;
    EXPECT_TRUE(again(rules).anew);
    MastersRecord masters;
    masters.group = 3;
    masters.applied = {{"dark", "darks/\xFE", 12, std::string(64, 'b'), "dark of 12", true, 1.0 / 7, 0.3}};
    masters.flat_offset = {"bias", "", 0, "", "none", false, 0, 1};
    masters.warnings = {"dark: 3 C warmer"};
    masters.failed = 2;
    const MastersRecord back = again(masters);
    ASSERT_EQ(back.applied.size(), 1U);
    EXPECT_EQ(back.applied[0].source, masters.applied[0].source);
    EXPECT_EQ(back.applied[0].noise_adu, 1.0 / 7);
    EXPECT_EQ(back.applied[0].frames, 12);
    EXPECT_EQ(back.warnings, masters.warnings);
    EXPECT_EQ(back.failed, 2U);
}

TEST(NightRecords, TheRestComesBack) {
    const Transform last({1, 1.0 / 3, -7.25, 0, 1, 1e-9, 0, 0, 1});
    const CheckpointRecord checkpoint = again(CheckpointRecord{1, 64, last, 1000});
    EXPECT_EQ(checkpoint.last.row_major(), last.row_major());
    EXPECT_EQ(checkpoint.slot, 1U);
    EXPECT_EQ(again(GroupRecord{"a\xFF", std::string(64, 'c'), 5}).group, 5U);
    EXPECT_EQ(again(GroupRecord{"a\xFF", std::string(64, 'c'), 5}).name, "a\xFF");
    EXPECT_EQ(again(VerdictRecord{5, "rejected", "fwhm"}).reason, "fwhm");
    EXPECT_EQ(again(SourceRecord{"{\"scope\":\"about\"}\xFF"}).text, "{\"scope\":\"about\"}\xFF");
    EXPECT_EQ(again(DoneRecord{4, {"a.fits", "\xFF.png"}}).products.at(1), "\xFF.png");
    EXPECT_TRUE(again(DoneRecord{0, {}, true}).best_due);
    EXPECT_FALSE(std::get<DoneRecord>(parse_record(R"({"record":"done","code":0,"products":[]})")).best_due);
    EXPECT_EQ(again(BestRecord{4, {"a_best.fits"}}).files.at(0), "a_best.fits");
    EXPECT_TRUE(again(DecisionRecord{"ab", "\xFE", true}).retracted);
    EXPECT_EQ(again(DecisionRecord{"ab", "\xFE", true}).file, "\xFE");
    const BegunRecord begun =
        again(BegunRecord{"p", "watch /x\xFF", "/x\xFF", R"({"a":[]})", R"({"b":1})", "M 1", "2026"});
    EXPECT_EQ(begun.source, "watch /x\xFF");
    EXPECT_EQ(begun.options, R"({"a":[]})");
    EXPECT_EQ(begun.call, R"({"b":1})");
    EXPECT_EQ(begun.part, "") << "a record without it reads as ever";
    EXPECT_EQ(record_text(begun).find("part"), std::string::npos);
    BegunRecord of_a_plan = begun;
    of_a_plan.part = "M 42 at 1 2, \xFF";
    EXPECT_EQ(again(of_a_plan).part, of_a_plan.part);
    InputsRecord inputs{1, 400, {{"/d/\xFF.fits", "h", "dark", 9}}};
    EXPECT_EQ(again(inputs).inputs.at(0).file, "/d/\xFF.fits");
    EXPECT_EQ(again(inputs).from, 400U);
}

TEST(NightRecords, WhatIsNoRecordIsRefusedInWords) {
    const auto refused = [](const std::string& text, const char* words) {
        try {
            parse_record(text);
            ADD_FAILURE() << text;
        } catch (const FormatError& e) {
            EXPECT_THAT(e.what(), HasSubstr(words)) << text;
        }
    };
    refused("", "no object");
    refused("[]", "no object");
    refused("{}", "'record' is missing");
    refused(R"({"record":"dance"})", "dance");
    refused(R"({"record":"begun","schema":2})", "newer nightstack");
    refused(R"({"record":"verdict","seq":-1,"verdict":"","reason":""})", "'seq'");
    refused(R"({"record":"checkpoint","slot":2,"frames":1,"last":[],"bytes":1})", "'last'");
    refused(R"({"record":"checkpoint","slot":0,"frames":1,"last":[1,0,0,0,1,0,0,0,null],"bytes":1})", "'last'");
    refused(R"({"record":"source","text":"%4"})", "'text'");
    refused(R"({"record":"source","text":"%G0"})", "'text'");
    refused(R"({"record":"frame","seq":1e99,"name":"","path":"","bytes":1,"sha256":"","failed":false})", "'seq'");
}

// Whatever bytes a disk may hold: an answer or a refusal, nothing else.
TEST(NightRecords, DamagedTextsAreRefused) {
    const std::string whole = record_text(FrameRecord{7, "name", "/a/name", 123, std::string(64, 'a'), true, 2});
    std::mt19937 dice(1);
    int refused = 0;
    for (int i = 0; i < 5000; ++i) {
        std::string text = whole;
        for (int n = 1 + static_cast<int>(dice() % 3); n > 0; --n)
            text[dice() % text.size()] = static_cast<char>(dice() % 256);
        if (dice() % 4 == 0) text.resize(dice() % text.size());
        try {
            parse_record(text);
        } catch (const FormatError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 2000);
}

}  // namespace
}  // namespace nightstack::tools
