// SPDX-License-Identifier: MIT
// `nightstack live --plan` where no scope is: which night is whose, how long it is waited for, what the last line
// tells.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"
#include "tools/night/core/night_journal.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class LivePlanAlone : public testing::Test {
protected:
    Words words() const {
        return {"live",   "--scope", "127.0.0.1", "--ports", "ws=9,http=9,version=9,sftp=9,ftp=9", "--time", kBegin,
                "--plan", plan_,     "--session", session_};
    }
    // A night in this folder, begun by a call that was killed, has so many frames and is finished or not.
    void keep(const std::string& night, int frames, bool finished) const {
        tools::NightJournal journal(fs::path(session_) / night / "journal");
        for (int seq = 1; seq <= frames; ++seq) {
            tools::FrameRecord frame;
            frame.seq = static_cast<std::uint64_t>(seq);
            journal.keep({frame});
        }
        if (finished) journal.keep({tools::DoneRecord{}});
    }
    void begin_and_kill(const char* night) const {
        const pid_t pid = world_.start(words(), "live");
        for (int i = 0; i < 400 && !fs::exists(fs::path(session_) / night / "journal"); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        std::this_thread::sleep_for(std::chrono::milliseconds(100));  // its first words
        ::kill(pid, SIGKILL);
        EXPECT_EQ(world_.wait(pid, "live").code, 137);
    }

    static constexpr char kBegin[] = "2026-01-18T21:04:00Z";
    World world_;
    std::string plan_ = (world_ / "plan.toml").string(), session_ = (world_ / "nights").string();
};

TEST_F(LivePlanAlone, TargetsOfOneNameAreTwoAndTheLastLineIsTrue) {
    const std::string hours = "name = \"M 42\"\nend = 2026-01-18T21:04:03Z\ncount = 2\nexposure_s = ";
    write_bytes(plan_, "site = \"48,9,300\"\n[[target]]\n" + hours + "4\n[[target]]\n" + hours + "2\n");
    begin_and_kill("M_42");
    keep("M_42", 2, true);
    const auto begin = std::chrono::steady_clock::now();
    const Finished done = world_.run(words());
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1500)) << "it waits for its scope";
    EXPECT_THAT(done.err, HasSubstr("M 42 is finished already: " + session_ + "/M_42/results"));
    EXPECT_THAT(done.err, HasSubstr("the night: " + session_ + "/M_42-2\n"));
    EXPECT_THAT(done.err, HasSubstr("M 42: there was no connection to the scope as long as it was waited for"));
    EXPECT_THAT(done.err, HasSubstr("the plan is over: M 42 has 2 of 2, M 42 has 0 of 2; M 42: its end has passed"));
    EXPECT_THAT(done.err, Not(HasSubstr("all targets have their frames")));
    EXPECT_EQ(done.code, 4);
    EXPECT_FALSE(fs::exists(session_ + "/M_42-2")) << "nothing has happened in it";
}

TEST_F(LivePlanAlone, WhatATargetLacksIsANightOfItsOwnThatIsFoundAgain) {
    write_bytes(plan_, "site = \"48,9,300\"\n[[target]]\nname = \"M 42\"\ncount = 5\n");
    begin_and_kill("M_42");
    keep("M_42", 2, true);
    begin_and_kill("M_42-2");
    EXPECT_THAT(read_bytes(world_ / "live.err"),
                HasSubstr("M 42: 2 of 5 frames are there; this night is for the other 3"));
    keep("M_42-2", 1, false);
    const pid_t pid = world_.start(words(), "live");
    for (int i = 0; i < 400 && read_bytes(world_ / "live.err").find("goes on") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(pid, SIGINT);
    const Finished done = world_.wait(pid, "live");
    EXPECT_EQ(done.code, 130);
    EXPECT_THAT(done.err, HasSubstr("the night goes on: " + session_ + "/M_42-2\n"));
    EXPECT_FALSE(fs::exists(session_ + "/M_42-3"));
}

}  // namespace
}  // namespace nightstack::test
