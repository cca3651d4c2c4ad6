// SPDX-License-Identifier: MIT
// `nightstack live --scope` against the twin, over real sockets: from a cold scope to the products, through bad weather
// and deaths of the program.
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/support/soak.h"
#include "tests/tools/night/live_scope.h"
#include "tests/tools/night/live_view.h"
#include "tests/tools/night/page_stop.h"

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
    const nlohmann::json judged = nlohmann::json::parse(this->judged(result_of(session(), ".fits")));
    EXPECT_LT(judged["match"]["rms_px"], 0.15);
    for (const auto& plane : judged["chan"]) {
        EXPECT_LT(plane["outlier_ppm_pos"], 30) << plane;
        EXPECT_NEAR(plane["phot_bright_minus_faint_mag"].get<double>(), 0, 0.06) << plane;
        ASSERT_EQ(plane["trails"].size(), 1U) << plane;
        EXPECT_NEAR(plane["trails"][0]["share_of_unrejected"].get<double>(), 0, 0.05) << plane;
    }
}

// A night without a count is ended from its page: the scope is told to stop, and all that it kept is in the picture.
TEST_F(LiveScope, AStopFromThePageTakesTheLastFrames) {
    const pid_t pid = files_.start(live({"--no-solve", "--demosaic", "superpixel", "--threads", "2", "--json", "--http",
                                         "127.0.0.1:0", "--no-browser"}),
                                   "live");
    wait_for_lights(3);
    stop_by_page(read_bytes(files_ / "live.out"));
    const Finished done = files_.wait(pid, "live");
    EXPECT_EQ(done.code, 0) << done.err;
    std::size_t kept = 0;
    for (const auto& path : files_ending(files_ / "card/DWARF_II/Astronomy", ".fits"))
        kept += path.string().find("DWARF_RAW_") != std::string::npos ? 1 : 0;
    EXPECT_GE(kept, 3U);
    EXPECT_EQ(nlohmann::json::parse(lines_of(done.out).back())["counts"]["in"], kept) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), at_once());
}

class LivePlan : public LiveScope {
protected:
    static std::string target(const std::string& name, const std::string& exposure, int count) {
        return "[[target]]\nname = \"" + name + "\"\nexposure_s = " + exposure + "\ncount = " + std::to_string(count) +
               "\nbinning = \"2x2\"\n";
    }
    Finished run(const std::string& targets) const {
        write_bytes(files_ / "plan.toml", "site = \"48,9,300\"\n" + targets);
        return files_.run({"live",
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
                           session().string()});
    }
    int frames_in(const char* night) const {
        const auto report = result_of(session() / night, ".json");
        return report.empty() ? 0 : read_json(report)["counts"]["in"].get<int>();
    }
};

// Two of one name are two nights; asked for again, none is taken twice, and of one that wants more the rest is taken.
// Half a minute: as a soak only. What needs no scope of it is in live_plan_test.cpp.
TEST_F(LivePlan, TargetsOfOneNameAreTwo) {
    NIGHTSTACK_SOAK_ONLY();
    twin_.set_speed(120);
    const Finished done = run(target("M 42", "4", 2) + target("M 42", "2", 1));
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err,
                HasSubstr("the plan is over: all targets have their frames: M 42 has 2 of 2, M 42 has 1 of 1"));
    EXPECT_EQ(count_lines(done.out, R"("event":"ready")"), 2U);
    EXPECT_EQ(count_lines(done.out, R"("event":"done")"), 2U);
    EXPECT_EQ(count_lines(done.out, R"("event":"error")"), 0U);
    EXPECT_EQ(frames_in("M_42"), 2);
    EXPECT_EQ(frames_in("M_42-2"), 1);
    EXPECT_EQ(twin_.received(10011), 2);
    const Finished again = run(target("M 42", "4", 2) + target("M 42", "2", 3));
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("M 42 is finished already: " + (session() / "M_42/results").string()));
    EXPECT_THAT(again.err, HasSubstr("1 of 3 frames are there; this night is for the other 2"));
    EXPECT_THAT(again.err, HasSubstr("M 42 has 3 of 3"));
    EXPECT_EQ(frames_in("M_42-2"), 1);
    EXPECT_EQ(frames_in("M_42-3"), 2);
    EXPECT_EQ(twin_.received(10011), 3) << "nothing is taken twice";
}

// Half a minute: as a soak only.
TEST_F(LivePlan, ASilentScopeCostsNoTargetAndTheLastWordIsTrue) {
    NIGHTSTACK_SOAK_ONLY();
    twin_.set_speed(120);
    twin_.freeze();
    const std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::seconds(20));
        twin_.thaw();
    });
    const std::string gone = "[[target]]\nname = \"M 45\"\nend = 2026-01-18T20:00:00Z\ncount = 7\n";
    const Finished done = run(gone + target("M 42", "2", 2) + target("M 45", "2", 2));
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("Waiting for it, as long as the hours of this target last"));
    EXPECT_THAT(done.err, HasSubstr("the plan is over: M 45 has 0 of 7, M 42 has 2 of 2, M 45 has 2 of 2; "
                                    "M 45: its end has passed"));
    EXPECT_EQ(twin_.received(10011), 2);
}

}  // namespace
}  // namespace nightstack::test
