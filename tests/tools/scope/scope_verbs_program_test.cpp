// SPDX-License-Identifier: MIT
// The verbs that take their time at the scope, as their users run them: each with its exit code, its one line of
// result, and what the twin knows of it afterwards.
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

Words at_speed(int speed) { return {"--speed", std::to_string(speed)}; }

// Waits until the file holds the words.
bool told(const std::filesystem::path& file, const std::string& words) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (read_bytes(file).find(words) == std::string::npos) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

TEST(ScopeVerbs, DarksTake) {
    const Twin twin(at_speed(150));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const json before = twin.state();
    // 640 s of the twin's: it is seen at work before it ends.
    const Finished done =
        twin.scope({"darks", "take", "--gain", "200", "--count", "40", "--exposure", "15", "--binning", "2x2"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "darks are taken: 40 for each gain\n") << done.err;
    EXPECT_EQ(twin.state()["darks"]["sets"], before["darks"]["sets"].get<int>() + 1);
    EXPECT_EQ(twin.state()["sessions"]["darks"], 1);
    EXPECT_THAT(twin.scope({"darks"}).out, HasSubstr("150, 200\n"));
}

TEST(ScopeVerbs, CalibratePrepared) {
    const Twin twin(at_speed(60));
    const Finished early = twin.scope({"calibrate", "--prepared"});
    EXPECT_EQ(early.code, 5);
    EXPECT_THAT(early.err, HasSubstr("the camera is closed"));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const Finished done = twin.scope({"calibrate", "--prepared"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "calibrated; the scope knows how it stands\n");
    EXPECT_THAT(done.err, testing::Not(HasSubstr("clock")));
    EXPECT_EQ(twin.state()["astro"]["calibrated"], true);
    EXPECT_EQ(twin.state()["clock"]["set"], false) << "left alone, as asked";
}

TEST(ScopeVerbs, Pano) {
    const Twin twin(at_speed(10));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const Finished done = twin.scope({"pano", "--rows", "3", "--columns", "4", "--spin-pulses", "5000", "--spin-speed",
                                      "200", "--spin-subdivision", "64", "--pitch-pulses", "5000", "--pitch-speed",
                                      "200", "--pitch-subdivision", "64"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "the panorama is taken; its pictures are on the card\n");
    EXPECT_THAT(done.err, HasSubstr("12 pictures"));
    const json state = twin.state();
    EXPECT_EQ(state["panorama"]["taken"], 12);
    EXPECT_EQ(state["panorama"]["rows"], 3);
    EXPECT_EQ(state["panorama"]["running"], false);
    EXPECT_EQ(state["sessions"]["panoramas"], 1);
    EXPECT_EQ(twin.scope({"pano", "--stop"}).code, 0);
}

// Seven tenths of the tele camera's field of 3.188 x 1.794 degrees as the twin turns, at any subdivision.
TEST(ScopeVerbs, PanoByItselfStepsByMostOfAPicture) {
    const Twin twin(at_speed(20));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    for (const Words& words : {Words{"pano", "--rows", "2", "--columns", "2"},
                               Words{"pano", "--rows", "2", "--columns", "2", "--spin-subdivision", "8"}}) {
        const Finished done = twin.scope(words);
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_THAT(done.err, HasSubstr("a guess"));
        const json pano = twin.state()["panorama"];
        EXPECT_EQ(pano["taken"], 4);
        EXPECT_NEAR(pano["step_x_deg"], 0.7 * 3.188, 0.01);
        EXPECT_NEAR(pano["step_y_deg"], 0.7 * 1.794, 0.01);
    }
    EXPECT_EQ(twin.state()["sessions"]["panoramas"], 2);
}

// The scope is silent: the first Ctrl-C is heard at once all the same, the second ends the program.
TEST(ScopeVerbs, TwoCtrlCLeaveASilentScopeAtOnce) {
    const Twin twin(at_speed(5));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const pid_t tracking = twin.start({"track", "900,500,100,80", "--json"}, "track");
    ASSERT_TRUE(told(twin.world() / "track.out", R"("event":"box","box":[)"));
    twin.freeze();
    ::kill(tracking, SIGINT);
    const auto asked = std::chrono::steady_clock::now();
    ASSERT_TRUE(told(twin.world() / "track.err", "press Ctrl-C again to leave at once"));
    ASSERT_TRUE(told(twin.world() / "track.out", R"("kind":"notice","text":"stopping the tracking)"));
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(2));
    ::kill(tracking, SIGINT);
    EXPECT_EQ(twin.world().wait(tracking, "track").code, 130);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(4));
    twin.thaw();
}

TEST(ScopeVerbs, TrackUntilCtrlC) {
    const Twin twin(at_speed(5));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const pid_t tracking = twin.start({"track", "900,500,100,80", "--json"}, "track");
    ASSERT_TRUE(told(twin.world() / "track.out", R"("event":"box","box":[)"));
    EXPECT_EQ(twin.status("state.track"), "tracking");
    ::kill(tracking, SIGINT);
    const Finished done = twin.world().wait(tracking, "track");
    EXPECT_EQ(done.code, 130) << done.err;
    EXPECT_THAT(done.err, HasSubstr("press Ctrl-C again"));
    EXPECT_EQ(json::parse(lines_of(done.out).back())["outcome"], "stopped") << done.out;
    EXPECT_EQ(twin.status("state.track"), "stopped");
    const json still = twin.state()["tracker"];
    EXPECT_EQ(still["w"], 100);
    EXPECT_EQ(twin.state()["tracker"], still) << "the box moves no more";
}

TEST(ScopeVerbs, AutofocusOnStars) {
    const Twin twin(at_speed(60));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const double before = twin.state()["focus"]["fwhm_px"];
    const Finished done = twin.scope({"autofocus", "--astro"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "focused\n");
    EXPECT_EQ(twin.state()["focus"]["runs"], 1);
    EXPECT_LT(twin.state()["focus"]["fwhm_px"], before);
    EXPECT_LT(twin.state()["focus"]["fwhm_px"], 2.5);
    ASSERT_EQ(twin.scope({"set", "tele.exposure=1/400"}).code, 0);
    const Finished dark = twin.scope({"autofocus", "--astro"});
    EXPECT_EQ(dark.code, 5);
    EXPECT_THAT(dark.err, HasSubstr("-55 RESULT_ASTRO_FOCUS_NO_STAR"));
    EXPECT_EQ(twin.state()["focus"]["last_code"], -55);
}

// Frames without end, so that there is something to watch.
void begin_frames(const Twin& twin) {
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const Finished begun =
        twin.scope({"raw", "--count", "900", "--exposure", "1", "--gain", "80", "--binning", "2x2", "--detach"});
    ASSERT_EQ(begun.code, 0) << begun.err;
}

TEST(ScopeVerbs, WatchUntilFrames) {
    const Twin twin(at_speed(20));
    begin_frames(twin);
    if (HasFatalFailure()) return;
    const Finished done = twin.scope({"watch", "--until", "frames=5", "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    const json last = json::parse(lines_of(done.out).back());
    EXPECT_EQ(last["event"], "push") << done.out;
    EXPECT_EQ(last["interface"], 10014) << done.out;
    const int seen = last["message"]["currentCount"];
    EXPECT_GE(seen, 5);
    const json state = twin.state();
    EXPECT_GE(state["raw"]["taken"], seen);
    EXPECT_EQ(state["raw"]["running"], true) << "watching changes nothing";
    EXPECT_EQ(twin.scope({"raw", "--stop"}).code, 0);
    EXPECT_EQ(twin.state()["raw"]["running"], false);
}

TEST(ScopeVerbs, WatchTellsLostAndBack) {
    const Twin twin(at_speed(5));
    begin_frames(twin);
    if (HasFatalFailure()) return;
    const pid_t watching = twin.start({"watch", "--json"}, "watch");
    ASSERT_TRUE(told(twin.world() / "watch.out", R"("event":"push")"));
    twin.freeze();
    ASSERT_TRUE(told(twin.world() / "watch.out", R"("event":"lost")"));
    twin.thaw();
    ASSERT_TRUE(told(twin.world() / "watch.out", R"("event":"back")"));
    ::kill(watching, SIGINT);
    const Finished done = twin.world().wait(watching, "watch");
    EXPECT_EQ(done.code, 0) << "Ctrl-C is how watching ends" << done.err;
    EXPECT_THAT(done.out, HasSubstr("nothing was heard for 4.5 s"));
    EXPECT_EQ(count_lines(done.out, R"("event":"lost")"), 1U) << done.out;
    EXPECT_EQ(count_lines(done.out, R"("event":"back")"), 1U) << done.out;
    EXPECT_EQ(twin.received(10011), 1);
}

TEST(ScopeVerbs, SendUnchecked) {
    const Twin twin(at_speed(60));
    ASSERT_EQ(twin.scope({"open"}).code, 0);
    const std::string out_of_range = R"({"interface":10005,"camId":0,"value":999})";
    EXPECT_EQ(twin.scope({"send", out_of_range}).code, 2);
    const Finished done = twin.scope({"send", out_of_range, "--unchecked"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "10005 gain.value camId=0 code=0\n");
    EXPECT_EQ(twin.received(10005), 1) << "the refused one never left";
    const Finished silent = twin.scope({"send", R"({"interface":12345})", "--unchecked", "--timeout", "1"});
    EXPECT_EQ(silent.code, 5);
    EXPECT_THAT(silent.err, HasSubstr("sent; no answer within 1 s"));
    EXPECT_EQ(twin.received(12345), 1);
    EXPECT_EQ(twin.scope({"send", R"({"interface":11400})", "--unchecked"}).code, 2);
    EXPECT_EQ(twin.received(11400), 0) << "a firmware update is never sent";
}

}  // namespace
}  // namespace nightstack::test
