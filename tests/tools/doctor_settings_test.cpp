// SPDX-License-Identifier: MIT
// doctor, settings, sample-night, and where a setting comes from.
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Doctor, EachLineIsOkOrSaysWhatToDo) {
    const World world;
    const Finished table = world.run({"doctor"});
    EXPECT_EQ(table.code, table.out.find("\nTO DO ") == std::string::npos ? 0 : 1);
    for (const std::string& line : lines_of(table.out)) {
        EXPECT_THAT(line, testing::AnyOf(testing::StartsWith("nightstack "), testing::StartsWith("ok "),
                                         testing::StartsWith("TO DO ")));
    }
    EXPECT_THAT(table.out, testing::ContainsRegex("ok    compressed frames .*nightstack-unpack unpacks"));
    const Finished json = world.run({"doctor", "--json"});
    EXPECT_GE(lines_of(json.out).size(), 5u);
    for (const std::string& line : lines_of(json.out)) {
        const nlohmann::json j = nlohmann::json::parse(line);
        for (const char* key : {"event", "what", "ok", "text"}) EXPECT_TRUE(j.contains(key)) << line;
    }
}

nlohmann::json finding(const Finished& done, const std::string& what) {
    for (const std::string& line : lines_of(done.out)) {
        nlohmann::json j = nlohmann::json::parse(line);
        if (j["what"] == what) return j;
    }
    return nullptr;
}

TEST(Doctor, TellsOfThePlateSolver) {
    const World world;
    fs::create_directories(world / "bin");
    const CallOptions nothing_else{{{"PATH", (world / "bin").string()}}, {}};
    const nlohmann::json none = finding(world.run({"doctor", "--json"}, nothing_else), "plate solver");
    EXPECT_TRUE(none["ok"]) << none;  // nobody needs one
    EXPECT_THAT(none["text"].get<std::string>(), HasSubstr("apt install astrometry.net"));
    write_bytes(world / "bin/solve-field", "#!/bin/sh\n");
    fs::permissions(world / "bin/solve-field", fs::perms::owner_all);
    const nlohmann::json some = finding(world.run({"doctor", "--json"}, nothing_else), "plate solver");
    EXPECT_THAT(some["text"].get<std::string>(), HasSubstr((world / "bin/solve-field").string()));
}

TEST(Doctor, AFolderThatCannotBeWrittenIsToDo) {
    const World world;
    fs::create_directories(world / "home/.cache");
    write_bytes(world / "home/.cache/nightstack", "in the way");
    const Finished done = world.run({"doctor", "--json"});
    EXPECT_EQ(done.code, 1);
    const nlohmann::json library = finding(done, "calibration library");
    EXPECT_FALSE(library["ok"]) << library;
    EXPECT_THAT(library["text"].get<std::string>(), HasSubstr("Not a directory"));
    if (::geteuid() == 0) return;  // may write everywhere
    fs::create_directories(world / "locked");
    fs::permissions(world / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    const nlohmann::json here = finding(world.run({"doctor", "--json"}, {{}, world / "locked"}), "this folder");
    EXPECT_FALSE(here["ok"]) << here;
    EXPECT_THAT(here["text"].get<std::string>(), HasSubstr("Permission denied"));
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

TEST(Settings, ListsInTheEnvironmentAreSeparatedLikePaths) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const CallOptions environment{
        {{"NIGHTSTACK_EXCLUDE", night.lights[1].filename().string() + ":" + night.lights[2].filename().string()}},
        {},
        0};
    ASSERT_EQ(world.stack({night.session.string()}, environment).code, 0);
    EXPECT_EQ(world.report()["counts"]["rejected"], 2);
}

TEST(Settings, OfAnotherCommandDisturbNobody) {
    const World world;
    const CallOptions environment{{{"NIGHTSTACK_WARP", "foo"}, {"NIGHTSTACK_DARKS", "/nowhere"}}, {}, 0};
    EXPECT_NE(world.run({"doctor"}, environment).code, 2);
    EXPECT_EQ(world.run({"--quiet", "settings"}, environment).code, 0);
    EXPECT_EQ(world.run({"stack", world.path().string()}, environment).code, 2);
}

TEST(Settings, MisplacedKeysAreNamed) {
    const World world;
    for (const char* text : {"threads = 2\n", "[stak]\nthreads = 2\n"}) {
        write_bytes(world.config(), text);
        const Finished done = world.run({"stack", world.path().string()});
        EXPECT_EQ(done.code, 2);
        EXPECT_THAT(done.err, HasSubstr("config.toml"));
    }
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
    const Finished done =
        world.stack({night.session.string(), "--rejection", "sigma", "2.5", "--exclude", light, "--tiff", "--tiff-bits",
                     "16", "--png", "linear16", "--threads", "1", "--memory", "1G"},
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
                                   {"bits", "32"},
                                   {"png", "linear16"},
                                   {"tiff-bits", "16"},
                                   {"drizzle-kernel", "square"},
                                   {"pixfrac", "1"},
                                   {"scale", "1"},
                                   {"mix", false},
                                   {"reference", nullptr},
                                   {"normalisation", "addscale"},
                                   {"darks", nlohmann::json::array()}};
    for (const auto& [key, value] : wanted.items()) EXPECT_EQ(r["options"][key], value) << key;
    EXPECT_FALSE(r["options"].contains("threads"));
    EXPECT_EQ(r["run"]["options"]["threads"], 1);
    EXPECT_EQ(r["run"]["memory_mb"], 1024);
}

TEST(Settings, AWrongSettingsFileIsExitTwoWithFileAndKey) {
    const World world;
    SmallNightOptions o;
    o.frames = 1;
    const std::string night = write_small_night(world.path(), o).session.string();
    const std::pair<std::string, const char*> cases[] = {{"[stack]\nwrap = \"cubic\"\n", "stack.wrap"},
                                                         {"[stack]\nwarp = \"magic\"\n", "stack.warp"},
                                                         {"[stack]\nthreads = -5\n", "stack.threads"},
                                                         {"[stack\n", "config.toml"},
                                                         {"stack = 3\n", "config.toml"},
                                                         {"a=" + std::string(10'000, '['), "nested deeper"}};
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

Words small_sample(const fs::path& out) {
    return {"sample-night", "--out", out.string(), "--frames", "40", "--darks", "2", "--size", "512x300"};
}

// A card with darks of the user's own, of the same exposure, gain and binning.
TEST(SampleNight, NeverTouchesDarksThatAreThere) {
    const World world;
    const fs::path dark = world / "s/Astronomy/DWARF_DARK/exp_15_gain_80_bin_2/0000.fits";
    fs::create_directories(dark.parent_path());
    write_bytes(dark, "mine");
    const Finished done = world.run(small_sample(world / "s"));
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.err, HasSubstr("exists already"));
    EXPECT_THAT(done.err, testing::Not(HasSubstr("--force"))) << "it has none";
    EXPECT_EQ(read_bytes(dark), "mine");
    EXPECT_EQ(std::distance(fs::directory_iterator(world / "s/Astronomy"), {}), 1) << "no half night";
}

TEST(SampleNight, CtrlCTakesAwayItsOwnFilesAndNoOthers) {
    const World world;
    const fs::path other = world / "s/Astronomy/DWARF_DARK/exp_15_gain_60_bin_2/0000.fits";
    fs::create_directories(other.parent_path());
    write_bytes(other, "mine");
    const pid_t pid = world.start(small_sample(world / "s"), "call");
    const fs::path darks = world / "s/Astronomy/DWARF_DARK/exp_15_gain_80_bin_2";
    for (int i = 0; i < 20'000 && !fs::exists(darks / "0001.fits"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const fs::path mine = darks / "mine.txt";  // put there while the program is at work
    write_bytes(mine, "mine");
    ::kill(pid, SIGINT);
    EXPECT_EQ(world.wait(pid, "call").code, 130);
    EXPECT_EQ(read_bytes(other), "mine");
    EXPECT_EQ(read_bytes(mine), "mine");
    EXPECT_EQ(files_ending(world / "s", ".fits").size(), 1U);
    EXPECT_FALSE(fs::exists(world / "s/Astronomy/DWARF_RAW_Sample_EXP_15_GAIN_80_2026-09-12-21-00-00-000"));
}

TEST(SampleNight, AFullDiskAndAWrongTurnLeaveNothing) {
    const World world;
    CallOptions small;
    small.file_size_limit = 100'000;  // below one frame
    EXPECT_EQ(world.run(small_sample(world / "s"), small).code, 6);
    EXPECT_FALSE(fs::exists(world / "s"));
    for (const char* turn : {"nan", "-nan", "inf", "181"}) {
        Words words = small_sample(world / "s");
        words.insert(words.end(), {"--rotation", turn});
        const Finished done = world.run(words);
        EXPECT_EQ(done.code, 2) << turn;
        EXPECT_THAT(done.err, HasSubstr("--rotation")) << turn;
        EXPECT_FALSE(fs::exists(world / "s")) << turn;
    }
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
