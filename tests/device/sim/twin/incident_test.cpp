// SPDX-License-Identifier: MIT
// Incidents that overlap, what a loss of power leaves, and scopes that answer no ping.
#include <gtest/gtest.h>

#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

void add(Player& p, const std::string& json) { p.twin.add_fault(json, p.now); }
bool reachable(Player& p) { return p.twin.connect(p.now).has_value(); }

TEST(Overlap, TheScopeIsAwayAsLongAsTheLongest) {
    for (const bool reboot_first : {false, true}) {
        Player p;
        const std::string drop = R"({"name":"net.drop","for_s":1})", boot = R"({"name":"reboot","for_s":4})";
        add(p, reboot_first ? boot : drop);
        p.pass(SimTime(300));
        add(p, reboot_first ? drop : boot);
        p.pass(SimTime(1100));
        EXPECT_FALSE(reachable(p)) << "1.4 s";
        p.pass(SimTime(2500));
        EXPECT_FALSE(reachable(p)) << "3.9 s";
        p.pass(SimTime(200));
        EXPECT_EQ(reachable(p), reboot_first) << "4.1 s; four from 0.3 s on are not over";
        p.pass_s(1);
        EXPECT_TRUE(reachable(p));
    }
}

TEST(Overlap, ACardIsFullAsLongAsTheLongestAndThenAsBefore) {
    Player p;
    const auto room = [&] { return p.ask(R"({"interface":11405})").front().integer("avail"); };
    add(p, R"({"name":"card.full","for_s":10})");
    p.pass_s(2);
    add(p, R"({"name":"card.full","for_s":20})");
    add(p, R"({"name":"card.full","for_s":1})");
    EXPECT_EQ(p.at("/card/full"), true);
    p.pass_s(10);
    EXPECT_EQ(room(), 0);
    p.pass_s(11);
    EXPECT_EQ(room(), 51);
    EXPECT_EQ(p.at("/card/full"), false);
    add(p, R"({"name":"card.full"})");
    add(p, R"({"name":"card.full","for_s":1})");
    p.pass_s(2);
    EXPECT_EQ(room(), 0) << "the first has no end";
}

TEST(Overlap, ACardIsAwayAsLongAsTheLongest) {
    Player p;
    add(p, R"({"name":"card.removed","for_s":10})");
    add(p, R"({"name":"card.removed","for_s":2})");
    p.pass_s(5);
    EXPECT_FALSE(p.at("/card/present"));
    p.pass_s(6);
    EXPECT_TRUE(p.at("/card/present"));
}

TEST(Overlap, SilenceLastsAsLongAsTheLongest) {
    Player p;
    add(p, R"({"name":"ws.silent","for_s":10,"args":{"deaf":true}})");
    add(p, R"({"name":"ws.silent","for_s":20})");
    add(p, R"({"name":"ws.silent","for_s":1,"args":{"deaf":true}})");
    p.pass_s(5);
    p.ask(R"({"interface":11010})");
    EXPECT_EQ(p.at("/indicator"), 1) << "deaf for 10 s";
    p.pass_s(6);
    EXPECT_TRUE(p.ask(R"({"interface":11010})").empty());
    EXPECT_EQ(p.at("/indicator"), 0) << "silent, but it hears";
    p.pass_s(10);
    EXPECT_EQ(p.ask(R"({"interface":11009})").size(), 1U);
}

TEST(PowerLoss, TheCountsOfTheTwinsLifeStay) {
    Player p;
    p.open();
    EXPECT_EQ(p.code(R"({"interface":10006,"camId":0})"), 0);
    p.pass_s(1);
    EXPECT_EQ(p.code(R"({"interface":10006,"camId":1})"), 0);
    p.pass_s(1);
    EXPECT_EQ(p.code(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":9})"), 0);
    p.pass_s(5);
    const nlohmann::json before = p.at("/sessions");
    EXPECT_EQ(before.at("raw"), 1);
    EXPECT_EQ(before.at("raw_frames"), 2);
    EXPECT_EQ(before.at("photos"), 1);
    EXPECT_EQ(before.at("wide_photos"), 1);
    add(p, R"({"name":"reboot","for_s":1})");
    EXPECT_EQ(p.at("/sessions"), before);
    EXPECT_EQ(p.at("/raw/taken"), 0) << "but nothing goes on";
    EXPECT_EQ(p.at("/activity"), "none");
}

TEST(Silent, PingsAreAnsweredUnlessToldOtherwise) {
    Player p;
    const auto pong = [&] { return p.twin.pong(p.me, "abcd", p.now); };
    add(p, R"({"name":"ws.silent","for_s":5})");
    EXPECT_EQ(pong(), "");
    for (const char* args : {R"({"deaf":true})", R"({"pongs":false})"}) {
        add(p, R"({"name":"ws.silent","for_s":5,"args":)" + std::string(args) + "}");
        EXPECT_EQ(pong(), std::nullopt) << args;
        p.pass_s(5);
        EXPECT_EQ(pong(), "") << args;
    }
    EXPECT_EQ(p.twin.pong(77, "abcd", p.now), std::nullopt) << "who is that";
}

TEST(WidePhoto, WaitsForItsCameraAndForWhatGoesOn) {
    Player p;
    const std::string photo = R"({"interface":10006,"camId":1,"mode":1,"count":3})";
    EXPECT_EQ(p.code(photo), -2);
    p.open();
    EXPECT_EQ(p.code(photo), 0);
    EXPECT_EQ(p.at("/working/photoState"), 0) << "10022 speaks of the tele camera";
    EXPECT_EQ(p.code(photo), -4);
    EXPECT_EQ(p.code(R"({"interface":10017,"camId":1})"), -4);
    p.pass_s(3);
    EXPECT_EQ(p.at("/sessions/wide_photos"), 3);
    EXPECT_EQ(p.at("/sessions/photos"), 0);
    add(p, R"({"name":"card.full"})");
    EXPECT_EQ(p.code(photo), -23);
    EXPECT_TRUE(p.ask(R"({"interface":10006,"camId":2})").empty());
}

TEST(FirmwareV2, WhatTheOldFirmwareStillHadToSayIsNotSaid) {
    Player p;
    p.open();
    p.send(R"({"interface":10211,"camId":0,"mode":0})");
    p.pass_s(1);
    add(p, R"({"name":"firmware.v2"})");
    p.me = p.twin.connect(p.now).value();
    p.pass_s(10);
    EXPECT_TRUE(p.codes(10211).empty());
}

}  // namespace
}  // namespace nightstack::device::sim::test
