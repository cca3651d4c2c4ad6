// SPDX-License-Identifier: MIT
// What is accepted strikes: faults of answers also where the answer comes late and to every socket,
// and the number of strikes left is true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

using testing::ElementsAre;

void add(Player& p, const std::string& json) { p.twin.add_fault(json, p.now); }

// Of the fault entered last.
nlohmann::json left(Player& p) { return p.at("/faults").back().at("count_left"); }

SimTime last_at(const Player& p, int interface) {
    SimTime at{};
    for (std::size_t i = 0; i < p.heard.size(); ++i) {
        if (p.heard[i].interface() == interface) at = p.heard_at[i];
    }
    return at;
}

TEST(Strike, AGotosEndComesLateWhileItTracks) {
    Player p;
    p.calibrate();
    p.send(goto_text(p));
    ASSERT_TRUE(p.wait(11203, 1004, 60));
    add(p, R"({"name":"ws.late_reply","interface":11203,"count":1,"args":{"ms":60000}})");
    p.pass_s(30);
    EXPECT_EQ(p.at("/astro/state"), "tracking");
    EXPECT_THAT(p.codes(11203), ElementsAre(1003, 1004));
    p.pass_s(60);
    EXPECT_THAT(p.codes(11203), ElementsAre(1003, 1004, 1005));
    EXPECT_EQ(left(p), 0);
}

TEST(Strike, WhatIsLateIsNotOvertaken) {
    Player p;
    p.calibrate();
    add(p, R"({"name":"ws.late_reply","interface":11203,"count":1,"args":{"ms":100000}})");
    const SimTime asked = p.now;
    p.send(goto_text(p));
    p.pass_s(99);
    EXPECT_TRUE(p.codes(11203).empty());
    p.pass_s(2);
    EXPECT_THAT(p.codes(11203), ElementsAre(1003, 1004, 1005));
    EXPECT_EQ(last_at(p, 11203), asked + SimTime(100'020));
}

TEST(Strike, ACalibrationsWordsComeLate) {
    Player p;
    p.open();
    add(p, R"({"name":"ws.late_reply","interface":11205,"args":{"ms":600000}})");
    p.send(calibration_text(p));
    p.pass_s(300);
    EXPECT_TRUE(p.at("/astro/calibrated"));
    EXPECT_TRUE(p.codes(11205).empty());
    p.pass_s(600);
    EXPECT_EQ(p.codes(11205).front(), 1000);
    EXPECT_EQ(p.codes(11205).back(), 1009);
}

TEST(Strike, EveryWordOfLongCommandsCanComeTwice) {
    for (const char* request : {R"({"interface":10211,"camId":0,"mode":0})", R"({"interface":10031,"camId":0})"}) {
        Player p;
        p.open();
        const int number = dwarf::decode(request).interface();
        add(p, R"({"name":"ws.dup_reply","count":1,"interface":)" + std::to_string(number) + "}");
        p.send(request);
        p.pass_s(30);
        EXPECT_THAT(p.codes(number), ElementsAre(0, 0));
        EXPECT_EQ(left(p), 0) << request;
    }
    Player p;
    p.track();
    add(p, R"({"name":"ws.dup_reply","count":3,"interface":11204})");
    p.send(R"({"interface":11204,"camId":0})");
    p.pass_s(10);
    EXPECT_THAT(p.codes(11204), ElementsAre(-31, -31, 1007, 1007, 1008, 1008));
    EXPECT_EQ(left(p), 0);
}

TEST(Strike, FaultsWithoutANumberMeanThemToo) {
    Player p;
    p.open();
    add(p, R"({"name":"ws.dup_reply"})");
    add(p, R"({"name":"ws.late_reply","args":{"ms":9000}})");
    p.send(R"({"interface":10211,"camId":0,"mode":0})");
    p.pass_s(12);
    EXPECT_TRUE(p.codes(10211).empty()) << "late";
    p.pass_s(3);
    EXPECT_THAT(p.codes(10211), ElementsAre(0, 0)) << "and twice";
}

TEST(Strike, ACalibrationsLastWordComesLateUnnamed) {
    Player p;
    p.open();
    p.send(calibration_text(p));
    ASSERT_TRUE(p.wait(11205, 1001, 60));
    add(p, R"({"name":"ws.late_reply","args":{"ms":20000}})");
    while (p.at("/astro/state") != "idle") p.pass_s(1);
    p.pass_s(15);
    EXPECT_TRUE(p.at("/astro/calibrated"));
    EXPECT_NE(p.codes(11205).back(), 1009);
    p.pass_s(6);
    EXPECT_EQ(p.codes(11205).back(), 1009);
}

TEST(Strike, AnAnswerCanBeLostAndACountCanBeLateWhenNamed) {
    Player p;
    add(p, R"({"name":"ws.lose_push","interface":11409,"count":1})");
    EXPECT_TRUE(p.ask(R"({"interface":11409})").empty());
    EXPECT_EQ(left(p), 0);
    EXPECT_EQ(p.ask(R"({"interface":11409})").size(), 1U);
    p.open();
    add(p, R"({"name":"ws.late_reply","interface":10014,"count":1,"args":{"ms":60000}})");
    p.send(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":2})");
    p.pass_s(50);
    EXPECT_TRUE(p.codes(10014).empty());
    EXPECT_EQ(p.codes(10023).size(), 2U);
    p.pass_s(20);
    EXPECT_EQ(p.codes(10014).size(), 2U);
    EXPECT_EQ(left(p), 0);
}

TEST(Strike, AnIncidentWithoutOccasionHappensOnceAndSaysSo) {
    Player p;
    EXPECT_THROW(add(p, R"({"name":"net.drop","count":3})"), OptionError);
    EXPECT_THROW(Player(options("[[fault]]\nname = \"net.drop\"\nat = 3\ncount = 2\n")), OptionError);
    add(p, R"({"name":"net.drop","for_s":1,"count":1})");
    EXPECT_FALSE(p.twin.connect(p.now));
    EXPECT_EQ(left(p), 0);
    add(p, R"({"name":"reboot","at":60})");
    EXPECT_EQ(left(p), 1);
    p.pass_s(61);
    EXPECT_EQ(left(p), 0);
    EXPECT_EQ(p.at("/boots"), 2);
}

TEST(Strike, AnIncidentOfANumberHappensAsOftenAsTold) {
    Player p;
    add(p, R"({"name":"net.drop","for_s":1,"count":3,"interface":11003})");
    for (int i = 3; i > 0; --i) {
        EXPECT_EQ(left(p), i);
        p.send(R"({"interface":11003})");
        EXPECT_FALSE(p.twin.connect(p.now));
        p.pass_s(5);
        p.me = p.twin.connect(p.now).value();
    }
    EXPECT_EQ(left(p), 0);
    EXPECT_EQ(p.ask(R"({"interface":11003})").size(), 1U);
}

// `for_s` is how long its effect lasts, not how long it waits.
TEST(Strike, AnIncidentOfAFrameWaitsForIt) {
    Player p;
    add(p, R"({"name":"card.full","frame":2,"for_s":1})");
    p.pass_s(100);
    EXPECT_TRUE(p.at("/faults").back().at("active"));
}

}  // namespace
}  // namespace nightstack::device::sim::test
