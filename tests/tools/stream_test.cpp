// SPDX-License-Identifier: MIT
// `stack --method stream`: the report says how it was done, it can be made again bit by bit, and what makes no sense
// with it is refused in a line.
#include <gmock/gmock.h>

#include "tests/support/own_memory.h"
#include "tests/support/small_night.h"
#include "tests/support/soak.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

SmallNight small_night(const World& world) {
    SmallNightOptions o;
    o.frames = 5;
    return write_small_night(world / "card", o);
}

TEST(Stream, TheReportSaysHowAndVerifyAgrees) {
    const World world;
    const SmallNight night = small_night(world);
    const Words words{night.session.string(), "--method", "stream", "--clip-depth", "6",
                      "--rejection",          "sigma",    "3",      "2.5"};
    const Finished done = world.stack(words);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("memory: "));
    EXPECT_THAT(done.err, HasSubstr("live 3 2.5, depth 6"));
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["result"]["method"], "stream");
    EXPECT_EQ(report["result"]["flagged_percent"].size(), 3U);
    EXPECT_EQ(report["options"]["clip-depth"], "6");
    EXPECT_EQ(report["counts"]["stacked"], 5);
    EXPECT_EQ(report["reference"], report["frames"][0]["file"]);
    for (const auto& frame : report["frames"]) {
        EXPECT_EQ(frame["block"], 0);
        EXPECT_GT(frame["weight"], 0);
    }
    const Finished verified = world.run({"verify", (world / "result.json").string()});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    ASSERT_EQ(world.stack({night.session.string(), "--force"}).code, 0);
    EXPECT_EQ(world.report()["result"]["method"], "offline");
    EXPECT_TRUE(world.report()["result"]["flagged_percent"].is_null());
    EXPECT_FALSE(world.report()["frames"][0].contains("block"));
}

TEST(Stream, RefusesInALineWhatItCannotDo) {
    const World world;
    const SmallNight night = small_night(world);
    const std::vector<Words> calls = {{"--demosaic", "drizzle"}, {"--combine", "median"},
                                      {"--rejection", "linear"}, {"--rejection", "gesdt"},
                                      {"--rejection", "none"},   {"--grow", "2"},
                                      {"--weights", "wfwhm"},    {"--reference", night.lights[2].filename().string()}};
    for (const Words& more : calls) {
        Words words{night.session.string(), "--method", "stream", "--quiet"};
        words.insert(words.end(), more.begin(), more.end());
        const Finished done = world.stack(words);
        EXPECT_EQ(done.code, 2) << more[1] << ": " << done.err;
        EXPECT_EQ(lines_of(done.err).size(), 1U) << done.err;
        EXPECT_THAT(done.err, HasSubstr("--method stream: "));
    }
    const std::string first = night.lights[0].filename().string();
    EXPECT_EQ(world.stack({night.session.string(), "--method", "stream", "--reference", first}).code, 0);
}

// The same 20 files again and again: 80 frames, so that a block was closed, and 200 (2,000 with NIGHTSTACK_SOAK=10).
// What the program knows of a file (header, verdict, its part of the report) is up to 20 KB.
TEST(Stream, MemoryStaysFlatOverManyFrames) {
    if (!memory_is_ours()) return;
    const World world;
    SmallNightOptions o;
    o.frames = 20;
    const SmallNight night = write_small_night(world / "card", o);
    const auto peak = [&](int frames) {
        const std::filesystem::path looped = world / ("looped" + std::to_string(frames));
        std::filesystem::create_directory(looped);
        for (int i = 0; i < frames; ++i) {
            const auto& light = night.lights[static_cast<std::size_t>(i) % night.lights.size()];
            std::filesystem::create_hard_link(light, looped / (std::to_string(10000 + i) + ".fits"));
        }
        const Finished done = world.stack({looped.string(), "--method", "stream", "--force", "--threads", "2"});
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(world.report()["counts"]["stacked"], frames) << done.err;
        return world.report()["run"]["peak_mb"].get<double>();
    };
    const double few = peak(80);
    const int many = soaked(200);
    EXPECT_LT(peak(many), 1.1 * few + 0.02 * (many - 80));
}

TEST(Stream, AFolderThatIsNotThereIsSaidBeforeTheNight) {
    const World world;
    const SmallNight night = small_night(world);
    const Finished done =
        world.stack({night.session.string(), "--method", "stream", "--state", (world / "no" / "a.nst").string()});
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_THAT(done.err, HasSubstr("no such folder"));
    EXPECT_EQ(done.err.find("memory: "), std::string::npos);
}

TEST(Stream, SaysWhatWouldBeCheaperBeforeItBegins) {
    const World world;
    SmallNightOptions o;
    o.frames = 3;
    o.width = 1600;
    o.height = 1000;
    const SmallNight night = write_small_night(world / "card", o);
    const Words words{night.session.string(), "--method", "stream", "--clip-depth", "16", "--memory"};
    const auto with = [&](const std::string& memory) {
        Words all = words;
        all.push_back(memory);
        return world.stack(all);
    };
    const Finished little = with(ceiling(850));
    EXPECT_EQ(little.code, 2) << little.err;
    EXPECT_THAT(little.err, HasSubstr("--memory is too small: the live stack needs "));
    EXPECT_THAT(little.err, HasSubstr("cheaper: "));
    EXPECT_THAT(little.err, HasSubstr("--demosaic superpixel"));
}

}  // namespace
}  // namespace nightstack::test
