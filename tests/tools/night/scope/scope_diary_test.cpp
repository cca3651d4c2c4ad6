// SPDX-License-Identifier: MIT
#include "tools/night/scope/scope_diary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tools/night/scope/diary_link.h"

namespace nightstack::tools {
namespace {

using namespace device::dwarf;
using testing::ElementsAre;

TEST(ScopeDiary, WhatWasKeptIsKnownAgain) {
    std::vector<std::string> kept;
    {
        Diary diary({[&](std::string record) { kept.push_back(std::move(record)); }, {}});
        diary.calibrated();
        diary.about_capture("A\"\n", 20);
        diary.begun("A\"\n");
        diary.over("A\"\n", 12, true, "the scope restarted");
        diary.about_darks("D");
        diary.about_capture("B", 8);
    }
    const DiaryState state = Diary({{}, kept}).state();
    ASSERT_EQ(state.captures.size(), 2U);
    EXPECT_TRUE(state.calibrated);
    EXPECT_EQ(state.captures[0].name, "A\"\n");
    EXPECT_TRUE(state.captures[0].begun && state.captures[0].over && state.captures[0].certain);
    EXPECT_EQ(state.captures[1].count, 8);
    EXPECT_FALSE(state.captures[1].begun || state.captures[1].over);
    EXPECT_EQ(state.taken(), 12);
    for (const std::string& record : kept) EXPECT_EQ(record.find('\n'), std::string::npos) << "one line each";
}

TEST(ScopeDiary, RecordsOfNewerVersionsAreLeftAloneAndBrokenOnesRefused) {
    EXPECT_TRUE(Diary({{}, {R"({"scope":"weather","wind":3})"}}).state().empty());
    for (const char* broken :
         {"", "{", "[]", R"({"name":"x"})", R"({"scope":3})", R"({"scope":"about","what":"capture"})"})
        EXPECT_THROW(Diary({{}, {broken}}), FormatError) << broken;
}

// Writes down what goes out, in one list with the diary's records.
struct Wire final : ScopeLink {
    explicit Wire(std::vector<std::string>& list) : log(list) {}
    Reply ask(const Message& request, Milliseconds) override {
        log.push_back("sent " + std::to_string(request.interface()));
        if (silent) return {Reply::Fate::unknown, {}};
        return {Reply::Fate::answered, Message(request.interface()).set("code", code)};
    }
    std::optional<Event> next_event(Moment, const std::stop_token&) override { return {}; }
    std::optional<std::string> get(HttpPort, std::string_view, Milliseconds) override { return {}; }
    Moment now() const override { return {}; }
    std::vector<std::string>& log;
    int code = 0;
    bool silent = false;
};

const Message kCapture = Message(10011).set("name", "N").set("count", 5);

TEST(DiaryLink, TheRecordIsSafeBeforeTheCommandLeaves) {
    std::vector<std::string> log;
    Wire wire(log);
    Diary diary({[&](const std::string& record) { log.push_back(record); }, {}});
    DiaryLink link(wire, diary);
    link.ask(Message(10022), {});
    link.ask(kCapture, {});
    link.ask(Message(10026).set("name", "D"), {});
    EXPECT_THAT(log, ElementsAre("sent 10022", R"({"scope":"about","what":"capture","name":"N","count":5})",
                                 "sent 10011", R"({"scope":"begun","name":"N"})",
                                 R"({"scope":"about","what":"darks","name":"D"})", "sent 10026"));
}

TEST(DiaryLink, WhatTheScopeRefusedOrLeftUnansweredIsNotBegun) {
    std::vector<std::string> log;
    Wire wire(log);
    Diary diary({{}, {}});
    DiaryLink link(wire, diary);
    wire.code = -41;
    link.ask(kCapture, {});
    EXPECT_FALSE(diary.state().captures.at(0).begun);
    wire.silent = true;
    link.ask(kCapture, {});
    EXPECT_EQ(diary.state().captures.size(), 1U);
    EXPECT_FALSE(diary.state().captures.at(0).begun);
}

TEST(DiaryLink, WithoutARecordNothingIsSent) {
    std::vector<std::string> log;
    Wire wire(log);
    Diary diary({[](const std::string&) { throw IoError("disk full"); }, {}});
    DiaryLink link(wire, diary);
    EXPECT_THROW(link.ask(kCapture, {}), IoError);
    EXPECT_TRUE(log.empty());
    EXPECT_TRUE(diary.state().empty());
}

}  // namespace
}  // namespace nightstack::tools
