// SPDX-License-Identifier: MIT
// `nightstack live --scope` against the twin, over real sockets: from a cold scope to the products, through bad weather
// and deaths of the program.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/support/soak.h"
#include "tests/tools/night/live_calls.h"
#include "tests/tools/scope/twin.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr char kTime[] = "2026-01-18T21:04:26Z";

class LiveScope : public testing::Test {
protected:
    fs::path session() const { return files_ / "night"; }
    Words live(const Words& more) const {
        return with({"live",
                     "--scope",
                     "127.0.0.1",
                     "--ports",
                     twin_.address().at(3),
                     "--site",
                     "48,9,300",
                     "--zone",
                     "Europe/Berlin",
                     "--time",
                     kTime,
                     "--target",
                     "M 42",
                     "--exposure",
                     "4",
                     "--gain",
                     "80",
                     "--binning",
                     "2x2",
                     "--reserve",
                     "0",
                     "--session",
                     session().string()},
                    more);
    }
    // The frames as they lie in the night's folder, stacked at once.
    std::string at_once() const {
        const auto lights = files_ending(session() / "frames", ".fits");
        fs::path folder;
        for (const fs::path& path : lights) {
            if (path.string().find("DWARF_RAW_") != std::string::npos) folder = path.parent_path();
        }
        fs::remove(folder / "shotsInfo.json");  // it came when the first frame had been taken
        return stacked_at_once(files_, folder).fits;
    }
    std::string judged(const fs::path& stack) const {
        const auto truth = files_ending(files_ / "truth", "truth.npz");
        EXPECT_EQ(truth.size(), 1U);
        if (truth.empty()) return "";
        const std::string command = std::string("/usr/bin/python3 ") + NIGHTSTACK_SOURCE_DIR +
                                    "/tests/support/judge/quality.py --quick '" + stack.string() + "' '" +
                                    truth.front().string() + "' >'" + (files_ / "judged").string() + "'";
        EXPECT_EQ(std::system(command.c_str()), 0);
        return read_bytes(files_ / "judged");
    }

    World files_;
    Twin twin_{{"--card", (files_ / "card").string(), "--truth", (files_ / "truth").string(), "--time", kTime,
                "--speed", "30"}};
};

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
        for (int i = 0; i < 1200; ++i) {
            const fs::path frames_here = session() / "frames";
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            if (!fs::exists(frames_here)) continue;
            const auto here = files_ending(frames_here, ".fits");
            const auto lights = std::ranges::count_if(
                here, [](const fs::path& p) { return p.string().find("DWARF_RAW_") != std::string::npos; });
            if (lights >= frames) break;
        }
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
                      kTime,
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
