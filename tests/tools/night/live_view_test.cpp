// SPDX-License-Identifier: MIT
// The scope's own video on the server of a night that only follows it; of one that drives it see live_scope_test.cpp.
#include "tests/tools/night/live_view.h"

#include "tests/support/soak.h"
#include "tests/tools/night/live_scope.h"

namespace nightstack::test {
namespace {

TEST_F(LiveScope, ShowsTheVideoOfACaptureThatAnotherProgramRuns) {
    NIGHTSTACK_SOAK_ONLY();
    for (const Words& words : {Words{"open", "--binning", "2x2"}, Words{"calibrate"}, Words{"goto", "M 42"}})
        ASSERT_EQ(twin_.scope(words).code, 0) << words.front();
    const pid_t pid = files_.start(with({"live", "--scope", "127.0.0.1", "--ports", twin_.address().at(3), "--no-drive",
                                         "--reserve", "0", "--no-solve", "--json", "--session", session().string()},
                                        with(kServed, kNightWords)),
                                   "live");
    const std::string host = served_at(files_ / "live.out");
    std::this_thread::sleep_for(std::chrono::seconds(2));  // it has looked at the card: what grows now is followed
    ASSERT_EQ(twin_.scope({"raw", "--exposure", "4", "--binning", "2x2", "--count", "8", "--detach"}).code, 0);
    wait_for_lights(1);
    const Seen seen = looked_at_capture(host, twin_, 60);
    EXPECT_THAT(seen.streams, testing::Contains("rawstream"));
    EXPECT_FALSE(seen.pictures.empty());
    const Finished done = files_.wait(pid, "live");
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(nlohmann::json::parse(lines_of(done.out).back())["counts"]["in"], 8);
}

}  // namespace
}  // namespace nightstack::test
