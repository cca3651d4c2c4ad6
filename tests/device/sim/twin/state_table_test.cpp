// SPDX-License-Identifier: MIT
// For each state of the scope: which calls it refuses, and by which code. 0 (or the first word of a
// progress) means taken; calls not named in a row behave as in the row "open".
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

const std::map<std::string, std::string> kCalls = {
    {"open", R"({"interface":10000,"camId":0,"binning":1})"},
    {"close", R"({"interface":10017,"camId":0})"},
    {"gain", R"({"interface":10005,"camId":0,"value":80})"},
    {"photo", R"({"interface":10006,"camId":0,"mode":0,"count":1})"},
    {"video", R"({"interface":10007,"camId":0})"},
    {"time_lapse", R"({"interface":10018,"camId":0,"interval":1,"outTime":1})"},
    {"raw", R"({"interface":10011,"camId":0,"exp":15,"gain":80,"binning":1,"count":9})"},
    {"darks", R"({"interface":10026,"camId":0,"binning":0,"darkGain":256,"darkExposure":5})"},
    {"focus", R"({"interface":10031,"camId":0})"},
    {"calibrate", "calibration"},
    {"goto", "goto"},
    {"track", R"({"interface":11200})"},
    {"panorama", R"({"interface":10103,"row":2,"col":2,"mStep1":1,"mStep2":1,"pulse1":100,"pulse2":100})"},
    {"motor", R"({"interface":10100,"id":2,"mode":2,"mStep":1,"speed":100,"direction":1,"pulse":5000})"},
    {"battery", R"({"interface":11003})"},
};

using Codes = std::map<std::string, std::int64_t>;

const Codes kOpen = {{"open", -1},      {"close", 0},    {"gain", 0},  {"photo", 0},        {"video", 0},
                     {"time_lapse", 0}, {"raw", 0},      {"darks", 0}, {"calibrate", 1000}, {"goto", -19},
                     {"track", 0},      {"panorama", 0}, {"motor", 0}, {"battery", 0}};

struct State {
    const char* name;
    std::function<void(Player&)> enter;
    Codes differs;
};

Codes all_tele(std::int64_t code) {
    Codes codes;
    for (const char* call :
         {"close", "photo", "video", "time_lapse", "raw", "darks", "focus", "calibrate", "goto", "track", "panorama"})
        codes[call] = code;
    return codes;
}

Codes with(Codes codes, const Codes& more) {
    for (const auto& [call, code] : more) codes[call] = code;
    return codes;
}

void begin(Player& p, const std::string& call) {
    p.open();
    EXPECT_EQ(p.code(kCalls.at(call)), 0);
}

const std::vector<State>& states() {
    static const std::vector<State> all = {
        {"closed", [](Player&) {}, with(all_tele(-2), {{"open", 0}, {"gain", -2}})},
        {"open", [](Player& p) { p.open(); }, {}},
        {"closing", [](Player& p) { begin(p, "close"); }, with(all_tele(-44), {{"open", -44}, {"gain", -44}})},
        {"photo",
         [](Player& p) {
             p.open();
             EXPECT_EQ(p.code(R"({"interface":10006,"camId":0,"mode":1,"count":99})"), 0);
         },
         all_tele(-4)},
        {"video", [](Player& p) { begin(p, "video"); }, all_tele(-3)},
        {"time lapse", [](Player& p) { begin(p, "time_lapse"); }, all_tele(-35)},
        {"raw", [](Player& p) { begin(p, "raw"); }, with(all_tele(-63), {{"gain", -63}})},
        {"darks", [](Player& p) { begin(p, "darks"); }, with(all_tele(-63), {{"gain", -63}})},
        {"panorama", [](Player& p) { begin(p, "panorama"); }, with(all_tele(-40), {{"panorama", -8}, {"motor", -40}})},
        {"astro focus",
         [](Player& p) {
             p.open();
             p.send(kCalls.at("focus"));
             p.pass_s(1);
         },
         all_tele(-47)},
        {"focus",
         [](Player& p) {
             p.open();
             p.send(R"({"interface":10211,"camId":0,"mode":0})");
             p.pass_s(1);
         },
         all_tele(-36)},
        {"calibrating",
         [](Player& p) {
             p.open();
             p.send(calibration_text(p));
             p.pass_s(1);
         },
         with(all_tele(-29), {{"motor", -29}})},
        {"calibrated", [](Player& p) { p.calibrate(); }, {{"goto", 1003}}},
        {"seeking",
         [](Player& p) {
             p.calibrate();
             p.send(goto_text(p));
             p.pass_s(1);
         },
         with(all_tele(-28), {{"motor", -28}})},
        {"astro tracking",
         [](Player& p) { p.track(); },
         {{"goto", 1003}, {"calibrate", -30}, {"panorama", -30}, {"motor", -30}}},
        {"astro stopping",
         [](Player& p) {
             p.track();
             p.ask(R"({"interface":11204,"camId":0})");
         },
         with(all_tele(-31), {{"motor", -31}})},
        {"tracker ready",
         [](Player& p) {
             begin(p, "track");
             p.pass_s(2);
         },
         {{"track", -14}}},
        {"tracker starting", [](Player& p) { begin(p, "track"); }, {{"track", -13}}},
        {"tracker tracking",
         [](Player& p) {
             begin(p, "track");
             p.pass_s(2);
             p.ask(R"({"interface":11201,"camId":0,"x":10,"y":10,"w":10,"h":10})");
         },
         {{"track", -15}, {"raw", -15}, {"calibrate", -15}, {"goto", -15}, {"panorama", -15}}},
        {"motor running",
         [](Player& p) { begin(p, "motor"); },
         {{"motor", -5}, {"calibrate", -5}, {"goto", -5}, {"panorama", -5}}},
        {"no card",
         [](Player& p) {
             p.open();
             p.twin.add_fault(R"({"name":"card.removed"})", p.now);
         },
         {{"photo", -23}, {"video", -23}, {"time_lapse", -23}, {"raw", -23}, {"panorama", -23}}},
        {"USB mode",
         [](Player& p) {
             p.open();
             EXPECT_EQ(p.code(R"({"interface":11408})"), 0);
         },
         {{"photo", -23}, {"video", -23}, {"time_lapse", -23}, {"raw", -23}, {"panorama", -23}}},
    };
    return all;
}

TEST(StateTable, WhatIsRefusedWhen) {
    for (const State& state : states()) {
        const Codes expected = with(kOpen, state.differs);
        for (const auto& [call, code] : expected) {
            SCOPED_TRACE(std::string(state.name) + ": " + call);
            Player p;
            state.enter(p);
            std::string text = kCalls.at(call);
            if (text == "calibration") text = calibration_text(p);
            if (text == "goto") text = goto_text(p);
            const auto answers = p.ask(text);
            ASSERT_FALSE(answers.empty());
            EXPECT_EQ(answers.front().integer("code"), code);
        }
    }
}

// A refusal leaves no trace: the state is the same as without the call.
TEST(StateTable, ARefusalChangesNothing) {
    for (const State& state : states()) {
        for (const auto& [call, code] : with(kOpen, state.differs)) {
            if (code >= 0 || call == "motor") continue;
            Player asked, quiet;
            state.enter(asked);
            state.enter(quiet);
            std::string text = kCalls.at(call);
            if (text == "calibration") text = calibration_text(asked);
            if (text == "goto") text = goto_text(asked);
            asked.ask(text);
            quiet.pass(SimTime(100));
            nlohmann::json a = asked.state(), q = quiet.state();
            a.erase("network");
            q.erase("network");
            EXPECT_EQ(a, q) << state.name << ": " << call;
        }
    }
}

}  // namespace
}  // namespace nightstack::device::sim::test
