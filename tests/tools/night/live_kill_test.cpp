// SPDX-License-Identifier: MIT
// A night that is killed at random moments, after each call that changes a file, and by power losses: whatever is left,
// the same call goes on, and the picture is, bit by bit, that of the night that nobody touched.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "tests/support/crash/disk_model.h"
#include "tests/support/small_night.h"
#include "tests/support/soak.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Tiny frames, some of them bad, and more than a block of them where a block's end is looked at.
class LiveKill : public testing::Test {
protected:
    void SetUp() override {
        SmallNightOptions o;
        o.layout = NightLayout::sorted;
        o.width = 240;
        o.height = 160;
        o.frames = 14;
        o.darks = 2;
        o.device_failed = {4};
        night_ = write_small_night(world_ / "card", o);
        fs::resize_file(night_.lights[9], fs::file_size(night_.lights[9]) - 4000);
        want_ = stacked_at_once(world_, night_.session);
        ASSERT_FALSE(want_.fits.empty());
        const Clock::time_point begin = Clock::now();
        const Finished done = world_.run(live_words("--replay", night_.session, world_ / "whole", kOften));
        ASSERT_EQ(done.code, 4) << done.err;
        whole_run_ = Clock::now() - begin;
        ASSERT_EQ(sha256_of(result_of(world_ / "whole", ".fits")), want_.fits);
    }
    Words words(const fs::path& session) const { return live_words("--replay", night_.session, session, kOften); }
    void expect_whole(const fs::path& session, const std::string& when) const {
        ASSERT_FALSE(result_of(session, ".fits").empty()) << when;
        ASSERT_EQ(sha256_of(result_of(session, ".fits")), want_.fits) << when;
        ASSERT_EQ(sha256_of(result_of(session, ".nst")), want_.state) << when;
        ASSERT_EQ(read_json(result_of(session, ".json"))["counts"]["in"], 14) << when;
        ASSERT_THAT(files_ending(session, ".part"), testing::IsEmpty()) << when;
    }
    // Goes on to the end, which is whole.
    void finish(const fs::path& session, const std::string& when) const {
        const Finished done = world_.run(words(session));
        ASSERT_EQ(done.code, 4) << when << ": " << done.err;
        expect_whole(session, when);
    }
    // Killed after its last words.
    bool is_finished(const fs::path& session) const {
        const Finished again = world_.run(words(session));
        if (again.code == 4) return true;  // it went on just now
        const bool finished = again.code == 2 && again.err.find("finished") != std::string::npos;
        if (!finished) std::fprintf(stderr, "exit %d: %s\n", again.code, again.err.c_str());
        return finished;
    }
    // What a power loss leaves, before or after any call of a whole night; then the same call to its end.
    void lose_power_once(const std::vector<RecordedCall>& calls, PowerLoss loss, std::mt19937& dice, int round,
                         int& lost) {
        loss.before = dice() % (calls.size() + 1);
        const fs::path session = world_ / ("after-" + std::to_string(round));
        fs::create_directory(session);
        lose_power(calls, loss, dice, session);
        const std::string when = "power lost before call " + std::to_string(loss.before);
        if (!is_finished(session)) {
            ++lost;
        } else {
            expect_whole(session, when);
        }
        fs::remove_all(session);
    }
    CallOptions recorded(const fs::path& below, const std::vector<std::pair<std::string, std::string>>& more) const {
        CallOptions call;
        call.environment = {{"LD_PRELOAD", NIGHTSTACK_CALL_RECORDER},
                            {"NIGHTSTACK_RECORD_BELOW", below.string()},
                            {"NIGHTSTACK_RECORD_TO", (world_ / "record").string()}};
        call.environment.insert(call.environment.end(), more.begin(), more.end());
        return call;
    }

    static inline const Words kOften{"--checkpoint", "0"};  // after each frame
    World world_;
    SmallNight night_;
    StackedAtOnce want_;
    std::chrono::duration<double> whole_run_{};
};

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
                finish(session, "after " + std::to_string(times) + " kills");
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

TEST_F(LiveKill, ByPowerLosses) {
    const fs::path all = world_ / "all";
    ASSERT_EQ(world_.run(words(all), recorded(all, {})).code, 4);
    const std::vector<RecordedCall> calls = read_record(world_ / "record");
    std::mt19937 dice(5);
    int lost = 0;
    for (int round = 0; round < soaked(60); ++round) lose_power_once(calls, {}, dice, round, lost);
    EXPECT_EQ(lost, 0) << "nights that did not go on";
}

}  // namespace
}  // namespace nightstack::test
