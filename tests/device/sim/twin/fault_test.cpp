// SPDX-License-Identifier: MIT
// Each fault, as a client sees it, and scenario files that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

using What = Outgoing::What;

std::string scenario(const std::string& fault) { return std::string(kQuiet) + "[[fault]]\n" + fault; }

constexpr const char* kRaw = R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":9})";

TEST(Fault, LosePush) {
    Player p(options("[[fault]]\nname = \"ws.noise_push\"\nprobability = 0\n[[fault]]\nname = \"ws.lose_push\"\n"));
    p.open();
    EXPECT_EQ(p.code(kRaw), 0);
    p.pass_s(30);
    EXPECT_LE(p.codes(10014).size(), 1U) << "none but perhaps the last";
    EXPECT_TRUE(p.codes(10023).size() <= 1);
    EXPECT_EQ(p.at("/raw/taken"), 9);
}

TEST(Fault, LosePushOfAFrame) {
    Player p(options(std::string("[[fault]]\nname = \"ws.noise_push\"\nprobability = 0\n[[fault]]\n") +
                     "name = \"ws.lose_push\"\nframe = 3\n"));
    p.open();
    EXPECT_EQ(p.code(kRaw), 0);
    p.pass_s(30);
    std::vector<std::int64_t> counts;
    for (const dwarf::Message& m : p.heard) {
        if (m.interface() == 10014) counts.push_back(m.integer("currentCount").value());
    }
    EXPECT_THAT(counts, testing::ElementsAre(1, 2, 4, 5, 6, 7, 8, 9));
}

TEST(Fault, LosePushOfANumber) {
    Player p(options(scenario("name = \"ws.lose_push\"\ninterface = 11205\ncount = 1\n")));
    p.open();
    p.send(calibration_text(p));
    ASSERT_TRUE(p.wait(11205, 1009, 300));
    EXPECT_EQ(p.codes(11205).front(), 1001) << "the first word, 1000, is lost";
}

TEST(Fault, DupReply) {
    Player p(options(scenario("name = \"ws.dup_reply\"\ninterface = 11409\ncount = 1\n")));
    EXPECT_EQ(p.ask(R"({"interface":11409})").size(), 2U);
    EXPECT_EQ(p.ask(R"({"interface":11409})").size(), 1U);
}

TEST(Fault, LateReply) {
    Player p(options(scenario("name = \"ws.late_reply\"\nat = 1\nfor_s = 5\nargs = {ms = 4000}\n")));
    EXPECT_EQ(p.ask(R"({"interface":11003})").size(), 1U);
    p.pass_s(2);
    EXPECT_TRUE(p.ask(R"({"interface":11003})").empty());
    p.pass_s(4);
    EXPECT_EQ(p.codes(11003).size(), 2U);
    EXPECT_EQ(p.ask(R"({"interface":11003})").size(), 1U) << "over";
}

TEST(Fault, NoisePush) {
    Player p(options("[[fault]]\nname = \"ws.noise_push\"\n"));
    p.ask(R"({"interface":11409})");
    ASSERT_EQ(p.heard.size(), 2U);
    EXPECT_TRUE(p.heard[0].interface() == 11003 || p.heard[0].interface() == 11011) << "before the answer";
    EXPECT_EQ(p.heard[1].interface(), 11409);
    Player q(options("[[fault]]\nname = \"ws.noise_push\"\nargs = {interface = 10000, code = -99}\n"));
    EXPECT_EQ(q.ask(R"({"interface":10000,"camId":0})").front().integer("code"), -99) << "a code nobody knows";
}

TEST(Fault, NoiseAndLossesAreThereUntold) {
    Player p(options("", 5));
    int noise = 0;
    for (int i = 0; i < 300; ++i) p.ask(R"({"interface":11409})");
    for (const dwarf::Message& m : p.heard) noise += m.interface() != 11409 ? 1 : 0;
    EXPECT_GT(noise, 30);
    EXPECT_LT(noise, 100);
}

TEST(Fault, Close) {
    for (const bool drop : {false, true}) {
        Player p(options(scenario("name = \"ws.close\"\ninterface = 10011\n" +
                                  std::string(drop ? "args = {how = \"drop\"}\n" : ""))));
        const auto other = p.twin.connect(p.now);
        p.open();
        EXPECT_TRUE(p.ask(kRaw).empty());
        ASSERT_FALSE(p.raw.empty());
        EXPECT_EQ(p.raw.back().what, drop ? What::drop : What::close);
        EXPECT_EQ(p.raw.back().to, p.me);
        EXPECT_TRUE(p.at("/raw/running")) << "the command was carried out, its answer is lost";
        EXPECT_EQ(p.at("/network/clients").size(), 1U);
        EXPECT_TRUE(other);
    }
}

TEST(Fault, Silent) {
    Player p(options(scenario("name = \"ws.silent\"\nat = 10\nfor_s = 20\n")));
    EXPECT_EQ(p.ask(R"({"interface":11003})").size(), 1U);
    p.pass_s(10);
    EXPECT_TRUE(p.ask(R"({"interface":11010})").empty());
    EXPECT_EQ(p.at("/indicator"), 0) << "heard, but not answered";
    p.pass_s(20);
    EXPECT_EQ(p.ask(R"({"interface":11003})").size(), 1U);
    p.twin.add_fault(R"({"name":"ws.silent","for_s":5,"args":{"deaf":true}})", p.now);
    EXPECT_TRUE(p.ask(R"({"interface":11009})").empty());
    EXPECT_EQ(p.at("/indicator"), 0) << "not even heard";
}

TEST(Fault, PongEmpty) {
    Player p;
    EXPECT_EQ(p.twin.pong(p.me, "abcd", p.now), "");
    p.twin.add_fault(R"({"name":"pong.empty","probability":0})", p.now);
    EXPECT_EQ(p.twin.pong(p.me, "abcd", p.now), "abcd");
}

TEST(Fault, StopIgnored) {
    Player p(options(scenario("name = \"stop.ignored\"\ncount = 1\n")));
    p.open();
    EXPECT_EQ(p.code(kRaw), 0);
    EXPECT_TRUE(p.ask(R"({"interface":10015,"camId":0})").empty());
    EXPECT_TRUE(p.at("/raw/running"));
    EXPECT_EQ(p.code(R"({"interface":10015,"camId":0})"), 0);
    EXPECT_FALSE(p.at("/raw/running"));
}

TEST(Fault, DarkAnswers11003) {
    Player p(options(scenario("name = \"dark.answers_11003\"\n")));
    p.open();
    EXPECT_TRUE(p.ask(R"({"interface":10026,"camId":0,"binning":0,"darkGain":256,"darkExposure":5})").empty());
    EXPECT_EQ(p.heard.back().interface(), 11003);
    EXPECT_FALSE(p.at("/darks/running"));
}

TEST(Fault, GotoFail) {
    for (const int code : {-18, -46, 1006}) {
        Player p(options(scenario("name = \"goto.fail\"\ncount = 1\nargs = {code = " + std::to_string(code) + "}\n")));
        p.calibrate();
        p.send(goto_text(p));
        p.pass_s(60);
        EXPECT_THAT(p.codes(11203), testing::ElementsAre(1003, 1004, code));
        EXPECT_EQ(p.at("/astro/state"), "idle");
    }
    Player p(options(scenario("name = \"goto.fail\"\ninterface = 11205\n")));
    p.open();
    p.send(calibration_text(p));
    EXPECT_TRUE(p.wait(11205, 1002, 300));
    EXPECT_FALSE(p.at("/astro/calibrated"));
}

TEST(Fault, CardRemovedAndBack) {
    Player p(options(scenario("name = \"card.removed\"\nframe = 3\nfor_s = 60\n")));
    p.open();
    EXPECT_EQ(p.code(kRaw), 0);
    p.pass_s(12);
    EXPECT_FALSE(p.at("/raw/running"));
    EXPECT_EQ(p.at("/raw/taken"), 3);
    EXPECT_EQ(p.ask(R"({"interface":11409})").front().integer("value"), 0);
    EXPECT_EQ(p.ask(R"({"interface":11405})").front().integer("size"), 0);
    p.pass_s(60);
    EXPECT_EQ(p.ask(R"({"interface":11409})").front().integer("value"), 1);
}

TEST(Fault, CardRemovedEndsAFilm) {
    Player p;
    p.open();
    EXPECT_EQ(p.code(R"({"interface":10007,"camId":0})"), 0);
    p.twin.add_fault(R"({"name":"card.removed"})", p.now);
    EXPECT_EQ(p.at("/working/recordState"), 0);
}

TEST(Fault, CardFull) {
    Player p(options(scenario("name = \"card.full\"\nframe = 2\n")));
    p.open();
    EXPECT_EQ(p.code(kRaw), 0);
    p.pass_s(12);
    EXPECT_EQ(p.at("/raw/taken"), 2);
    EXPECT_EQ(p.codes(10014).back(), -23);
    EXPECT_EQ(p.ask(R"({"interface":11405})").front().integer("avail"), 0);
    EXPECT_EQ(p.code(kRaw), -23);
    EXPECT_EQ(p.code(R"({"interface":10006,"camId":0})"), -23);
}

TEST(Fault, NetDrop) {
    Player p(options(scenario("name = \"net.drop\"\nframe = 2\nfor_s = 8\n")));
    p.open();
    EXPECT_EQ(p.code(kRaw), 0);
    p.pass_s(6);
    EXPECT_EQ(p.raw.back().what, What::drop);
    EXPECT_FALSE(p.twin.connect(p.now));
    EXPECT_EQ(p.twin.get(HttpService::control, "/date?date=", p.now).status, 0);
    p.pass_s(8);
    EXPECT_TRUE(p.twin.connect(p.now));
    EXPECT_GT(p.at("/raw/taken"), 2) << "the capture goes on";
    EXPECT_EQ(p.at("/boots"), 1);
}

TEST(Fault, Reboot) {
    Player p;
    p.track();
    EXPECT_EQ(p.code(kRaw), 0);
    p.twin.add_fault(R"({"name":"reboot","frame":2,"for_s":20})", p.now);
    p.pass_s(8);
    EXPECT_FALSE(p.twin.connect(p.now));
    p.pass_s(20);
    ASSERT_TRUE(p.twin.connect(p.now));
    EXPECT_EQ(p.at("/boots"), 2);
    EXPECT_FALSE(p.at("/tele/open"));
    EXPECT_FALSE(p.at("/raw/running"));
    EXPECT_FALSE(p.at("/astro/calibrated"));
    EXPECT_FALSE(p.at("/clock/set"));
    EXPECT_FALSE(p.at("/motors/angle_known"));
}

TEST(Fault, FirmwareV2) {
    Player p(options(scenario("name = \"firmware.v2\"\nat = 5\n")));
    EXPECT_EQ(p.ask(R"({"interface":11410})").size(), 1U);
    p.pass_s(6);
    EXPECT_EQ(p.raw.back().what, What::drop);
    p.me = p.twin.connect(p.now).value();
    EXPECT_TRUE(p.ask(R"({"interface":11410})").empty());
    EXPECT_EQ(p.twin.get(HttpService::version, "/get_version", p.now).body, R"({"result":"2.0.8"})");
}

TEST(Fault, ProbabilityAndSeed) {
    std::vector<std::size_t> answered;
    for (const std::uint64_t seed : {1U, 1U, 2U}) {
        Player p(options(scenario("name = \"ws.dup_reply\"\nprobability = 0.5\n"), seed));
        for (int i = 0; i < 200; ++i) p.ask(R"({"interface":11409})");
        answered.push_back(p.heard.size());
        EXPECT_GT(p.heard.size(), 260U);
        EXPECT_LT(p.heard.size(), 340U);
    }
    EXPECT_EQ(answered[0], answered[1]);
    EXPECT_NE(answered[0], answered[2]);
}

std::string refusal(const std::string& toml) {
    try {
        const Twin twin(options(toml));
    } catch (const OptionError& e) {
        return e.what();
    }
    return "";
}

TEST(Scenario, WhatCannotBeIsRefusedWithItsLine) {
    using testing::HasSubstr;
    EXPECT_EQ(refusal("seed = 5\n\n[[fault]]\nname = \"reboot\"\nat = 3\nfor_s = 2.5\n"), "");
    EXPECT_THAT(refusal("seed = -1\n"), HasSubstr("line 1"));
    EXPECT_THAT(refusal("sead = 1\n"), HasSubstr("sead"));
    EXPECT_THAT(refusal("\n[[fault]]\nname = \"ws.loose\"\n"),
                testing::AllOf(HasSubstr("line 3"), HasSubstr("ws.loose")));
    EXPECT_THAT(refusal("[[fault]]\nat = 3\n"), HasSubstr("without a name"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nat = -3\n"), HasSubstr("line 3"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nat = \"3\"\n"), HasSubstr("must be a number"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nat = nan\n"), HasSubstr("must be a number"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nframe = 1.5\n"), HasSubstr("whole"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\ncount = 0\n"), HasSubstr("count"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nprobability = 1.01\n"), HasSubstr("probability"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nwhen = 1\n"), HasSubstr("no key"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"reboot\"\nargs = {ms = 1}\n"), HasSubstr("takes none"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"ws.late_reply\"\nargs = {ms = -1}\n"), HasSubstr("line 3"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"ws.close\"\nargs = {how = \"hard\"}\n"), HasSubstr("drop"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"ws.close\"\nargs = 3\n"), HasSubstr("table"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"ws.silent\"\nargs = {pongs = 0}\n"), HasSubstr("true or false"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"net.drop\"\ncount = 3\n"), HasSubstr("happens once"));
    EXPECT_THAT(refusal("fault = 3\n"), HasSubstr("list"));
    EXPECT_THAT(refusal("[[fault]\n"), HasSubstr("not TOML"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"mjpeg.stall\"\nframe = 3\n"), HasSubstr("no meaning"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"sky.cloud\"\nargs = {loss = 1.5}\n"), HasSubstr("line 3: loss is 1.5"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"sky.plane\"\nargs = {loss = 0.5}\n"), HasSubstr("takes none"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"mount.wind\"\ninterface = 10011\n"), HasSubstr("no meaning"));
    EXPECT_THAT(refusal("[[fault]]\nname = 5\n"), HasSubstr("text"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"pong.empty\"\nframe = 3\n"), HasSubstr("no meaning"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"ws.close\"\nfor_s = 3\n"), HasSubstr("no meaning"));
    EXPECT_THAT(refusal("[[fault]]\nname = \"goto.fail\"\ninterface = 10011\n"), HasSubstr("does not concern"));
}

// Parsers that recurse would end the process.
TEST(Scenario, WhatNestsTooDeepIsRefused) {
    using testing::HasSubstr;
    std::string braces;
    for (int i = 0; i < 50'000; ++i) braces += "{a=";
    std::string dots = "a";
    for (int i = 0; i < 100'000; ++i) dots += ".a";
    for (const std::string& deep : {"a=" + std::string(10'000, '['), "a=" + braces, dots + "=1", "[" + dots + "]"})
        EXPECT_THAT(refusal("seed = 1\n" + deep + "\n"), HasSubstr("line 2: nested deeper than 16"));
    const std::string text(100, '[');
    EXPECT_EQ(refusal("# " + text + "\n[[fault]]\nname = \"reboot\" # " + text + "\n"), "");
}

TEST(Scenario, FaultsAsJson) {
    Player p;
    EXPECT_THROW(p.twin.add_fault(R"({"name":"net.drop","name":"reboot"})", p.now), OptionError);
    EXPECT_THROW(p.twin.add_fault(R"({"name":"ws.late_reply","args":{"ms":1,"ms":2}})", p.now), OptionError);
    EXPECT_EQ(p.at("/boots"), 1);
    EXPECT_THROW(p.twin.add_fault("{", p.now), FormatError);
    EXPECT_THROW(p.twin.add_fault("[]", p.now), FormatError);
    EXPECT_THROW(p.twin.add_fault(std::string(20'000, ' '), p.now), FormatError);
    EXPECT_THROW(p.twin.add_fault(R"({"name":"x"})", p.now), OptionError);
    EXPECT_THROW(p.twin.add_fault(R"({"name":"reboot","at":-1})", p.now), OptionError);
    EXPECT_THROW(p.twin.add_fault(R"({"name":"reboot","args":{"a":{"b":[[[]]]}}})", p.now), OptionError);
    EXPECT_THROW(p.twin.add_fault(R"({"name":"reboot","count":99999999999999999999})", p.now), OptionError);
    for (int i = 0; i < 198; ++i) p.twin.add_fault(R"({"name":"ws.dup_reply","probability":0})", p.now);
    EXPECT_THROW(p.twin.add_fault(R"({"name":"ws.dup_reply"})", p.now), OptionError) << "200 and no more";
    EXPECT_EQ(p.ask(R"({"interface":11409})").size(), 1U);
}

}  // namespace
}  // namespace nightstack::device::sim::test
