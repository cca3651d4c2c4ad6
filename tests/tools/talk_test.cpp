// SPDX-License-Identifier: MIT
// How the program talks: results on stdout, the rest on stderr, JSON lines for machines, exit codes, help.
#include <gmock/gmock.h>

#include <sys/wait.h>

#include <cstdlib>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Talk, JsonLinesAloneOnStdout) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.stack({night.session.string(), "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    std::size_t frames = 0;
    nlohmann::json last;
    for (const std::string& line : lines_of(done.out)) {
        ASSERT_TRUE(nlohmann::json::accept(line)) << line;
        last = nlohmann::json::parse(line);
        ASSERT_TRUE(last.contains("event")) << line;
        frames += last["event"] == "frame" ? 1U : 0U;
    }
    EXPECT_EQ(frames, 8u);
    EXPECT_EQ(last["event"], "done");
    EXPECT_EQ(last["fits"], world.result().string());
    EXPECT_EQ(last["stacked"], 8);
}

TEST(Talk, QuietIsQuietButGivesItsResults) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.stack({night.session.string(), "--quiet"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.err, "");
    EXPECT_THAT(lines_of(done.out), SizeIs(3)) << done.out;
}

TEST(Talk, NoAnimationAndNoColourWithoutATerminal) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    write_bytes(night.session / "light_90.fits", "SIMPLE");
    const Finished done = world.stack({night.session.string(), "--verbose"});
    EXPECT_EQ(done.code, 4);
    EXPECT_EQ(done.err.find('\x1B'), std::string::npos);
    EXPECT_EQ(done.err.find('\r'), std::string::npos);
}

TEST(Talk, SummaryHasWhatUsersOfSirilLookFor) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.stack({night.session.string()});
    for (const char* part : {"Pixel rejection in channel #2:", "Integration of 8 images", "Total exposure: 2 min 00 s",
                             "Background noise value (channel #0"})
        EXPECT_EQ(count_lines(done.err, part), 1u) << part << "\n" << done.err;
}

TEST(Talk, WrongUsageIsExitTwoWithOneLineAndAHint) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const std::string n = night.session.string();
    const std::vector<Words> calls = {{},
                                      {"stak"},
                                      {"stack"},
                                      {"stack", n, "--warp", "magic"},
                                      {"stack", n, "--rejection", "sigma:three"},
                                      {"stack", n, "--rejection", "magic"},
                                      {"stack", n, "--rejection", "sigma", "-1"},
                                      {"stack", n, "--memory", "much"},
                                      {"stack", n, "--memory", "800"},
                                      {"stack", n, "--grow", "6"},
                                      {"stack", n, "--grow", "some"},
                                      {"stack", n, "--threads", "-3"},
                                      {"stack", n, "--output", (world / "x.png").string()},
                                      {"stack", n, "--method", "stream", "--combine", "median"},
                                      {"stack", n, "--config", (world / "absent.toml").string()},
                                      {"stack", n, "--no-such-option"},
                                      {"info"},
                                      {"sample-night"},
                                      {"sample-night", "--out", "x", "--frames", "0"}};
    for (const Words& words : calls) {
        const Finished done = world.run(words);
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_EQ(done.out, "");
        const auto said = lines_of(done.err);
        EXPECT_TRUE(said.size() == 1 || (said.size() == 2 && said[1].find("--help") != std::string::npos)) << done.err;
    }
    EXPECT_TRUE(files_ending(world.path(), ".part").empty());
}

TEST(Talk, APathBehindAnOptionIsAPath) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const std::string n = night.session.string();
    const std::string one = night.lights.front().filename().string();
    const std::vector<Words> calls = {{"stack", "--rejection", "none", n},
                                      {"stack", "--rejection", "sigma", "2", "2.5", n},
                                      {"stack", "--rejection=winsorized:3:3", n},
                                      {"stack", "--exclude", one, n},
                                      {"stack", "--force", "--include", one, n}};
    for (const Words& words : calls) {
        const Finished done = world.run(words);
        EXPECT_EQ(done.code, 0) << words[1] << "\n" << done.err;
    }
}

TEST(Talk, HelpOfEveryCommand) {
    const World world;
    const Finished top = world.run({"--help"});
    EXPECT_EQ(top.code, 0);
    for (const char* command : {"stack", "info", "doctor", "sample-night", "settings"}) {
        EXPECT_THAT(top.out, HasSubstr(command));
        const Finished help = world.run({command, "--help"});
        EXPECT_EQ(help.code, 0);
        EXPECT_THAT(help.out, HasSubstr(std::string("Usage: nightstack ") + command));
        EXPECT_EQ(help.out.find("INT"), std::string::npos) << "types of the parser are no words for users";
        EXPECT_EQ(help.err, "");
        EXPECT_EQ(world.run({command, "--version"}).out, world.run({"--version"}).out) << command;
        if (std::string(command) != "settings") {
            EXPECT_THAT(help.out, HasSubstr("--quiet"));
            EXPECT_THAT(help.out, HasSubstr("--verbose"));
        }
    }
    EXPECT_THAT(world.run({"--version"}).out, testing::MatchesRegex("nightstack [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Talk, ALocaleWithADecimalCommaChangesNothing) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Words words{night.session.string(), "--rejection", "sigma", "2.5", "3.5", "--force"};
    ASSERT_EQ(world.stack(words).code, 0);
    const std::string plain = sha256_of(world.result());
    nlohmann::json report = world.report();
    const CallOptions german{{{"LC_ALL", "de_DE.UTF-8"}, {"LANG", "de_DE.UTF-8"}}, {}, 0};
    const Finished done = world.stack(words, german);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(sha256_of(world.result()), plain);
    nlohmann::json again = world.report();
    report.erase("run");
    again.erase("run");
    EXPECT_EQ(report, again);
    EXPECT_THAT(done.err, HasSubstr("sigma 2.5 3.5"));
}

TEST(Talk, AClosedPipeOnStdoutIsNoDeath) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const std::string command = "'" + program_path() + "' stack '" + night.session.string() + "' --json --output '" +
                                world.result().string() + "' 2>/dev/null | head -n 1 > /dev/null";
    EXPECT_EQ(std::system(("HOME='" + (world / "home").string() + "' sh -c \"" + command + "\"").c_str()), 0);
    EXPECT_TRUE(fs::exists(world.result()));
}

// Runs `nightstack WORDS` in a shell with `redirection`; exit code and stderr.
Finished with_stdout(const World& world, const std::string& words, const std::string& redirection) {
    const std::string command = "HOME='" + (world / "home").string() + "' '" + program_path() + "' " + words + " 2>'" +
                                (world / "said").string() + "' " + redirection;
    write_bytes(world / "run.sh", command);
    const int status = std::system(("bash -o pipefail '" + (world / "run.sh").string() + "'").c_str());
    return {WEXITSTATUS(status), "", read_bytes(world / "said")};
}

TEST(Talk, OutputThatIsLostIsToldAndIsNoSuccess) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const std::string stack =
        "stack '" + night.session.string() + "' --force --quiet --output '" + world.result().string() + "' ";
    const struct {
        std::string words, redirection, text;
        int code;
    } cases[] = {{stack + "--json", ">/dev/full", "No space left", 6},
                 {stack, ">&-", "Bad file descriptor", 1},
                 {stack + "--json", "| true", "Broken pipe", 1},
                 {"info '" + night.lights[0].string() + "'", ">/dev/full", "No space left", 6},
                 {"settings", ">/dev/full", "No space left", 6},
                 {"--help", ">/dev/full", "No space left", 6},
                 {"info absent.fits", "</dev/null", "absent.fits", 3}};
    for (const auto& c : cases) {
        const Finished done = with_stdout(world, c.words, c.redirection);
        EXPECT_EQ(done.code, c.code) << c.words << c.redirection << done.err;
        EXPECT_THAT(lines_of(done.err), SizeIs(1)) << c.words << c.redirection << done.err;
        EXPECT_THAT(done.err, HasSubstr(c.text)) << c.words << c.redirection;
    }
    EXPECT_TRUE(fs::exists(world.result())) << "the stack is worth having all the same";
}

}  // namespace
}  // namespace nightstack::test
