// SPDX-License-Identifier: MIT
// The computer's clock is set while a night is taken, an hour back and then a day on: the night takes no notice.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <optional>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class LiveClock : public testing::Test {
protected:
    // Copies the lights into a watched folder, one by one; before some of them the clock is set, and files that come
    // then have the times of that clock. Returns the words of the program.
    std::string take(const SmallNight& night, const std::string& name, const std::map<std::size_t, long>& jumps) {
        const fs::path watched = world_ / "watched", offset = world_ / (name + ".offset");
        fs::remove_all(watched);  // the same in all nights: its name is in their reports
        fs::create_directories(watched / "lights");
        fs::copy(night.session / "darks", watched / "darks");
        CallOptions call;
        call.environment = {{"LD_PRELOAD", NIGHTSTACK_CLOCK_SHIM}, {"NIGHTSTACK_CLOCK_OFFSET", offset.string()}};
        const Words words = live_words("--watch", watched, world_ / name,
                                       {"--until", "frames=10", "--json", "--verbose", "--checkpoint", "0"});
        const pid_t pid = world_.start(words, name, call);
        long now = 0;
        for (std::size_t i = 0; i < night.lights.size(); ++i) {
            if (jumps.contains(i)) {
                // Those before have been stacked, so that the jump falls into the waiting as well.
                wait_for_frames(name, i);
                now = jumps.at(i);
                write_bytes(offset.string() + ".new", std::to_string(now));
                fs::rename(offset.string() + ".new", offset);
            }
            const fs::path light = watched / "lights" / night.lights[i].filename();
            fs::copy_file(night.lights[i], light.string() + ".tmp");
            fs::last_write_time(light.string() + ".tmp", fs::file_time_type::clock::now() + std::chrono::seconds(now));
            fs::rename(light.string() + ".tmp", light);
        }
        const Finished done = world_.wait(pid, name);
        EXPECT_EQ(done.code, 0) << done.err;
        out_ = done.out;
        return done.err;
    }
    void wait_for_frames(const std::string& name, std::size_t count) const {
        for (int i = 0; i < 3000; ++i) {
            // Lines for people bear the time at which they were printed, and come later than events.
            if (count_lines(read_bytes(world_ / (name + ".out")), R"("event":"frame")") >= count &&
                count_lines(read_bytes(world_ / (name + ".err")), ".fits stacked") >= count)
                return;
            std::this_thread::sleep_for(10ms);
        }
        FAIL() << "no " << count << " frames within half a minute";
    }
    // All that a report says but how long it took.
    nlohmann::json report(const std::string& name) const {
        nlohmann::json report = read_json(result_of(world_ / name, ".json"));
        report["run"] = nullptr;
        return report;
    }
    // Whether a line begins with an earlier time than the one before: by less than half a day, so that midnight is
    // none.
    static bool goes_back(const std::string& words) {
        std::optional<int> last;
        for (const std::string& line : lines_of(words)) {
            int h = 0, m = 0, s = 0;
            if (std::sscanf(line.c_str(), "%2d:%2d:%2d", &h, &m, &s) != 3) continue;
            constexpr int kDay = 86400;
            const int now = 3600 * h + 60 * m + s;
            if (last && (now - *last + kDay) % kDay > kDay / 2) return true;
            last = now;
        }
        return false;
    }
    World world_;
    std::string out_;
};

TEST_F(LiveClock, SetWhileANightIsTakenChangesNothing) {
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.frames = 10;
    o.darks = 3;
    const SmallNight night = write_small_night(world_ / "card", o);
    take(night, "calm", {});
    EXPECT_TRUE(goes_back(take(night, "set", {{3, -3600}, {6, -3600 + 86400}}))) << "the program does not see it";
    EXPECT_EQ(count_lines(out_, R"("event":"frame")"), 10U);
    for (const char* ending : {".fits", ".nst", "s.png"}) {
        EXPECT_EQ(sha256_of(result_of(world_ / "set", ending)), sha256_of(result_of(world_ / "calm", ending)))
            << ending;
        EXPECT_EQ(result_of(world_ / "set", ending).filename(), result_of(world_ / "calm", ending).filename());
    }
    EXPECT_EQ(report("set"), report("calm"));
    EXPECT_EQ(report("set")["counts"]["in"], 10);
}

// Begun by a clock that is set a day back before the same call goes on.
TEST_F(LiveClock, SetBetweenTwoCallsTheNightIsFoundAgain) {
    const SmallNight night = write_small_night(world_ / "card");
    write_bytes(world_ / "offset", "86400");
    CallOptions call;
    call.environment = {{"LD_PRELOAD", NIGHTSTACK_CLOCK_SHIM},
                        {"NIGHTSTACK_CLOCK_OFFSET", (world_ / "offset").string()}};
    const Words words = with({"live", "--watch", night.session.string(), "--target", "M 1"}, kNightWords);
    const pid_t pid = world_.start(words, "live", call);
    for (int i = 0; i < 1000 && read_bytes(world_ / "live.err").find("stacked") == std::string::npos; ++i)
        std::this_thread::sleep_for(10ms);
    ::kill(pid, SIGTERM);
    EXPECT_EQ(world_.wait(pid, "live").code, 143);
    write_bytes(world_ / "offset", "0");
    const Finished done = world_.run(with(words, {"--quiet-end", "1"}), call);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(files_ending(world_ / "home/nightstack", "journal").size(), 1U) << done.err;
}

}  // namespace
}  // namespace nightstack::test
