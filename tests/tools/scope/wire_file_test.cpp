// SPDX-License-Identifier: MIT
#include "tools/scope/wire_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tools/scope/replay_script.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;
using Way = WireLine::Way;

std::string why_not(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
    try {
        read_wire_file(path);
    } catch (const FormatError& e) {
        return e.what();
    }
    return "read";
}

TEST(WireFile, WhatWasWrittenIsReadAgain) {
    const test::TempFolder temp;
    const auto path = temp.path() / "a.jsonl";
    {
        WireWriter writer(path, false, {});
        writer.add(Way::sent, R"({"interface":10022,"camId":0})", false);
        writer.add(Way::received, std::string("\x00\xFF\x1B", 3), true);
        writer.add(Way::received, "broken \xFF text", false);
        writer.add(Way::note, "connected", false);
        writer.close();
    }
    const WireFile file = read_wire_file(path);
    ASSERT_EQ(file.lines.size(), 4U);
    EXPECT_EQ(file.lines[0].bytes, R"({"interface":10022,"camId":0})");
    EXPECT_EQ(file.lines[0].way, Way::sent);
    EXPECT_EQ(file.lines[1].bytes, std::string("\x00\xFF\x1B", 3));
    EXPECT_TRUE(file.lines[1].binary);
    EXPECT_EQ(file.lines[2].bytes, "broken \xFF text");
    EXPECT_FALSE(file.lines[2].binary);
    EXPECT_FALSE(file.masked);
    EXPECT_THROW(WireWriter(path, false, {}), OptionError);  // an old recording is never lost
}

TEST(WireFile, MaskedHoldsNoPlaceAndNoSecret) {
    const test::TempFolder temp;
    const auto path = temp.path() / "a.jsonl";
    {
        WireWriter writer(path, true, {"dwarf.my-home.example"});
        writer.add(Way::sent,
                   R"({"interface":11205,"camId":0,"lon":-11.5761,"lat":48.1374,"date":"2026-01-18 21:04:26"})", false);
        writer.add(Way::received, R"({"interface":1,"ssid":"my-home","psd":"secret","a":{"lat":48.1374}})", false);
        writer.add(Way::received, "48.1374 is no message", false);
        writer.add(Way::received, "48.1374", true);
        writer.add(Way::received, R"({"interface":2,"text":"I am dwarf.my-home.example:9900","n":7})", false);
        writer.add(Way::note, "GET /timezone?timezone=Europe/Berlin at dwarf.my-home.example", false);
        writer.close();
    }
    std::ifstream in(path);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (const char* secret : {"48.1", "11.5", "my-home", "secret", "Berlin"})
        EXPECT_THAT(text, testing::Not(HasSubstr(secret)));
    const WireFile file = read_wire_file(path);
    EXPECT_TRUE(file.masked);
    EXPECT_THAT(text, HasSubstr("I am "));
    EXPECT_THAT(file.lines[0].bytes, HasSubstr(R"("lon":0,"lat":0,"date":"2026-01-18 21:04:26")"));
}

TEST(WireFile, NewerAndBrokenFilesAreRefusedInWords) {
    const test::TempFolder temp;
    const auto path = temp.path() / "a.jsonl";
    EXPECT_THAT(why_not(path, "{\"nightstack_wire\":2}\n"), HasSubstr("newer nightstack"));
    EXPECT_THAT(why_not(path, "{\"nightstack_wire\":0}\n"), HasSubstr("never was"));
    EXPECT_THAT(why_not(path, "{}\n"), HasSubstr("no recording"));
    EXPECT_THAT(why_not(path, "[1\n"), HasSubstr("line 1"));
    EXPECT_THAT(why_not(path, ""), HasSubstr("empty"));
    const std::string head = "{\"nightstack_wire\":1}\n";
    for (const char* line : {"{}", "[]", R"({"t":-1,"way":"sent","text":""})", R"({"t":1,"way":"up","text":""})",
                             R"({"t":1,"way":"sent","hex":"0"})", R"({"t":1,"way":"sent","hex":"0G"})",
                             R"({"t":"x","way":"sent","text":""})"})
        EXPECT_THAT(why_not(path, head + line + "\n"), HasSubstr("line 2")) << line;
    EXPECT_THAT(why_not(path, head + std::string(300000, ' ') + "\n"), HasSubstr("256 KiB"));
    EXPECT_THROW(read_wire_file(temp.path() / "none"), IoError);
}

WireLine line(double t, Way way, const std::string& bytes) { return {t, way, bytes, false}; }

TEST(ReplayScript, AnswersAsTheScopeDidThen) {
    WireFile file;
    file.lines = {line(0.1, Way::received, R"({"interface":11003,"value":80})"),
                  line(1, Way::sent, R"({"interface":10000,"camId":0})"),
                  line(1.2, Way::received, R"({"interface":10000,"code":0})"),
                  line(2, Way::sent, R"({"interface":10022})"),
                  line(2.5, Way::received, R"({"interface":10022,"photoState":0})"),
                  line(2.6, Way::note, "nothing"),
                  line(3, Way::sent, R"({"interface":10022})"),
                  line(3.1, Way::received, R"({"interface":10022,"photoState":3})")};
    ReplayScript script(file);
    ASSERT_EQ(script.opening().size(), 1U);
    const auto camera = script.answer(R"({"interface":10000,"camId":0,"binning":1})");
    ASSERT_EQ(camera.size(), 1U);
    EXPECT_NEAR(camera[0].after_s, 0.2, 1e-9);
    EXPECT_EQ(script.answer(R"({"interface":10022})").at(0).line->bytes, R"({"interface":10022,"photoState":0})");
    for (int i = 0; i < 2; ++i)  // the last one again and again
        EXPECT_EQ(script.answer(R"({"interface":10022})").at(0).line->bytes, R"({"interface":10022,"photoState":3})");
    EXPECT_TRUE(script.answer(R"({"interface":10006})").empty());
    EXPECT_TRUE(script.answer("no message").empty());
}

}  // namespace
}  // namespace nightstack::tools
