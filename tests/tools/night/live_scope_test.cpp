// SPDX-License-Identifier: MIT
// `nightstack live --scope` against the twin, over real sockets: from a cold scope to the products, through bad weather
// and deaths of the program.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/tools/night/live_scope.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

TEST_F(LiveScope, AWholeNightThatTheJudgeAccepts) {
    const Finished done = files_.run(live({"--count", "10", "--json"}));
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("goto M 42: there, and following it"));
    EXPECT_THAT(done.err, HasSubstr("off the target M 42"));
    const nlohmann::json ready = nlohmann::json::parse(lines_of(done.out).front());
    EXPECT_EQ(ready["event"], "ready");
    const nlohmann::json last = nlohmann::json::parse(lines_of(done.out).back());
    EXPECT_EQ(last["event"], "done");
    EXPECT_EQ(last["counts"]["in"], 10);
    EXPECT_EQ(last["counts"]["stacked"], 10);
    EXPECT_EQ(count_lines(done.out, R"("event":"frame")"), 10U);
    for (const char* ending : {"s.png", "_annotated.png", ".html", ".json", ".nst"})
        EXPECT_FALSE(result_of(session(), ending).empty()) << ending;
    const nlohmann::json judged = nlohmann::json::parse(this->judged(result_of(session(), ".fits")));
    EXPECT_LT(judged["match"]["rms_px"], 0.15);
    for (const auto& plane : judged["chan"]) {
        EXPECT_GT(plane["noise_eff"], 0.75) << plane;
        EXPECT_NEAR(plane["ext_ratio"].get<double>(), 1, 0.08) << plane;
        EXPECT_NEAR(plane["fwhm_ratio"].get<double>(), 1, 0.05) << plane;
        EXPECT_LT(plane["outlier_ppm_pos"], 30) << plane;
    }
}

// Clouds and wind cost their frames, a trail none; the program dies twice, the connection once.
TEST_F(LiveScope, BadWeatherAndSuddenDeaths) {
    // Behind the first frames, whose limits are wide: nobody knows yet what is normal.
    twin_.fault({{"name", "sky.cloud"}, {"frame", 10}, {"args", {{"loss", 0.7}}}});
    twin_.fault({{"name", "mount.wind"}, {"frame", 12}, {"args", {{"px", 20}}}});
    twin_.fault({{"name", "sky.trail"}, {"frame", 9}});
    twin_.fault({{"name", "ws.lose_push"}, {"probability", 0.5}});
    const Words words = live({"--count", "14", "--no-solve", "--demosaic", "superpixel", "--threads", "2"});
    for (const int frames : {2, 8}) {
        const pid_t pid = files_.start(words, "live");
        wait_for_lights(static_cast<std::size_t>(frames));
        if (frames == 8) twin_.fault({{"name", "ws.close"}});
        ::kill(pid, SIGKILL);
        EXPECT_EQ(files_.wait(pid, "live").code, 137);
    }
    const Finished done = files_.run(words);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(twin_.received(10011), 1) << "the capture is begun once";
    const nlohmann::json report = read_json(result_of(session(), ".json"));
    EXPECT_EQ(report["counts"]["in"], 14);
    EXPECT_GE(report["counts"]["stacked"], 11);
    EXPECT_GE(report["counts"]["rejected"], 2);
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), at_once());
}

}  // namespace
}  // namespace nightstack::test
