// SPDX-License-Identifier: MIT
// Bytes of any kind: no crash, nothing said that is no message, memory flat.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>

#include "device/dwarf/protocol/interface_table.h"
#include "device/sim/twin/random.h"
#include "device/sim/twin/v2_packet.h"
#include "tests/device/sim/twin/fuzz_twin.h"
#include "tests/device/sim/twin/player.h"
#include "tests/support/own_memory.h"
#include "tests/support/soak.h"

namespace nightstack::device::sim::test {
namespace {

const std::vector<std::string>& requests() {
    static const std::vector<std::string> all = {
        R"({"interface":10000,"camId":0,"binning":1})",
        R"({"interface":10017,"camId":0})",
        R"({"interface":10006,"camId":0,"mode":0,"count":1,"name":"DWARF_1"})",
        R"({"interface":10018,"camId":0,"interval":5,"outTime":60,"name":"DWARF_TL_1"})",
        R"({"interface":10003,"camId":0,"value":15})",
        R"({"interface":10011,"camId":0,"target":"NULL","RA":"09h45m51.10s","DEC":"+23","exp":1,"gain":80,"binning":1,"count":9,"name":"DWARF_RAW_1","overlayCount":1,"format":0})",
        R"({"interface":10015,"camId":0})",
        R"({"interface":10026,"camId":0,"count":40,"name":"DWARF_DARK_1","binning":0,"darkGain":65528,"darkExposure":15})",
        R"({"interface":11205,"camId":0,"lon":-9.0,"lat":48.0,"date":"2023-09-01 21:00:00","path":"DWARF_GOTO_1"})",
        R"({"interface":11203,"camId":0,"lon":-9.0,"lat":48.0,"date":"2023-09-01 21:00:00","ra":0.7,"dec":41.2})",
        R"({"interface":11204,"camId":0})",
        R"({"interface":11201,"camId":0,"x":100,"y":200,"w":50,"h":60})",
        R"({"interface":11200})",
        R"({"interface":10103,"row":3,"col":3,"mStep1":64,"mStep2":64,"speed1":10,"speed2":10,"pulse1":64,"pulse2":64,"imgPath":"x"})",
        R"({"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1000,"accelStep":20,"direction":0,"pulse":2})",
        R"({"interface":10107,"id":1,"speed":500,"accelStep":1,"trend":0})",
        R"({"interface":11000,"mode":96,"hue":10,"saturation":20,"value":30,"cycleFlag":1})",
    };
    return all;
}

// One to four bites: a byte changed, cut, doubled, a number blown up, a piece of another request.
std::string damaged(Random& random) {
    std::string text = requests()[static_cast<std::size_t>(random.below(static_cast<int>(requests().size())))];
    const char* numbers[] = {"-1",   "1e308", "9223372036854775807", "-0.0", "1e-320", "null", "[1]", "{\"a\":{}}",
                             "\"\"", "true",  "99999999999999999999"};
    for (int bites = 1 + random.below(4); bites > 0 && !text.empty(); --bites) {
        const auto at = static_cast<std::size_t>(random.below(static_cast<int>(text.size())));
        switch (random.below(5)) {
            case 0: text[at] = static_cast<char>(random.below(256)); break;
            case 1: text.erase(at, 1 + static_cast<std::size_t>(random.below(8))); break;
            case 2: text.insert(at, text.substr(at, 1 + static_cast<std::size_t>(random.below(20)))); break;
            case 3: {
                const auto digit = text.find_first_of("0123456789", at);
                if (digit == std::string::npos) break;
                const auto end = text.find_first_not_of("0123456789.", digit);
                text.replace(digit, end - digit, numbers[random.below(static_cast<int>(std::size(numbers)))]);
                break;
            }
            default: text += requests()[static_cast<std::size_t>(random.below(static_cast<int>(requests().size())))];
        }
    }
    return text;
}

TEST(Hostile, DamagedRequests) {
    Random random(20'230'901);
    Player p(options("", 9));
    const int rounds = nightstack::test::soaked(20'000);
    for (int i = 0; i < rounds; ++i) {
        p.send(damaged(random), random.below(50) == 0);
        p.pass(SimTime(random.below(2000)));
        if (!p.twin.connect(p.now)) p.pass_s(1);
        if (p.twin.shut_down()) p = Player(options("", 9 + static_cast<std::uint64_t>(i)));
        p.heard.clear();
        p.heard_at.clear();
        p.raw.clear();
    }
    EXPECT_GT(p.now, SimTime(1000));
    EXPECT_LT(p.twin.state_json(p.now).size(), 64U * 1024);
    EXPECT_LT(p.twin.events_json(0).size(), 4U << 20);
}

TEST(Hostile, FuzzEntry) {
    Random random(7);
    for (int i = 0; i < nightstack::test::soaked(1500); ++i) {
        std::string bytes(1, static_cast<char>(random.below(256)));
        for (int lines = 1 + random.below(12); lines > 0; --lines) bytes += damaged(random) + "\n";
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
    LLVMFuzzerTestOneInput(nullptr, 0);
}

TEST(Hostile, BytesThatAreNoMessage) {
    Player p;
    const std::string deep(100'000, '[');
    for (const std::string& bytes :
         {std::string(), std::string("ping"), std::string("{"), std::string("[]"), std::string("null"), deep,
          std::string(1 << 20, 'x'), std::string("{\"interface\":") + deep, std::string(R"({"Interface":11003})"),
          std::string(R"({"interface":"11003"})"), std::string(R"({"interface":11003,"interface":11004})"),
          std::string("\xFF\xFE\x00\x01", 4), std::string(R"({"interface":11003.5})"),
          std::string(R"({"interface":-1})"), "{\"interface\":11003,\"a\":\"" + std::string(70'000, 'a') + "\"}"}) {
        p.send(bytes);
        p.send(bytes, true);
        p.pass(SimTime(100));
    }
    EXPECT_TRUE(p.raw.empty());
    EXPECT_EQ(p.ask(R"({"interface":11003})").size(), 1U) << "and it still listens";
}

TEST(Hostile, TextsAreEscapedInLogAndState) {
    Player p;
    p.open();
    p.ask(
        "{\"interface\":10011,\"camId\":0,\"exp\":1,\"gain\":80,\"target\":\"\\u001b[2Jx\\u0000\",\"name\":\"a/../"
        "b\"}");
    EXPECT_EQ(p.at("/raw/name").get<std::string>().find('/'), std::string::npos);
    EXPECT_EQ(p.twin.events_json(0).find('\x1b'), std::string::npos);
    EXPECT_EQ(p.twin.state_json(p.now).find('\x1b'), std::string::npos);
}

// Nobody takes what the twin says, a thousand times more is said than kept.
TEST(Hostile, NobodyTakes) {
    Player p;
    for (int i = 0; i < 50'000; ++i) {
        p.send(R"({"interface":11003})");
        if (i % 100 == 0) p.now += SimTime(50);
    }
    EXPECT_LE(p.twin.take(p.now + SimTime(1000)).size(), 10'000U);
    EXPECT_GT(p.at("/network/overflowed"), 0);
}

// A standing clock and large binary frames, each of which comes back.
TEST(Hostile, WhatWaitsIsLimitedInBytes) {
    TwinOptions o = options();
    o.persona = Persona::v2;
    Player p(o);
    const std::string frame = write_v2({1, 10'000, 0, "", std::string(60'000, 'x')});
    const auto say = [&] {
        for (int i = 0; i < 1000; ++i) p.send(frame, true);
    };
    say();
    p.now += SimTime(1000);
    say();
    p.now += SimTime(1000);
    std::size_t bytes = 0;
    for (const Outgoing& out : p.twin.take(p.now)) bytes += out.bytes.size();
    EXPECT_GT(bytes, 7U << 20);
    EXPECT_LE(bytes, 8U << 20);
    EXPECT_GT(p.at("/network/overflowed"), 1800);
    p.send(frame, true);
    p.twin.add_fault(R"({"name":"reboot","for_s":1})", p.now);
    p.pass_s(2);
    p.me = p.twin.connect(p.now).value();
    p.raw.clear();
    for (int i = 0; i < 100; ++i) p.send(frame, true);
    p.pass_s(1);
    EXPECT_EQ(p.raw.size(), 101U) << "there is room again; the first word and a hundred answers";
}

TEST(Hostile, ClientsAreLimited) {
    Player p;
    int taken = 0;
    for (int i = 0; i < 1000; ++i) taken += p.twin.connect(p.now) ? 1 : 0;
    EXPECT_EQ(taken, 31);
    p.twin.disconnect(p.me, p.now);
    p.twin.disconnect(p.me, p.now);
    p.twin.disconnect(-5, p.now);
    EXPECT_TRUE(p.twin.connect(p.now));
    p.send(R"({"interface":11003})");
    p.pass_s(1);
    EXPECT_TRUE(p.heard.empty()) << "who has left is not heard";
}

std::size_t in_use() { return mallinfo2().uordblks; }

TEST(Hostile, TenThousandCommandsFlatMemory) {
    Player p(options("", 4));
    const auto night = [&](int commands) {
        for (int i = 0; i < commands; ++i) {
            p.send(requests()[static_cast<std::size_t>(i) % requests().size()]);
            p.pass(SimTime(700));
            p.heard.clear();
            p.heard_at.clear();
            p.raw.clear();
        }
    };
    night(2'000);  // the log fills
    const std::size_t before = in_use();
    night(10'000);
    if (nightstack::test::memory_is_ours()) {
        EXPECT_LT(in_use(), before + 64 * 1024);
    }
}

}  // namespace
}  // namespace nightstack::device::sim::test
