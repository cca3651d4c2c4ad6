// SPDX-License-Identifier: MIT
// A whole evening as a real client spends it (dwarfium, September 2023), on virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

std::string raw_text(int count, double exposure_s = 15, int gain = 80, int binning = 1) {
    return R"({"interface":10011,"camId":0,"target":"NULL","RA":"09h45m51.10s","DEC":"+23°46'27.0","exp":)" +
           std::to_string(exposure_s) + R"(,"gain":)" + std::to_string(gain) + R"(,"binning":)" +
           std::to_string(binning) + R"(,"count":)" + std::to_string(count) +
           R"(,"name":"DWARF_RAW_20230901210500","overlayCount":1,"format":0})";
}

void say_time(Player& p) {
    std::string date = date_text(options().switched_on);
    date.replace(date.find(' '), 1, "%20");
    EXPECT_EQ(p.twin.get(HttpService::control, "/date?date=" + date, p.now).body, R"({"result":0})");
    EXPECT_EQ(p.twin.get(HttpService::control, "/timezone?timezone=Europe/Paris", p.now).body, R"({"result":0})");
    EXPECT_TRUE(p.at("/clock/set"));
    EXPECT_NEAR(p.at("/clock/error_s"), 0, 1);
    EXPECT_EQ(p.at("/clock/zone"), "Europe/Paris");
}

void preset(Player& p) {
    p.pass_s(1);
    EXPECT_EQ(p.code(R"({"interface":10000,"camId":0,"binning":1})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10004,"camId":0,"mode":1})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10001,"camId":0,"mode":1})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10005,"camId":0,"value":80})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10003,"camId":0,"value":1})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10203,"camId":0,"value":0})"), 0);
    EXPECT_EQ(p.at("/tele/gain"), 80);
    EXPECT_EQ(p.at("/tele/exposure_s"), 1.0);
}

TEST(Session, FromColdToFramesAndBack) {
    Player p;
    say_time(p);
    preset(p);

    p.send(calibration_text(p));
    const SimTime asked = p.now;
    ASSERT_TRUE(p.wait(11205, 1009, 300));
    EXPECT_GT(p.now - asked, SimTime(60'000)) << "solving several fields takes minutes";
    const auto steps = p.codes(11205);
    EXPECT_EQ(steps.front(), 1000);
    std::int64_t phase = 0;
    for (const dwarf::Message& m : p.heard) {
        if (m.interface() != 11205 || m.integer("code") != 1001) continue;
        EXPECT_EQ(m.integer("value"), ++phase);
    }
    EXPECT_GE(phase, 3);

    p.send(goto_text(p));
    ASSERT_TRUE(p.wait(11203, 1005, 120));
    EXPECT_THAT(p.codes(11203), testing::ElementsAre(1003, 1004, 1005));
    EXPECT_TRUE(p.at("/pointing/tracking"));
    EXPECT_NEAR(p.at("/pointing/altitude_deg"), 50, 0.5);

    EXPECT_EQ(p.code(raw_text(20)), 0);
    EXPECT_EQ(p.at("/working/photoState"), 3);
    EXPECT_TRUE(p.at("/raw/in_album"));
    p.pass_s(17);
    EXPECT_EQ(p.code(R"({"interface":10020,"camId":0,"source":0})"), 0);
    EXPECT_EQ(p.ask(R"({"interface":10216,"camId":0})").front().integer("value"), 0);
    p.pass_s(20 * 17.0);
    EXPECT_EQ(p.at("/working/photoState"), 0) << "idle again, and nobody said so";
    EXPECT_EQ(p.codes(10014).size(), 20U);
    EXPECT_EQ(p.heard.back().interface() == 10014 || p.heard.back().interface() == 10023, true);
    EXPECT_EQ(p.at("/sessions/raw_frames"), 20);

    EXPECT_EQ(p.code(R"({"interface":11204,"camId":0})"), -31);
    ASSERT_TRUE(p.wait(11204, 1008, 10));
    EXPECT_THAT(p.codes(11204), testing::ElementsAre(-31, 1007, 1008));
    EXPECT_FALSE(p.twin.shut_down());
    EXPECT_EQ(p.code(R"({"interface":11004})"), 0);
    p.pass_s(3);
    EXPECT_TRUE(p.twin.shut_down());
    EXPECT_EQ(p.raw.back().what, Outgoing::What::close);
    EXPECT_FALSE(p.twin.connect(p.now));
}

TEST(Session, ASocketThatGoesDoesNotEndACapture) {
    Player p;
    p.open();
    ASSERT_EQ(p.code(raw_text(5)), 0);
    p.twin.disconnect(p.me, p.now);
    p.pass_s(40);
    EXPECT_EQ(p.at("/raw/taken"), 2);
    const auto other = p.twin.connect(p.now);
    ASSERT_TRUE(other);
    p.me = *other;
    p.pass_s(60);
    EXPECT_FALSE(p.at("/raw/running"));
    EXPECT_EQ(p.codes(10014).size(), 3U) << "pushes go to whoever is there";
}

TEST(Session, StopNeedsTheCamera) {
    Player p;
    p.open();
    ASSERT_EQ(p.code(raw_text(5)), 0);
    EXPECT_TRUE(p.ask(R"({"interface":10015})").empty());
    EXPECT_TRUE(p.at("/raw/running"));
    EXPECT_EQ(p.code(R"({"interface":10015,"camId":0})"), 0);
    EXPECT_FALSE(p.at("/raw/running"));
    EXPECT_EQ(p.at("/tele/exposure_mode"), 0) << "the preview forgets its settings";
}

TEST(Session, CountsAreLostNowAndThenButGrow) {
    Player p(options("[[fault]]\nname = \"ws.noise_push\"\nprobability = 0\n", 3));
    p.open();
    ASSERT_EQ(p.code(raw_text(400, 1)), 0);
    p.pass_s(400 * 2.3);
    const auto lost = p.at("/network/lost_pushes").get<int>();
    EXPECT_GT(lost, 40);
    EXPECT_LT(lost, 120);
    std::int64_t taken = 0, stacked = 0;
    for (const dwarf::Message& m : p.heard) {
        if (m.interface() == 10014) {
            EXPECT_GT(m.integer("currentCount").value(), taken);
            EXPECT_EQ(m.integer("totalCount"), 400);
            taken = *m.integer("currentCount");
        }
        if (m.interface() == 10023) {
            EXPECT_GT(m.integer("stackedCount").value(), stacked);
            stacked = *m.integer("stackedCount");
            EXPECT_FALSE(m.find("currentCount"));
        }
    }
    EXPECT_GT(taken, 395);
    EXPECT_GT(stacked, 300);
    EXPECT_LE(stacked, taken);
}

TEST(Session, WhatARawNeeds) {
    Player p;
    EXPECT_EQ(p.code(raw_text(1)), -2);
    p.open();
    EXPECT_EQ(p.code(raw_text(1, 15, 80, 0)), -41) << "no darks at 1x1";
    EXPECT_EQ(p.code(raw_text(1, 15, 200)), -64);
    EXPECT_EQ(p.code(raw_text(1, 15, 85)), -64) << "between the gears";
    EXPECT_EQ(p.code(raw_text(1, 0.5)), -41);
    EXPECT_EQ(p.code(raw_text(1)), 0);
    EXPECT_EQ(p.code(raw_text(1)), -63);
    p.twin.add_fault(R"({"name":"card.removed"})", p.now);
    p.pass_s(20);
    EXPECT_FALSE(p.at("/raw/running"));
    EXPECT_EQ(p.code(raw_text(1)), -23);
    TwinOptions low = options();
    low.battery_percent = 5;
    Player q(low);
    q.open();
    EXPECT_EQ(q.code(raw_text(1)), -43);
}

TEST(Session, DarksOnceTakenAreThere) {
    Player p;
    p.open();
    const auto query = [&] { return p.ask(R"({"interface":10027,"camId":0,"binning":0})").front(); };
    EXPECT_EQ(query().integer("value"), 0);
    EXPECT_EQ(p.ask(R"({"interface":10027,"camId":0,"binning":1})").front().integer("value"), 65528);
    const std::string take =
        R"({"interface":10026,"camId":0,"count":10,"name":"DWARF_DARK_1","binning":0,"darkGain":3,"darkExposure":2})";
    EXPECT_EQ(p.code(take), 0);
    EXPECT_EQ(p.at("/working/photoState"), 4);
    EXPECT_EQ(p.code(raw_text(1)), -63);
    p.pass_s(2 * 10 * 3.2);
    EXPECT_EQ(p.at("/working/photoState"), 0);
    EXPECT_EQ(query().integer("value"), 3);
    EXPECT_EQ(p.code(raw_text(1, 2, 10, 0)), 0) << "now gain 10 is legal";
    p.pass_s(10);
    EXPECT_TRUE(p.ask(take).empty());
    EXPECT_EQ(p.heard.back().interface(), 11003) << "darks that exist are answered by a power message";
    // The same by its gear: 43 is 2 s, and three times that.
    for (const char* gear : {"43", "129"}) {
        EXPECT_TRUE(
            p.ask(R"({"interface":10026,"camId":0,"binning":0,"darkGain":3,"darkExp":)" + std::string(gear) + "}")
                .empty());
        EXPECT_EQ(p.heard.back().interface(), 11003) << gear;
    }
}

}  // namespace
}  // namespace nightstack::device::sim::test
