// SPDX-License-Identifier: MIT
// Focus, motors, tracking boxes, panorama, lights, HTTP, firmware 2.x: what goes beyond one answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/sim/twin/v2_packet.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

TEST(Focus, FindsSmallStars) {
    Player p;
    p.open();
    const double before = p.at("/focus/fwhm_px");
    EXPECT_GT(before, 4);
    p.send(R"({"interface":10211,"camId":0,"mode":0})");
    ASSERT_TRUE(p.wait(10211, 0, 10));
    const double normal = p.at("/focus/fwhm_px");
    EXPECT_LT(normal, 2.6);
    p.send(R"({"interface":10031,"camId":0})");
    ASSERT_TRUE(p.wait(10031, 0, 30));
    EXPECT_LT(p.at("/focus/fwhm_px"), 2.41);
}

TEST(Focus, CanFail) {
    Player p;
    p.open();
    EXPECT_EQ(p.code(R"({"interface":10001,"camId":0,"mode":1})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10003,"camId":0,"value":0.001})"), 0);
    p.send(R"({"interface":10031,"camId":0})");
    EXPECT_TRUE(p.wait(10031, -55, 30)) << "no star in a millisecond";
    EXPECT_EQ(p.code(R"({"interface":10003,"camId":0,"value":1})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":3,"mode":1,"mStep":8,"speed":2000,"direction":1})"), 0);
    p.pass_s(20);
    p.send(R"({"interface":10031,"camId":0})");
    EXPECT_TRUE(p.wait(10031, -56, 30)) << "no star in such a blur";
}

TEST(Focus, ByHand) {
    Player p;
    const double before = p.at("/motors/focus/position");
    const double soft = p.at("/focus/fwhm_px");
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(
            p.code(
                R"({"interface":10100,"id":3,"mode":2,"mStep":1,"speed":305,"direction":0,"pulse":1,"accelStep":0})"),
            0);
    }
    EXPECT_NEAR(p.at("/motors/focus/position"), before + 20, 0.1);
    EXPECT_NE(p.at("/focus/fwhm_px"), soft);
}

TEST(Motors, RunToTheirLimitsAndSaySo) {
    Player p;
    const char* up = R"({"interface":10100,"id":2,"mode":1,"mStep":1,"speed":1000,"direction":1})";
    EXPECT_EQ(p.code(up), 0);
    p.pass_s(3);
    EXPECT_NEAR(p.at("/motors/pitch/position"), 3.1 * 12.5, 0.5);
    p.pass_s(6);
    ASSERT_EQ(p.codes(10100).back(), -22);
    EXPECT_EQ(p.heard.back().integer("limit"), 1);
    EXPECT_EQ(p.heard.back().integer("motorId"), 2);
    EXPECT_EQ(p.at("/motors/pitch/limit"), 1);
    EXPECT_FALSE(p.at("/motors/pitch/running"));
    p.heard.clear();
    const auto again = p.ask(up);
    ASSERT_EQ(again.size(), 2U) << "taken, and at the limit at once";
    EXPECT_EQ(again.back().integer("code"), -22);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":2,"mode":1,"mStep":1,"speed":1000,"direction":0})"), 0);
    p.pass_s(12);
    EXPECT_EQ(p.heard.back().integer("limit"), 0);
}

TEST(Motors, PulsesHaveAnEnd) {
    Player p;
    const double before = p.at("/pointing/azimuth_deg");
    EXPECT_EQ(p.code(R"({"interface":10100,"id":1,"mode":2,"mStep":8,"speed":1600,"direction":1,"pulse":3200})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":1,"mode":2,"mStep":8,"speed":1600,"direction":1,"pulse":3200})"), -5);
    p.pass_s(3);
    EXPECT_FALSE(p.at("/motors/spin/running"));
    EXPECT_NEAR(p.at("/pointing/azimuth_deg").get<double>() - before, 5, 0.01);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":1,"mode":2,"mStep":1,"speed":100,"direction":1,"pulse":1})"), -7);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":1,"mode":2,"mStep":64,"speed":100,"direction":1,"pulse":4})"), -7);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1001,"direction":1})"), -7);
    EXPECT_TRUE(p.ask(R"({"interface":10100,"id":4,"mode":1,"mStep":1,"speed":10})").empty());
    EXPECT_TRUE(p.ask(R"({"interface":10100})").empty());
}

TEST(Tracker, TheBoxMoves) {
    Player p;
    p.open();
    EXPECT_EQ(p.code(R"({"interface":11201,"camId":0,"x":100,"y":200,"w":50,"h":60})"), -12);
    EXPECT_EQ(p.code(R"({"interface":11200})"), 0);
    p.pass_s(2);
    EXPECT_EQ(p.code(R"({"interface":11201,"camId":0,"x":1900,"y":200,"w":50,"h":60})"), -34) << "not in the picture";
    p.send(R"({"interface":11201,"camId":0,"x":100,"y":200,"w":50,"h":60})");
    p.heard.clear();
    p.pass_s(120);
    ASSERT_GT(p.heard.size(), 500U);
    for (const dwarf::Message& m : p.heard) {
        ASSERT_EQ(m.interface(), 11201);
        ASSERT_GE(m.integer("x").value(), 0);
        ASSERT_LE(m.integer("x").value() + m.integer("w").value(), 1920);
        ASSERT_GE(m.integer("y").value(), 0);
        ASSERT_LE(m.integer("y").value() + m.integer("h").value(), 1080);
    }
    EXPECT_NE(p.heard.front().integer("x"), p.heard.back().integer("x"));
    EXPECT_EQ(p.code(R"({"interface":11202,"camId":0})"), 0);
    p.heard.clear();
    p.pass_s(10);
    EXPECT_TRUE(p.heard.empty());
}

std::string panorama(int rows, int columns, int pulse1, int pulse2) {
    return R"({"interface":10103,"row":)" + std::to_string(rows) + R"(,"col":)" + std::to_string(columns) +
           R"(,"mStep1":1,"mStep2":1,"speed1":100,"speed2":100,"pulse1":)" + std::to_string(pulse1) + R"(,"pulse2":)" +
           std::to_string(pulse2) + "}";
}

TEST(Panorama, RunsItsGridAndComesBack) {
    Player p;
    p.open();
    const nlohmann::json before = p.at("/pointing/azimuth_deg");
    EXPECT_EQ(p.code(panorama(3, 4, 160, 160)), 0);
    EXPECT_EQ(p.at("/working/photoState"), 2);
    EXPECT_NE(p.at("/pointing/azimuth_deg"), before);
    p.pass_s(37);
    EXPECT_EQ(p.at("/working/photoState"), 0);
    EXPECT_EQ(p.at("/sessions/panoramas"), 1);
    EXPECT_EQ(p.at("/pointing/azimuth_deg"), before);
}

TEST(Panorama, WhatCannotBeReached) {
    Player p;
    p.open();
    EXPECT_EQ(p.code(panorama(1, 60, 1600, 160)), -49);
    EXPECT_EQ(p.code(panorama(30, 1, 160, 1600)), -50);
    EXPECT_EQ(p.code(panorama(3, 1, 160, 1600)), -54) << "the pitch motor starts at 0, its end is at -15";
    EXPECT_EQ(p.code(panorama(3, 3, 1, 160)), -7);
    const auto turn = [&](int id, int direction, int seconds) {
        p.ask(R"({"interface":10100,"id":)" + std::to_string(id) + R"(,"mode":1,"mStep":1,"speed":1000,"direction":)" +
              std::to_string(direction) + "}");
        p.pass_s(seconds);
        p.ask(R"({"interface":10101,"id":)" + std::to_string(id) + "}");
    };
    turn(1, 1, 20);
    EXPECT_EQ(p.code(panorama(1, 3, 1600, 160)), -51);
    turn(1, 0, 40);
    EXPECT_EQ(p.code(panorama(1, 3, 1600, 160)), -52);
    turn(1, 1, 14);
    turn(2, 1, 20);
    EXPECT_EQ(p.code(panorama(3, 1, 160, 1600)), -53);
    p.ask(R"({"interface":10100,"id":2,"mode":1,"mStep":1,"speed":1000,"direction":0})");
    p.twin.add_fault(R"({"name":"reboot","for_s":1})", p.now);
    p.pass_s(2);
    p.me = p.twin.connect(p.now).value();
    p.open();
    EXPECT_EQ(p.code(panorama(2, 2, 160, 160)), -48) << "the power went while it turned";
}

TEST(Http, TimeAndZone) {
    Player p;
    const auto body = [&](HttpService s, const char* target) { return p.twin.get(s, target, p.now).body; };
    EXPECT_EQ(body(HttpService::control, "/date?date=2023-09-01%2021:05:00"), R"({"result":0})");
    EXPECT_NEAR(p.at("/clock/error_s"), 300, 1);
    EXPECT_EQ(body(HttpService::control, "/date?date=2023-09-01 21:05:00"), R"({"result":0})") << "a plain blank";
    for (const char* bad :
         {"/date", "/date?date=", "/date?date=2023-13-01%2021:05:00", "/date?date=2023-02-30%2021:05:00",
          "/date?date=2023-09-01T21:05:00", "/date?date=99999-09-01%2021:05:0", "/date?date=%", "/date?date=%zz",
          "/timezone", "/timezone?timezone=../..%00", "/timezone?timezone="})
        EXPECT_EQ(body(HttpService::control, bad), R"({"result":-1})") << bad;
    EXPECT_EQ(p.twin.get(HttpService::control, "/dates", p.now).status, 404);
    EXPECT_EQ(p.twin.get(HttpService::control, "/" + std::string(5000, 'x'), p.now).status, 414);
    EXPECT_EQ(body(HttpService::version, "/get_version"), R"({"result":"1.5.2"})");
    EXPECT_EQ(body(HttpService::version, "/update?version=1.3.20"), R"({"result":-2})");
    EXPECT_EQ(body(HttpService::version, "/get_version"), R"({"result":"1.5.2"})");
}

TEST(PersonaV2, SpeaksBinaryOnly) {
    TwinOptions o = options();
    o.persona = Persona::v2;
    o.firmware = "2.1.6";
    Player p(o);
    p.send(R"({"interface":11410})");
    p.send("ping");
    p.send(write_v2({1, 10'000, 0, "abc", "me"}), true);
    p.send(write_v2({1, 10'000, 1, "a response is no request", "me"}), true);
    p.send("\xFF\xFF\xFF", true);
    p.pass_s(10);
    EXPECT_TRUE(p.heard.empty());
    ASSERT_EQ(p.raw.size(), 3U);
    EXPECT_EQ(p.raw[0].bytes, "pong");
    EXPECT_EQ(p.raw[1].what, Outgoing::What::binary);
    const auto reply = read_v2(p.raw[1].bytes);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->command, 10'000U);
    EXPECT_EQ(reply->type, 1U);
    EXPECT_EQ(reply->client, "me");
    EXPECT_EQ(read_v2(p.raw[2].bytes)->type, 2U) << "a first word, unasked";
    EXPECT_EQ(p.twin.get(HttpService::version, "/get_version", p.now).body, R"({"result":"2.1.6"})");
    EXPECT_EQ(p.twin.get(HttpService::control, "/timezone?timezone=UTC", p.now).body, R"({"result":0})");
}

TEST(Events, AreNumberedAndBounded) {
    Player p;
    p.ask(R"({"interface":11003})");
    const auto all = nlohmann::json::parse(p.twin.events_json(0));
    ASSERT_EQ(all.at("events").size(), 3U);
    EXPECT_EQ(all.at("events")[1].at("kind"), "received");
    EXPECT_EQ(all.at("events")[2].at("kind"), "sent");
    EXPECT_EQ(nlohmann::json::parse(p.twin.events_json(2)).at("events").size(), 1U);
    for (int i = 0; i < 2000; ++i) p.ask(R"({"interface":11003})");
    const auto kept = nlohmann::json::parse(p.twin.events_json(0)).at("events");
    EXPECT_EQ(kept.size(), 2000U);
    EXPECT_EQ(kept.back().at("seq"), 4003);
}

TEST(Twin, TheSameSeedSaysTheSame) {
    std::vector<std::string> said;
    for (int i = 0; i < 2; ++i) {
        Player p(options("", 77));
        p.track();
        p.send(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":50})");
        p.pass_s(200);
        std::string all;
        for (const Outgoing& out : p.raw) all += out.bytes;
        said.push_back(all + p.twin.state_json(p.now));
    }
    EXPECT_EQ(said[0], said[1]);
}

// In the API text's range; the motor stands then, and is still on its way.
TEST(Motors, SlowedDownToNothingAndOn) {
    Player p;
    ASSERT_EQ(p.code(R"({"interface":10100,"id":2,"mode":2,"mStep":1,"speed":1000,"direction":1,"pulse":2400})"), 0);
    p.pass_s(0.9);
    EXPECT_EQ(p.code(R"({"interface":10107,"id":2,"speed":0,"accelStep":0,"trend":0})"), 0);
    const double stands = p.at("/pointing/altitude_deg");
    p.pass_s(3600);
    EXPECT_NEAR(p.at("/pointing/altitude_deg"), stands, 1e-9);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":2,"mode":2,"mStep":1,"speed":1000,"direction":1,"pulse":10})"), -5);
    EXPECT_EQ(p.code(R"({"interface":10107,"id":2,"speed":0,"accelStep":0,"trend":0})"), 0);
    EXPECT_EQ(p.code(R"({"interface":10107,"id":2,"speed":1000,"accelStep":0,"trend":1})"), 0);
    p.pass_s(5);
    EXPECT_NEAR(p.at("/pointing/altitude_deg").get<double>(), 2400 * 0.0125, 0.05)
        << "all the pulses that were asked for";
    EXPECT_EQ(p.code(R"({"interface":10107,"id":2,"speed":0})"), -6) << "it has arrived";
}

TEST(Raw, ATargetIsCutBetweenCharacters) {
    Player p;
    p.open();
    std::string target(99, 'x');
    target += "\xC3\xA9";  // one character, of which one byte has room
    ASSERT_EQ(
        p.code(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":1,"target":")" + target + "\"}"),
        0);
    EXPECT_EQ(p.at("/raw/target"), std::string(99, 'x'));
}

}  // namespace
}  // namespace nightstack::device::sim::test
