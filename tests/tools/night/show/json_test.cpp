// SPDX-License-Identifier: MIT
#include "tools/night/show/night_json.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/tools/night/show/made_night.h"

namespace nightstack::tools {
namespace {

using nlohmann::json;
using test::at_utc;
using test::made_frame;
using test::made_state;

TEST(IsoTime, IsUtcWithMilliseconds) {
    EXPECT_EQ(iso_time(at_utc(21, 4, 26, 7)), "2026-01-18T21:04:26.007Z");
    EXPECT_EQ(iso_time(NightTime{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_time(NightTime{} - std::chrono::milliseconds(1)), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(iso_time(NightTime::max()).substr(0, 5), "2262-");
}

TEST(StateJson, HasEverything) {
    const json j = json::parse(state_json(made_state()));
    EXPECT_EQ(j["session"], "2026-01-18-m42");
    EXPECT_EQ(j["target"], "M 42");
    EXPECT_EQ(j["source"], "scope 192.168.88.1");
    EXPECT_EQ(j["phase"], "stacking");
    EXPECT_EQ(j["begun"], "2026-01-18T21:04:26.250Z");
    EXPECT_EQ(j["rev"], 118);
    EXPECT_EQ(j["counts"],
              json::parse(R"({"in":130,"stacked":118,"rejected":7,"dropped":2,"failed":1,"under_way":2})"));
    EXPECT_EQ(j["reasons"], json::parse(R"({"background":4,"no_match":1,"stars":2,"io":1})"));
    EXPECT_EQ(j["livetime_s"], 1770);
    const json& p = j["progress"];
    EXPECT_EQ(p["noise"][3], json::parse(R"({"frames":118.0,"noise_adu":4.75})"));
    EXPECT_EQ(p["noise_adu"], 4.75);
    EXPECT_EQ(p["fit"]["b"], 1.7);
    EXPECT_EQ(p["fit"]["b_error"], 0.4);
    EXPECT_EQ(p["fit"]["bins"], 8);
    EXPECT_EQ(p["wanted"]["reach"], "reachable");
    EXPECT_EQ(p["wanted"]["frames_more"], 182);
    EXPECT_TRUE(p["wanted"]["highest_snr"].is_null());  // without a floor there is none
    EXPECT_EQ(p["advice"], "go on: noise still falls with every frame");
    EXPECT_EQ(p["floor_reached"], false);
    EXPECT_EQ(p["rotation_deg_per_hour"], 0.25);
    EXPECT_EQ(j["sky"]["ra_deg"], 83.822);
    EXPECT_EQ(j["sky"]["off_deg"], 0.31);
    EXPECT_EQ(j["sky"]["objects"][0], json::parse(R"({"name":"M 43","x":700.0,"y":400.0})"));
    EXPECT_EQ(j["scope"]["battery_percent"], 87);
    EXPECT_EQ(j["scope"]["card_free_bytes"], 12'300'000'000);
    EXPECT_EQ(j["expected"], 70);
    EXPECT_EQ(j["left_s"], 1085);
    EXPECT_EQ(j["disk_free_bytes"], 123'456'789'012);
    EXPECT_EQ(j["bytes_per_s"], 3.42e6);
    EXPECT_EQ(j["written_per_hour"], 2.1e9);
    EXPECT_EQ(j["notices"].size(), 3u);
    EXPECT_EQ(j["products"], json::array());
}

TEST(StateJson, TellsOfTheScopesVideoWithoutItsPicture) {
    const NightVideo video{"mainstream", 12, std::chrono::milliseconds(250), nullptr};
    EXPECT_EQ(json::parse(state_json({}, video))["view"],
              json::parse(R"({"stream":"mainstream","pictures":12,"age_s":0.25})"));
}

TEST(StateJson, WhatIsNotKnownIsNull) {
    const json j = json::parse(state_json({}));
    for (const char* key : {"begun", "scope", "view", "expected", "left_s"}) {
        ASSERT_TRUE(j.contains(key)) << key;
        EXPECT_TRUE(j[key].is_null()) << key;
    }
    for (const char* key : {"noise_adu", "fit", "snr", "signal_adu", "wanted", "fwhm_px", "transparency_per_hour",
                            "drift_px_per_hour", "rotation_deg_per_hour"}) {
        ASSERT_TRUE(j["progress"].contains(key)) << key;
        EXPECT_TRUE(j["progress"][key].is_null()) << key;
    }
    EXPECT_EQ(j["sky"]["solved"], false);
    EXPECT_TRUE(j["sky"]["ra_deg"].is_null());
    EXPECT_TRUE(j["sky"]["mirrored"].is_null());
    // The same keys as with everything known.
    const json full = json::parse(state_json(made_state()));
    for (const auto& [key, value] : full.items()) EXPECT_TRUE(j.contains(key)) << key;
}

TEST(StateJson, NumbersAreFiniteAndTextIsText) {
    NightState s = made_state();
    s.livetime_s = std::numeric_limits<double>::quiet_NaN();
    s.progress.snr = INFINITY;
    s.progress.noise.push_back({200, std::numeric_limits<double>::quiet_NaN()});
    s.target = "M\x1B[31m 42\xFF\xC3";
    s.notices = {"\"quoted\"\n</script>"};
    const json j = json::parse(state_json(s));
    EXPECT_TRUE(j["livetime_s"].is_null());
    EXPECT_TRUE(j["progress"]["snr"].is_null());
    EXPECT_TRUE(j["progress"]["noise_adu"].is_null());
    EXPECT_EQ(j["target"], "M\x1B[31m 42\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(j["notices"][0], "\"quoted\"\n</script>");
    EXPECT_EQ(state_json(s).find('\x1B'), std::string::npos);  // as \u001b
}

TEST(FramesJson, HasEverything) {
    const std::vector<NightFrame> frames{made_frame(5), made_frame(6, "rejected", "background")};
    const json j = json::parse(frames_json(frames, 4, true));
    EXPECT_EQ(j["since"], 4);
    EXPECT_EQ(j["more"], true);
    ASSERT_EQ(j["frames"].size(), 2u);
    EXPECT_EQ(j["frames"][0], json::parse(R"({"seq":5,"file":"m42_5.fits","verdict":"stacked","reason":"","text":"",
      "exposed":"2026-01-18T21:05:00.000Z","exposure_s":15.0,"weight":0.98,"stars":240.0,"fwhm_px":2.9,"roundness":null,
      "background_adu":null,"transparency":0.97,"residual_px":null,"ref_from_frame":[1,0,1.5,0,1,-0.25,0,0,1]})"));
    EXPECT_EQ(j["frames"][1]["reason"], "background");
    EXPECT_EQ(j["frames"][1]["text"], "1234 ADU, at most 900");
    EXPECT_TRUE(j["frames"][1]["ref_from_frame"].is_null());
}

TEST(ChartsJson, IsColumnsOfOneLength) {
    const std::vector<NightFrame> frames{made_frame(5), made_frame(6, "rejected", "background"), made_frame(9)};
    const json j = json::parse(charts_json(made_state(), frames, 9));
    EXPECT_EQ(j["frames_of"], 9);
    EXPECT_EQ(j["noise"]["noise_adu"], json::parse("[12.5,8.9,6.4,4.75]"));
    EXPECT_EQ(j["noise"]["frames"], json::parse("[16,32,64,118]"));
    EXPECT_EQ(j["noise"]["fit"]["a"], 2500);
    EXPECT_EQ(j["frames"]["seq"], json::parse("[5,6,9]"));
    EXPECT_EQ(j["frames"]["fwhm_px"], json::parse("[2.9,null,2.9]"));
    for (const auto& [key, column] : j["frames"].items()) EXPECT_EQ(column.size(), 3u) << key;
}

TEST(Events, AreOneLineEach) {
    const NightState state = made_state();
    const auto one = [](const std::string& line) {
        EXPECT_EQ(line.find('\n'), std::string::npos);
        return json::parse(line);
    };
    NightFrame odd = made_frame(6, "rejected", "background");
    odd.file = "a\nb\x1B.fits";
    EXPECT_EQ(one(frame_event(odd)), json::parse(R"({"event":"frame","seq":6,"file":"a\nb\u001b.fits",
      "verdict":"rejected","reason":"background"})"));
    EXPECT_EQ(one(stack_event(state)), json::parse(R"({"event":"stack","rev":118,"count":118})"));
    EXPECT_EQ(one(ready_event("http://127.0.0.1:80/", "", "/n/s")),
              json::parse(R"({"event":"ready","url":"http://127.0.0.1:80/","token":null,"session":"/n/s"})"));
    EXPECT_EQ(one(ready_event("u", "abc", "s"))["token"], "abc");
    const json s = one(state_event(state));
    EXPECT_EQ(s["event"], "state");
    EXPECT_EQ(s["counts"]["in"], 130);
    EXPECT_EQ(s["progress"]["noise_adu"], 4.75);
    EXPECT_FALSE(s["progress"].contains("noise"));
    NightState done = state;
    done.products = {"m42.fits", "m42.png"};
    EXPECT_EQ(one(done_event(done))["products"], json::parse(R"(["m42.fits","m42.png"])"));
    EXPECT_EQ(one(done_event(done))["counts"]["stacked"], 118);
}

}  // namespace
}  // namespace nightstack::tools
