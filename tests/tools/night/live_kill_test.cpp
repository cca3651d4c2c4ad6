// SPDX-License-Identifier: MIT
// A night that is killed at random moments and after each call that changes a file: whatever is left, the same call
// goes on, and the picture is, bit by bit, that of the night that nobody touched.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "tests/support/soak.h"
#include "tests/tools/night/killed_night.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class LiveKill : public KilledNight {};

TEST_F(LiveKill, AtRandomTimes) {
    std::mt19937 dice(3);
    const int kills = soaked(300);
    int nights = 0, deepest = 0;
    for (int done = 0; done < kills; ++nights) {
        const fs::path session = world_ / ("night-" + std::to_string(nights));
        // Either often, early in each run, or a few times anywhere.
        const double most = nights % 2 == 0 ? 1.02 : 0.6;
        for (int times = 0;; ++times) {
            const pid_t pid = world_.start(words(session), "live");
            std::this_thread::sleep_for(whole_run_ * std::uniform_real_distribution<double>(0.02, most)(dice));
            ::kill(pid, SIGKILL);
            const Finished end = world_.wait(pid, "live");
            const bool after_its_last_words = end.err.find("this night is finished") != std::string::npos;
            if (end.code == 4 || after_its_last_words) break;
            ASSERT_EQ(end.code, 137) << end.err;
            ++done;
            deepest = std::max(deepest, times + 1);
            if (times == 12) {
                // The last kill may have come after its last words.
                ASSERT_TRUE(is_finished(session)) << "after " << times + 1 << " kills";
                break;
            }
        }
        expect_whole(session, "night " + std::to_string(nights));
        if (HasFatalFailure()) return;
        fs::remove_all(session);
    }
    EXPECT_GT(deepest, 3) << "no night was killed more than three times";
}

TEST_F(LiveKill, AfterEachCallThatChangesAFile) {
    const fs::path all = world_ / "all";
    ASSERT_EQ(world_.run(words(all), recorded(all, {})).code, 4);
    const std::size_t calls = read_record(world_ / "record").size();
    ASSERT_GT(calls, 150U);
    // Each call once would be minutes: with a step, the first of another one each time; all of them as a soak.
    const std::size_t step = std::max<std::size_t>(1, calls / static_cast<std::size_t>(soaked(60)));
    for (std::size_t n = 1 + std::random_device{}() % step; n <= calls; n += step) {
        const fs::path session = world_ / ("call-" + std::to_string(n));
        fs::remove(world_ / "record");
        const Finished end =
            world_.run(words(session), recorded(session, {{"NIGHTSTACK_DIE_AFTER", std::to_string(n)}}));
        const std::string when = "killed after call " + std::to_string(n) + " of " + std::to_string(calls);
        // Two threads make their calls in no fixed order: a run may have fewer.
        ASSERT_TRUE(end.code == 4 || end.code == 137) << when << end.err;
        ASSERT_TRUE(end.code == 4 || is_finished(session)) << when;
        expect_whole(session, when);
        if (HasFatalFailure()) return;
        fs::remove_all(session);
    }
}

}  // namespace
}  // namespace nightstack::test
