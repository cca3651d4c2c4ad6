// SPDX-License-Identifier: MIT
// doctor, settings, sample-night, and where a setting comes from.
#include <gmock/gmock.h>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Doctor, EachLineIsOkOrSaysWhatToDo) {
    const World world;
    const Finished table = world.run({"doctor"});
    EXPECT_EQ(table.code, 0);
    for (const std::string& line : lines_of(table.out)) {
        EXPECT_THAT(line, testing::AnyOf(testing::StartsWith("nightstack "), testing::StartsWith("ok "),
                                         testing::StartsWith("TO DO ")));
    }
    const Finished json = world.run({"doctor", "--json"});
    EXPECT_GE(lines_of(json.out).size(), 5u);
    for (const std::string& line : lines_of(json.out)) {
        const nlohmann::json j = nlohmann::json::parse(line);
        for (const char* key : {"event", "what", "ok", "text"}) EXPECT_TRUE(j.contains(key)) << line;
    }
}

TEST(Settings, ThePageInTheDocsIsWhatTheProgramPrints) {
    const World world;
    const Finished done = world.run({"settings"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.out, read_bytes(fs::path(NIGHTSTACK_SOURCE_DIR) / "docs/settings.md"))
        << "make it again: nightstack settings > docs/settings.md";
}

TEST(Settings, FlagBeforeEnvironmentBeforeFileBeforeDefault) {
    const World world;
    SmallNightOptions o;
    o.frames = 4;
    const std::string night = write_small_night(world.path(), o).session.string();
    const auto warp = [&](Words words, const CallOptions& call) {
        words.insert(words.begin(), night);
        words.emplace_back("--force");
        const Finished done = world.stack(words, call);
        EXPECT_EQ(done.code, 0) << done.err;
        return world.report()["options"].value("warp", "absent");
    };
    const CallOptions environment{{{"NIGHTSTACK_WARP", "nearest"}}, {}, 0};
    EXPECT_EQ(warp({}, {}), "lanczos");
    write_bytes(world.config(), "[stack]\nwarp = \"bilinear\"\nrejection = [\"sigma\", 2.5, 3]\nquiet = true\n");
    EXPECT_EQ(warp({}, {}), "bilinear");
    EXPECT_EQ(warp({}, environment), "nearest");
    EXPECT_EQ(warp({"--warp", "cubic"}, environment), "cubic");
}

// The rows of the page in the docs are the keys of the report, whoever has set the values.
TEST(Settings, TheReportHasEveryValueInForce) {
    const World world;
    SmallNightOptions o;
    o.frames = 4;
    const SmallNight night = write_small_night(world.path(), o);
    write_bytes(world.config(), "[stack]\nweights = \"none\"\n");
    const CallOptions environment{{{"NIGHTSTACK_FRAMING", "common"}}, {}, 0};
    const std::string light = night.lights[1].filename().string();
    const Finished done = world.stack({night.session.string(), "--rejection", "sigma", "2.5", "--exclude", light,
                                       "--tiff", "--threads", "1", "--memory", "1G"},
                                      environment);
    ASSERT_EQ(done.code, 0) << done.err;
    const nlohmann::json r = world.report();
    nlohmann::json all = r["options"];
    all.update(r["run"]["options"]);
    std::size_t rows = 0;
    bool of_stack = false;
    for (const std::string& line : lines_of(world.run({"settings"}).out)) {
        if (line.find("## ") == 0) of_stack = line == "## nightstack stack";
        if (!of_stack || line.find("| `--") != 0) continue;
        const std::string name = line.substr(5, line.find('`', 5) - 5);
        EXPECT_TRUE(all.contains(name)) << name;
        ++rows;
    }
    EXPECT_EQ(rows, all.size());
    const nlohmann::json wanted = {{"weights", "none"},
                                   {"framing", "common"},
                                   {"rejection", "sigma 2.5 2.5"},
                                   {"exclude", {light}},
                                   {"tiff", true},
                                   {"force", false},
                                   {"demosaic", "linear"},
                                   {"drizzle-kernel", "square"},
                                   {"pixfrac", "1"},
                                   {"scale", "1"},
                                   {"mix", false},
                                   {"reference", nullptr},
                                   {"normalisation", "addscale"},
                                   {"darks", nlohmann::json::array()}};
    for (const auto& [key, value] : wanted.items()) EXPECT_EQ(r["options"][key], value) << key;
    EXPECT_FALSE(r["options"].contains("threads"));
    EXPECT_EQ(r["run"]["options"]["threads"], "1");
    EXPECT_EQ(r["run"]["memory_mb"], 1024);
}

TEST(Settings, AWrongSettingsFileIsExitTwoWithFileAndKey) {
    const World world;
    SmallNightOptions o;
    o.frames = 1;
    const std::string night = write_small_night(world.path(), o).session.string();
    const std::pair<const char*, const char*> cases[] = {{"[stack]\nwrap = \"cubic\"\n", "stack.wrap"},
                                                         {"[stack]\nwarp = \"magic\"\n", "stack.warp"},
                                                         {"[stack]\nthreads = -5\n", "stack.threads"},
                                                         {"[stack\n", "config.toml"},
                                                         {"stack = 3\n", "config.toml"}};
    for (const auto& [text, named] : cases) {
        write_bytes(world.config(), text);
        const Finished done = world.stack({night});
        EXPECT_EQ(done.code, 2) << text << done.err;
        EXPECT_THAT(done.err, HasSubstr(named)) << text;
        EXPECT_THAT(done.err, HasSubstr("config.toml")) << text;
        EXPECT_EQ(lines_of(done.err).size(), 1u) << done.err;
    }
}

TEST(SampleNight, IsANightOfADwarfAndNeverOverwritten) {
    const World world;
    const Words words{"sample-night", "--out", (world / "s").string(), "--frames", "1", "--darks", "1", "--quiet"};
    const Finished done = world.run(words);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.err, "");
    const fs::path session = lines_of(done.out).at(0);
    EXPECT_TRUE(fs::exists(session / "0000.fits"));
    EXPECT_TRUE(fs::exists(session / "shotsInfo.json"));
    EXPECT_EQ(files_ending(world / "s/Astronomy/DWARF_DARK", ".fits").size(), 1u);
    const Finished again = world.run(words);
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("exists already"));
}

TEST(SampleNight, HasTheSizeAndTheRotationAskedFor) {
    const World world;
    const Words words{"sample-night", "--out",   (world / "s").string(), "--frames", "2",      "--darks", "2",
                      "--size",       "512x300", "--rotation",           "0",        "--quiet"};
    const Finished done = world.run(words);
    ASSERT_EQ(done.code, 0) << done.err;
    const Finished info = world.run({"info", "--json", lines_of(done.out).at(0) + "/0000.fits"});
    const nlohmann::json j = nlohmann::json::parse(lines_of(info.out).at(0));
    EXPECT_EQ(j["width"], 512);
    EXPECT_EQ(j["height"], 300);
    for (const char* wrong : {"512", "512x300x2", "511x300", "100x100", "axb"}) {
        const Finished refused = world.run({"sample-night", "--out", (world / "t").string(), "--size", wrong});
        EXPECT_EQ(refused.code, 2) << wrong;
        EXPECT_FALSE(std::filesystem::exists(world / "t")) << wrong;
    }
    // Its matching darks are found, whatever the size; the field stands still.
    ASSERT_EQ(world.stack({lines_of(done.out).at(0)}).code, 0);
    const nlohmann::json report = world.report();
    EXPECT_FALSE(report["applied"]["dark"].is_null());
    for (const auto& frame : report["frames"]) {  // one of the two is the reference
        ASSERT_FALSE(frame["ref_from_frame"].is_null()) << frame;
        EXPECT_NEAR(frame["ref_from_frame"][1].get<double>(), 0, 1e-3);
    }
}

}  // namespace
}  // namespace nightstack::test
