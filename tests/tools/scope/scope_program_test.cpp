// SPDX-License-Identifier: MIT
// nightstack scope as its users run it, against nightstack sim.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/scope/twin.h"

namespace nightstack::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const Words kFast = {"--speed", "60"};
const Words kShort = {"--exposure", "1", "--gain", "80", "--binning", "2x2"};

Words raw(Words more) {
    more.insert(more.begin(), kShort.begin(), kShort.end());
    more.insert(more.begin(), "raw");
    return more;
}

TEST(ScopeProgram, FromColdToTrackingToRawToStop) {
    const Twin twin(kFast);
    const Finished early = twin.scope({"goto", "M", "82"});
    EXPECT_EQ(early.code, 5) << early.out;
    const Finished calibrated = twin.scope({"calibrate"});
    ASSERT_EQ(calibrated.code, 0) << calibrated.err;
    const Finished there = twin.scope({"goto", "m82", "--json"});
    ASSERT_EQ(there.code, 0) << there.err << there.out;
    EXPECT_THAT(there.out, HasSubstr("\"target\":\"M 82\""));
    EXPECT_EQ(twin.status("state.astro"), "tracking");
    const json done = twin.event(raw({"--count", "3", "--target", "M 82"}), "result");
    EXPECT_EQ(done["outcome"], "done") << done;
    EXPECT_EQ(done["asked"], 3);
    EXPECT_THAT(done["session"].get<std::string>(), testing::StartsWith("DWARF_RAW_20"));
    const Finished left = twin.scope(raw({"--count", "900", "--detach"}));
    EXPECT_EQ(left.code, 0) << left.err;
    EXPECT_THAT(left.err, HasSubstr("the scope goes on"));
    EXPECT_EQ(twin.status("state.photo"), "raw");
    const Finished ended = twin.scope({"raw", "--stop"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(twin.status("state.photo"), "idle");
    const Finished stopped = twin.scope({"goto", "--stop"});
    EXPECT_EQ(stopped.code, 0) << stopped.err;
    EXPECT_NE(twin.status("state.astro"), "tracking");
    EXPECT_EQ(twin.scope({"close"}).code, 0);
}

TEST(ScopeProgram, EachVerbOnce) {
    const Twin twin(kFast);
    const std::vector<Words> calls = {{"status"},
                                      {"open", "--binning", "2x2"},
                                      {"open"},
                                      {"open", "--camera", "wide"},
                                      {"photo"},
                                      {"stop"},
                                      {"video", "--for", "1"},
                                      {"timelapse", "start", "--interval", "2", "--duration", "600"},
                                      {"timelapse", "stop"},
                                      {"get", "tele.exposure", "tele.gain"},
                                      {"set", "tele.exposure=1/400", "tele.gain=70"},
                                      {"autofocus"},
                                      {"autofocus", "--area", "960,540"},
                                      {"darks"},
                                      {"move", "spin", "--pulses", "20"},
                                      {"move", "spin", "--continuous", "--subdivision", "64"},
                                      {"move", "spin", "--stop"},
                                      {"power"},
                                      {"rgb", "--hue", "20"},
                                      {"rgb", "off"},
                                      {"indicator", "on"},
                                      {"indicator", "off"},
                                      {"watch", "--until", "seconds=0.2"},
                                      {"send", R"({"interface":10022,"camId":0})"},
                                      {"close"},
                                      {"power", "off", "--yes"}};
    for (Words words : calls) {
        const std::string verb = testing::PrintToString(words);
        words.emplace_back("--json");
        const Finished done = twin.scope(words);
        EXPECT_EQ(done.code, 0) << verb << done.out << done.err;
        for (const std::string& line : lines_of(done.out))
            EXPECT_TRUE(json::parse(line).contains("event")) << verb << line;
    }
}

TEST(ScopeProgram, ErrorsAreExitFiveWithTheDocumentedName) {
    const Twin twin(kFast);
    const Finished closed = twin.scope({"photo", "--json"});
    EXPECT_EQ(closed.code, 5);
    EXPECT_THAT(closed.err, HasSubstr("closed"));
    const json last = json::parse(lines_of(closed.out).back());
    EXPECT_EQ(last["code"], -2) << last;
    EXPECT_EQ(last["name"], "RESULT_CAM_CLOSED");
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const Finished no_darks = twin.scope({"raw", "--count", "2", "--binning", "1x1"});
    EXPECT_EQ(no_darks.code, 5);
    EXPECT_THAT(no_darks.err, HasSubstr("dark"));
    const Finished refused = twin.scope({"raw", "--count", "2", "--binning", "1x1", "--without-darks"});
    EXPECT_EQ(refused.code, 5);
    EXPECT_THAT(refused.err, HasSubstr("RESULT_NO_DARK_FRAME"));
}

TEST(ScopeProgram, WhatCannotBeMeantIsExitTwo) {
    const World world;
    const std::pair<Words, const char*> cases[] = {{{"goto", "andromda", "galxy"}, "Andromeda Galaxy"},
                                                   {{"goto", "m31"}, "--site"},
                                                   {{"goto"}, "a target"},
                                                   {{"calibrate"}, "--site"},
                                                   {{"set", "tele.gain"}, "NAME=VALUE"},
                                                   {{"set", "tele.gain=999"}, "240"},
                                                   {{"get", "tele.gian"}, "no property"},
                                                   {{"send", "x"}, "no message"},
                                                   {{"send", R"({"interface":11400})"}, "never sent"},
                                                   {{"send", R"({"interface":11400})", "--unchecked"}, "never sent"},
                                                   {{"send", R"({"interface":10005,"camId":0,"value":999})"}, "240"},
                                                   {{"status", "--host", "a b"}, "--host"},
                                                   {{"status", "--ports", "wss=1"}, "--ports"},
                                                   {{"watch", "--until", "never"}, "--until"},
                                                   {{"video"}, "start, stop"},
                                                   {{"dance"}, "'dance' is not known"},
                                                   {{"goo", "m31"}, "'goo' is not known"},
                                                   {{"status", "--profile", "garden"}, "[scope.garden]"}};
    for (auto [words, said] : cases) {
        words.insert(words.begin(), "scope");
        const bool addressed = std::find(words.begin(), words.end(), "--host") != words.end();
        if (!addressed) words.insert(words.end(), {"--host", "127.0.0.1:9"});
        const Finished done = world.run(words);
        EXPECT_EQ(done.code, 2) << testing::PrintToString(words) << done.err;
        EXPECT_THAT(done.err, HasSubstr(said)) << testing::PrintToString(words);
    }
}

// In the words of the options, and no scope was asked.
TEST(ScopeProgram, WhatIsOutOfRangeIsExitTwo) {
    const World world;
    const std::pair<Words, const char*> cases[] = {
        {{"raw", "--count", "0"}, "--count: 0, 1 to 999 expected"},
        {{"raw", "--gain", "500"}, "--gain: 500, 0 to 240 expected"},
        {{"raw", "--exposure", "99"}, "--exposure: 99, 0.0001 to 15 s expected"},
        {{"raw", "--exposure", "0,5"}, "an exposure is seconds"},
        {{"darks", "take", "--exposure", "20"}, "--exposure: 20, 0.0001 to 15 s expected"},
        {{"darks", "take", "--gain", "80,85"}, "--gain: 85, 0 to 240 in steps of 10 expected"},
        {{"darks", "take", "--count", "0"}, "--count: 0, at least 1 expected"},
        {{"photo", "--count", "-1"}, "--count: -1, at least 1 expected"},
        {{"timelapse", "start", "--interval", "61"}, "--interval: 61, 1 to 60 s expected"},
        {{"rgb", "--mode", "3"}, "--mode: 3, 96 to 105 expected"},
        {{"autofocus", "--area", "5000,20"}, "centerX is 5000"},
        {{"track", "5000,1,1,1"}, "x is 5000"},
        {{"track"}, "a box"},
        {{"pano", "--rows", "0"}, "--rows: 0, 1 to 30 expected"},
        {{"pano", "--spin-speed", "2000", "--spin-subdivision", "1"}, "--spin-speed: 2000, at most 1000"},
        {{"move", "spin", "--subdivision", "3"}, "--subdivision: 3, 1, 2, 4"},
        {{"move", "spin", "--speed", "1001"}, "--speed: 1001, at most 1000"},
        {{"move", "spin", "--pulses", "1"}, "--pulses: 1, at least 2"},
        {{"move", "spin", "--pulses", "4", "--subdivision", "64"}, "--pulses: 4, at least 5"},
        {{"move", "spin", "--direction", "plus"}, "clockwise or anticlockwise"},
        {{"move", "focus", "--direction", "clockwise"}, "minus or plus"}};
    for (auto [words, said] : cases) {
        words.insert(words.begin(), {"scope", "--host", "127.0.0.1:9"});
        const Finished done = world.run(words);
        EXPECT_EQ(done.code, 2) << testing::PrintToString(words) << done.err;
        EXPECT_THAT(done.err, HasSubstr(said)) << testing::PrintToString(words);
    }
}

TEST(ScopeProgram, SeveralSettingsAreToldInOneLine) {
    const Twin twin(kFast);
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    EXPECT_EQ(twin.scope({"set", "tele.gain=80", "tele.hue=3"}).out, "tele.gain is 80; tele.hue is 3\n");
}

// Nothing is set anew for a calibration that cannot be.
TEST(ScopeProgram, ACalibrationInTheWayOfAnotherChangesNothing) {
    const Twin twin(kFast);
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    ASSERT_EQ(twin.scope({"set", "tele.gain=120"}).code, 0);
    ASSERT_EQ(twin.scope({"timelapse", "start", "--interval", "60", "--duration", "600"}).code, 0);
    const Finished done = twin.scope({"calibrate"});
    EXPECT_EQ(done.code, 5);
    EXPECT_THAT(done.err, HasSubstr("calibration was not sent"));
    EXPECT_THAT(done.err, Not(HasSubstr("setting the gain")));
    EXPECT_EQ(twin.state()["tele"]["gain"], 120);
    EXPECT_EQ(twin.state()["clock"]["set"], false);
}

TEST(ScopeProgram, AFilmCutShortByCtrlCIsStoppedAndExit130) {
    const Twin twin;
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const pid_t filming = twin.start({"video", "--for", "600"}, "film");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (twin.status("state.record") != "video" && std::chrono::steady_clock::now() < end) {
    }
    ::kill(filming, SIGINT);
    const Finished done = twin.world().wait(filming, "film");
    EXPECT_EQ(done.code, 130) << done.err;
    EXPECT_THAT(done.err, HasSubstr("cut short"));
    EXPECT_EQ(twin.status("state.record"), "idle");
}

TEST(ScopeProgram, NobodyThereIsSaidInWords) {
    const World world;
    const Finished done = world.run({"scope", "status", "--host", "127.0.0.1:9"});
    EXPECT_EQ(done.code, 5);
    EXPECT_THAT(done.err, HasSubstr("doctor --host"));
}

TEST(ScopeProgram, FirmwareTwoIsNamed) {
    const Twin twin({"--persona", "v2"});
    const Finished done = twin.scope({"status"});
    EXPECT_EQ(done.code, 5);
    EXPECT_THAT(done.err, HasSubstr("2.0"));
}

TEST(ScopeProgram, TrafficIsRecordedShownAndPlayed) {
    const Twin twin(kFast);
    const std::string file = (twin.world() / "traffic.jsonl").string();
    ASSERT_EQ(twin.scope({"open", "--record", file, "--mask"}).code, 0);
    const Finished shown = twin.world().run({"scope", "replay", file});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.out, HasSubstr("--> 10000 camera.open camId=0 binning=1"));
    EXPECT_THAT(shown.out, HasSubstr("<-- 10000 camera.open"));
    const pid_t server = twin.world().start({"scope", "replay", file, "--serve", "localhost:0", "--json"}, "replay");
    std::string out;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (out.find("\"ws\":") == std::string::npos && std::chrono::steady_clock::now() < end) {
        out = read_bytes(twin.world() / "replay.out");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const int port = json::parse(lines_of(out).at(0))["ports"]["ws"];
    const Finished again = twin.world().run({"scope", "open", "--host", "127.0.0.1:" + std::to_string(port)});
    EXPECT_EQ(again.code, 0) << again.err;
    ::kill(server, SIGINT);
    twin.world().wait(server, "replay");
    const Finished exists = twin.scope({"status", "--record", file});
    EXPECT_EQ(exists.code, 2);
    write_bytes(twin.world() / "newer.jsonl", "{\"nightstack_wire\":2}\n");
    const Finished newer = twin.world().run({"scope", "replay", (twin.world() / "newer.jsonl").string()});
    EXPECT_EQ(newer.code, 1);
    EXPECT_THAT(newer.err, HasSubstr("newer nightstack"));
}

TEST(ScopeProgram, WhatIsOfNoUseOrNowhereIsTold) {
    const Twin twin(kFast);
    const Finished mask = twin.scope({"power", "--mask"});
    EXPECT_EQ(mask.code, 0);
    EXPECT_THAT(mask.err, HasSubstr("--record"));
    if (std::filesystem::is_directory("/usr/share/zoneinfo")) {
        const Finished zone = twin.world().run(
            {"scope", "calibrate", "--host", "127.0.0.1:9", "--site", "48,9,300", "--zone", "Mars/Phobos"});
        EXPECT_EQ(zone.code, 2);
        EXPECT_THAT(zone.err, HasSubstr("Europe/Berlin expected"));
    }
}

TEST(ScopeProgram, ProfilesAreTablesOfTheSettingsFile) {
    const Twin twin(kFast);
    const Words a = twin.address();
    write_bytes(
        twin.world().config(),
        "[scope]\nhost = \"127.0.0.1:9\"\nprofile = \"garden\"\n[scope.garden]\nhost = \"127.0.0.1\"\nports = \"" +
            a[3] + "\"\n[scope.roof]\nhost = \"127.0.0.1:9\"\n");
    EXPECT_EQ(twin.world().run({"scope", "power"}).code, 0);
    EXPECT_EQ(twin.world().run({"scope", "power", "--profile", "roof"}).code, 5);
    const Finished unknown = twin.world().run({"scope", "power", "--profile", "cellar"});
    EXPECT_EQ(unknown.code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("[scope.cellar]"));
}

TEST(ScopeProgram, DoctorLooksAtTheScope) {
    const Twin twin(kFast);
    const Words a = twin.address();
    const Finished done = twin.world().run({"doctor", "--json", a[0], a[1], a[2], a[3]});
    EXPECT_EQ(done.code, done.out.find("\"ok\":false") == std::string::npos ? 0 : 1);
    std::map<std::string, json> found;
    for (const std::string& line : lines_of(done.out)) {
        const json j = json::parse(line);
        found[j["what"]] = j;
    }
    for (const char* ok : {"scope address", "scope commands", "scope clock and streams", "scope firmware",
                           "scope battery", "scope card", "scope darks"})
        EXPECT_TRUE(found[ok].is_object() && found[ok]["ok"] == true) << ok << found[ok];
    EXPECT_EQ(count_lines(done.out, "memory"), 1U);
    const Finished no_files = twin.world().run({"doctor", a[0], a[1], a[2], a[3] + ",ftp=9,sftp=9"});
    EXPECT_THAT(no_files.out, HasSubstr("TO DO scope files (SFTP)"));
    const Finished nobody =
        twin.world().run({"doctor", "--host", "127.0.0.1:9", "--ports", "http=9,file=9,version=9,ftp=9,sftp=9"});
    EXPECT_THAT(nobody.out, HasSubstr("TO DO scope commands"));
}

// Waits until the file holds the words.
bool told(const std::filesystem::path& file, const std::string& words) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (std::chrono::steady_clock::now() < end) {
        if (read_bytes(file).find(words) != std::string::npos) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

TEST(ScopeProgram, CtrlCLeavesACaptureOrEndsItWhenAsked) {
    const Twin twin({"--speed", "20"});
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const pid_t leaving = twin.start(raw({"--count", "900"}), "leaving");
    ASSERT_TRUE(told(twin.world() / "leaving.err", "frames taken"));
    ::kill(leaving, SIGINT);
    const Finished left = twin.world().wait(leaving, "leaving");
    EXPECT_EQ(left.code, 130);
    EXPECT_THAT(left.err, HasSubstr("scope raw --stop ends it"));
    EXPECT_EQ(twin.status("state.photo"), "raw");
    ASSERT_EQ(twin.scope({"stop"}).code, 0);
    const pid_t ending = twin.start(raw({"--count", "900", "--stop-on-interrupt"}), "ending");
    ASSERT_TRUE(told(twin.world() / "ending.err", "frames taken"));
    ::kill(ending, SIGINT);
    const Finished ended = twin.world().wait(ending, "ending");
    EXPECT_EQ(ended.code, 130) << ended.err;
    EXPECT_EQ(twin.status("state.photo"), "idle");
}

}  // namespace
}  // namespace nightstack::test
