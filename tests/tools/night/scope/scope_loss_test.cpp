// SPDX-License-Identifier: MIT
// What goes wrong in a night: nothing that the scope kept is lost, and nothing is begun twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "pipeline/core/error.h"
#include "tests/support/soak.h"
#include "tests/tools/night/scope/night_twin.h"

namespace nightstack::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;
using tools::NightScope;

constexpr auto kBusy = 2s;  // what a machine adds that does other things as well

// Each that lies on the card has been told once (twice would have thrown) and is here byte for byte.
void expect_none_lost(const NightTwin& twin, const NightRun& run) {
    const auto lights = twin.lights_on_card();
    EXPECT_EQ(run.frames().size(), lights.size()) << run.notices();
    for (const auto& [name, sum] : lights) EXPECT_EQ(sha256_of(twin.mirror() / name), sum) << name;
}

TEST(ScopeLoss, LeftAndResumedItCatchesUp) {
    const NightTwin twin;
    twin.point();
    // As many as are still being taken when a busy machine has left.
    NightRun first(twin.night(12, 15));
    first.take([&] { return first.frames().size() >= 2; });
    const auto begin = steady_clock::now();
    first.leave();
    EXPECT_LT(steady_clock::now() - begin, 5s);
    EXPECT_EQ(twin.twin().status("state.photo"), "raw") << "it goes on by itself";
    EXPECT_EQ(twin.twin().received(10015), 0);
    std::this_thread::sleep_for(500ms);
    NightRun second(twin.night(12, 15), &first);
    second.take();
    EXPECT_TRUE(second.ended());
    EXPECT_EQ(second.frames().size(), 12U) << second.notices();
    EXPECT_EQ(twin.captures_begun(), 1);
    expect_none_lost(twin, second);
}

TEST(ScopeLoss, LeftWhileItTurnsTheScopeIsStopped) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.twin().set_speed(5);
    NightRun run(twin.night(5));
    run.take([&] { return run.notices().find("field 1 of stars") != std::string::npos; });
    const auto begin = steady_clock::now();
    run.leave();
    EXPECT_LT(steady_clock::now() - begin, 16s);
    EXPECT_GE(twin.twin().received(11204), 1);
    EXPECT_EQ(twin.twin().status("state.astro"), "idle");
    EXPECT_TRUE(run.diary().empty());
}

TEST(ScopeLoss, WhatOnlyTheDiaryKnowsIsSettledBeforeAnythingIsBegun) {
    const NightTwin twin;
    twin.point();
    // As if killed between the record and the sending.
    NightRun run(twin.night(3), nullptr,
                 {R"({"scope":"about","what":"capture","name":"DWARF_RAW_20200101000000","count":3})"});
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(run.frames().size(), 3U);
    EXPECT_THAT(run.notices(), HasSubstr("was never begun"));
    EXPECT_EQ(twin.captures_begun(), 1) << "the one that replaces it";
    EXPECT_THAT(run.diary().at(1), HasSubstr(R"("over","name":"DWARF_RAW_20200101000000","taken":0,"certain":true)"));
}

TEST(ScopeLoss, ALostAnswerIsSettledByTheState) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point();
    twin.twin().fault({{"name", "ws.late_reply"}, {"interface", 10011}, {"count", 1}, {"args", {{"ms", 600000}}}});
    NightRun run(twin.night(5, 10));
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(run.frames().size(), 5U) << run.notices();
    EXPECT_EQ(twin.captures_begun(), 1);
}

// As Wi-Fi that is gone: nothing says so, nothing is answered.
TEST(ScopeLoss, SilenceIsKnownAndItGoesOn) {
    const NightTwin twin;
    twin.point(10);
    NightRun run(twin.night(900, 10));
    run.take([&] { return run.frames().size() >= 2; });
    const auto down = steady_clock::now();
    twin.twin().freeze();
    std::this_thread::sleep_for(7s);
    const auto up = steady_clock::now();
    twin.twin().thaw();
    const std::size_t before = run.frames().size();
    const auto is_on = [](const NightScope& s) { return s.online; };
    const auto offline = run.shown_at([](const NightScope& s) { return !s.online; }, down);
    ASSERT_TRUE(offline);
    EXPECT_LT(*offline - down, 5s + kBusy) << "known";
    run.take([&] { return run.frames().size() > before && run.shown_at(is_on, *offline); });
    ASSERT_FALSE(run.ended()) << run.notices();
    EXPECT_LT(*run.shown_at(is_on, *offline) - up, 10s) << "going on";
    EXPECT_LT(steady_clock::now() - up, 10s + kBusy) << "and so do the frames";
    run.source().end_capture();
    run.take();
    EXPECT_EQ(twin.captures_begun(), 1);
    expect_none_lost(twin, run);
}

TEST(ScopeLoss, AfterARestartOfTheScopeTheRestIsTaken) {
    const NightTwin twin;
    twin.point();
    NightRun run(twin.night(5, 10));
    twin.twin().fault({{"name", "reboot"}, {"frame", 3}, {"for_s", 60}});
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_GE(run.frames().size(), 5U) << run.notices();
    EXPECT_EQ(twin.captures_begun(), 2);
    EXPECT_THAT(run.notices(), HasSubstr("the scope has restarted, and the rest is taken by a new capture"));
    EXPECT_THAT(run.notices(), HasSubstr("all frames are taken"));
}

TEST(ScopeLoss, BadHabitsOfCardAndSocketsLoseNothing) {
    const NightTwin twin;
    twin.point();
    twin.twin().fault({{"name", "ws.lose_push"}, {"probability", 1.0}});
    twin.twin().fault({{"name", "file.half"}, {"frame", 2}, {"args", {{"ms", 1500}}}});
    twin.twin().fault({{"name", "file.grow"}, {"frame", 4}, {"args", {{"ms", 1500}, {"pieces", 7}}}});
    twin.twin().fault({{"name", "ws.close"}, {"frame", 3}, {"args", {{"how", "drop"}}}});
    NightRun run(twin.night(6, 10));
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(run.frames().size(), 6U) << run.notices();
    EXPECT_EQ(twin.captures_begun(), 1);
    expect_none_lost(twin, run);
}

TEST(ScopeLoss, AFullCardEndsTheNightInWordsAndWhatIsThereComes) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point();
    twin.twin().fault({{"name", "card.full"}, {"frame", 3}});
    NightRun run(twin.night(8, 10));
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(run.frames().size(), 3U);
    EXPECT_EQ(run.source().not_had(), 1U) << "the beginning of a fourth";
    EXPECT_EQ(twin.captures_begun(), 1);
    // By its counts, or by the card where a quick twin left time enough for all.
    EXPECT_THAT(run.notices(), testing::AnyOf(HasSubstr("the last count it announced was 3 of 8"),
                                              HasSubstr("3 of 8 frames are on the card")));
}

// Nobody listens there, and in a plan that is no reason to give a target up while its hours last.
TEST(ScopeLoss, ATargetOfAPlanWaitsForItsScopeAsLongAsItsHoursLast) {
    tools::ScopeNight night;
    night.scope.host = "127.0.0.1";
    night.scope.ports = "ws=9,http=9,version=9,sftp=9,ftp=9";
    night.scope.site = "48,9,300";
    night.target.count = 1;
    const auto begin = steady_clock::now();
    EXPECT_THROW(NightRun(night).take(), DeviceError);
    EXPECT_LT(steady_clock::now() - begin, 2500ms) << "alone it is told at once";
    night.patient = true;
    night.until = night.scope.utc() + 4s;
    const auto again = steady_clock::now();
    try {
        NightRun(night).take();
        ADD_FAILURE() << "there was no scope";
    } catch (const DeviceError& e) {
        EXPECT_THAT(e.what(), HasSubstr("as long as it was waited for"));
    }
    EXPECT_GT(steady_clock::now() - again, 3s);
    EXPECT_LT(steady_clock::now() - again, 6s + kBusy);
}

TEST(ScopeLoss, SilentWhenATargetOfAPlanBeginsItIsTakenAllTheSame) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point();
    tools::ScopeNight night = twin.night(2);
    night.patient = true;
    night.until = night.scope.utc() + 600s;
    twin.twin().freeze();
    const std::jthread later([&] {
        std::this_thread::sleep_for(20s);
        twin.twin().thaw();
    });
    NightRun run(night);
    run.take();
    EXPECT_EQ(run.frames().size(), 2U) << run.notices();
    EXPECT_THAT(run.notices(), HasSubstr("Waiting for it, as long as the hours of this target last"));
    EXPECT_EQ(twin.captures_begun(), 1);
}

// Between two steps of making it ready, where its state is asked: for longer than a step waits.
TEST(ScopeLoss, SilentWhileItIsMadeReadyItIsMadeReadyAgain) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point();
    tools::ScopeNight night = twin.night(2, 1);
    night.target.gain = 20;  // of which it has no darks
    night.target.take_darks = true;
    std::jthread later;
    int asked = 0;
    night.ask = [&](const std::string& question) {
        if (question.find("put the lid on") == std::string::npos || ++asked > 1) return true;
        twin.twin().freeze();
        later = std::jthread([&] {
            std::this_thread::sleep_for(68s);
            twin.twin().thaw();
        });
        return true;
    };
    NightRun run(night);
    const auto begin = steady_clock::now();
    while (!run.ended() && steady_clock::now() - begin < 100s) {
        try {
            run.take();
        } catch (const std::runtime_error& e) {
            EXPECT_THAT(e.what(), HasSubstr("nothing came within a minute"));
        }
    }
    EXPECT_EQ(run.frames().size(), 2U) << run.notices();
    EXPECT_THAT(run.notices(), HasSubstr("it is tried again when the scope is back"));
    EXPECT_EQ(twin.captures_begun(), 1);
    EXPECT_EQ(twin.twin().received(10026), 1) << "darks are begun once";
}

}  // namespace
}  // namespace nightstack::test
