// SPDX-License-Identifier: MIT
// `nightstack live --scope` against the twin, over real sockets: from a cold scope to the products, through bad weather
// and deaths of the program.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/support/soak.h"
#include "tests/tools/night/live_scope.h"
#include "tests/tools/night/live_view.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

// Looked at while it runs: the scope's own video is there, and costs nothing.
TEST_F(LiveScope, AWholeNightThatTheJudgeAccepts) {
    const pid_t pid = files_.start(live(with({"--count", "10", "--json"}, kServed)), "live");
    wait_for_lights(1);
    const Seen seen = looked_at_capture(served_at(files_ / "live.out"), twin_, 30);
    EXPECT_THAT(seen.streams, testing::Contains("rawstream"));
    EXPECT_FALSE(seen.pictures.empty());
    const Finished done = files_.wait(pid, "live");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, testing::Not(HasSubstr("stream"))) << "nothing is told of it";
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

// Two targets, a night for each; asked for again, none is taken twice. A quarter of a minute: as a soak only.
TEST_F(LiveScope, APlanOfTwoTargets) {
    if (soaked(1) == 1) return;
    write_bytes(files_ / "plan.toml",
                "site = \"48,9,300\"\n"
                "[[target]]\nname = \"M 42\"\nexposure_s = 2\ncount = 2\nbinning = \"2x2\"\ndarks = \"off\"\n"
                "[[target]]\nname = \"M 45\"\nexposure_s = 2\ncount = 2\nbinning = \"2x2\"\ndarks = \"off\"\n");
    const Words words{"live",
                      "--scope",
                      "127.0.0.1",
                      "--ports",
                      twin_.address().at(3),
                      "--zone",
                      "Europe/Berlin",
                      "--time",
                      kScopeTime,
                      "--reserve",
                      "0",
                      "--no-solve",
                      "--demosaic",
                      "superpixel",
                      "--threads",
                      "2",
                      "--json",
                      "--plan",
                      (files_ / "plan.toml").string(),
                      "--session",
                      session().string()};
    const Finished done = files_.run(words);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("the plan is over"));
    EXPECT_EQ(count_lines(done.out, R"("event":"ready")"), 2U);
    EXPECT_EQ(count_lines(done.out, R"("event":"done")"), 2U);
    EXPECT_EQ(count_lines(done.out, R"("event":"error")"), 0U);
    for (const char* target : {"M_42", "M_45"}) {
        ASSERT_FALSE(result_of(session() / target, ".fits").empty()) << target;
        EXPECT_EQ(read_json(result_of(session() / target, ".json"))["counts"]["in"], 2) << target;
    }
    EXPECT_EQ(twin_.received(10011), 2);
    const Finished again = files_.run(words);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("M 42 is finished already"));
    EXPECT_THAT(again.err, HasSubstr("M 45 is finished already"));
    EXPECT_EQ(twin_.received(10011), 2) << "nothing is taken twice";
}

}  // namespace
}  // namespace nightstack::test
