// SPDX-License-Identifier: MIT
// The charger, as the control plane plugs it in, and the battery.
#include "device/sim/twin/power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> pushed(const Player& p) {
    std::vector<std::int64_t> values;
    for (const dwarf::Message& m : p.heard) {
        if (m.interface() == 11011) values.push_back(m.integer("value").value_or(-1));
    }
    return values;
}

TEST(Power, AChargerIsPushedAndToldWhenAsked) {
    Player p;
    for (const int charging : {2, 1, 1, 0}) {
        p.twin.set_power("{\"charging\":" + std::to_string(charging) + "}", p.now);
        const auto told = p.ask(R"({"interface":11407})");
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told.front().integer("chargeState"), charging);
        EXPECT_EQ(p.at("/battery/charging"), charging);
    }
    EXPECT_THAT(pushed(p), ElementsAre(2, 1, 0)) << "what does not change is not pushed";
}

TEST(Power, TheBatteryRisesAndSinks) {
    Player p;
    const auto percent = [&] { return p.ask(R"({"interface":11003})").front().integer("value"); };
    p.twin.set_power(R"({"percent":50})", p.now);
    EXPECT_EQ(percent(), 50);
    EXPECT_TRUE(pushed(p).empty());
    p.pass_s(3600);
    EXPECT_EQ(percent(), 42);
    p.twin.set_power(R"({"charging":1})", p.now);
    p.pass_s(1800);
    EXPECT_EQ(percent(), 52);
    EXPECT_EQ(p.ask(R"({"interface":11407})").front().integer("ele"), 52);
    p.twin.set_power(R"({"charging":2})", p.now);
    p.pass_s(1800);
    EXPECT_EQ(percent(), 72);
    p.pass_s(7200);
    EXPECT_EQ(percent(), 100);
    p.twin.set_power(R"({"charging":0})", p.now);
    p.pass_s(3600);
    EXPECT_EQ(percent(), 92) << "from full, not from beyond";
    p.twin.set_power(R"({"charging":2,"percent":5})", p.now);
    p.open();
    EXPECT_EQ(p.code(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":9})"), -43);
}

TEST(Power, AnEmptyBatterySwitchesTheScopeOff) {
    Player p;
    p.twin.set_power(R"({"percent":8})", p.now);
    p.pass_s(3590);
    EXPECT_FALSE(p.twin.shut_down());
    p.twin.set_power(R"({"charging":1})", p.now);
    p.pass_s(3600);
    EXPECT_FALSE(p.twin.shut_down()) << "the cable came in time";
    p.twin.set_power(R"({"charging":0,"percent":4})", p.now);
    p.pass_s(1790);
    EXPECT_FALSE(p.twin.shut_down());
    p.pass_s(20);
    EXPECT_TRUE(p.twin.shut_down());
    EXPECT_FALSE(p.twin.connect(p.now));
    EXPECT_EQ(p.raw.back().what, Outgoing::What::close);
    Player empty;
    empty.twin.set_power(R"({"percent":0})", empty.now);
    empty.pass_s(1);
    EXPECT_TRUE(empty.twin.shut_down());
}

// A reboot on the way does not fill it.
TEST(Power, ABatteryIsEmptyAfterARebootToo) {
    Player p;
    p.twin.set_power(R"({"percent":8})", p.now);
    p.twin.add_fault(R"({"name":"reboot"})", p.now);
    p.pass_s(3610);
    EXPECT_TRUE(p.twin.shut_down());
}

TEST(Power, WhatCannotBeIsRefused) {
    Player p;
    for (const char* wrong : {"", "{", "[]", "3"}) EXPECT_THROW(p.twin.set_power(wrong, p.now), FormatError) << wrong;
    for (const char* wrong :
         {"{}", R"({"charging":3})", R"({"charging":-1})", R"({"charging":1.5})", R"({"charging":"1"})",
          R"({"charging":true})", R"({"percent":101})", R"({"percent":-0.1})", R"({"percent":null})", R"({"volt":5})",
          R"({"charging":1,"charging":2})", R"({"charging":1,"args":{"percent":5}})", R"({"args":{}})"})
        EXPECT_THROW(p.twin.set_power(wrong, p.now), OptionError) << wrong;
    EXPECT_EQ(p.at("/battery/percent"), 87);
    EXPECT_EQ(p.at("/battery/charging"), 0);
}

}  // namespace
}  // namespace nightstack::device::sim::test
