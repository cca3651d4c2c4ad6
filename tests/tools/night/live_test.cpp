// SPDX-License-Identifier: MIT
// `nightstack live` over folders: the picture of the night is that of `stack --method stream`, whoever brings the
// frames and however often it was broken off.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class Live : public testing::Test {
protected:
    fs::path session() const { return world_ / "night"; }
    void expect_same(const StackedAtOnce& want) const {
        ASSERT_FALSE(result_of(session(), ".fits").empty());
        EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
        EXPECT_EQ(sha256_of(result_of(session(), ".nst")), want.state);
    }
    World world_;
};

TEST_F(Live, AReplayedNightIsTheStackOfItsFrames) {
    const SmallNight night = write_small_night(world_ / "card", calibrated_night());
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const Finished done = world_.run(live_words("--replay", night.session, session()));
    EXPECT_EQ(done.code, 0) << done.err;
    expect_same(want);
    const nlohmann::json report = read_json(result_of(session(), ".json"));
    EXPECT_EQ(report["counts"]["stacked"], 10);
    EXPECT_EQ(report["applied"]["dark"]["frames"], 3);
    EXPECT_EQ(report["applied"], world_.report()["applied"]);
    nlohmann::json options = report["options"], once = world_.report()["options"];
    for (const char* place : {"force", "output", "state"}) options.erase(place), once.erase(place);
    EXPECT_EQ(options, once);
    EXPECT_EQ(report["result"], world_.report()["result"]);
    EXPECT_THAT(files_ending(session(), "checkpoint-0.nst"), SizeIs(0));
}

TEST_F(Live, AFolderThatFillsIsTheSame) {
    const SmallNight night = write_small_night(world_ / "card", calibrated_night());
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const fs::path watched = world_ / "watched";
    fs::create_directories(watched / "lights");
    for (const char* kind : {"darks", "flats", "biases"}) fs::copy(night.session / kind, watched / kind);
    const pid_t pid = world_.start(live_words("--watch", watched, session(), {"--until", "frames=10"}), "live");
    for (const fs::path& light : night.lights) {
        fs::copy_file(light, watched / "lights" / light.filename());
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
    }
    const Finished done = world_.wait(pid, "live");
    EXPECT_EQ(done.code, 0) << done.err;
    expect_same(want);
}

TEST_F(Live, OddFramesCostOnlyThemselves) {
    SmallNightOptions o = calibrated_night();
    o.layout = NightLayout::dwarf2_first;
    o.device_failed = {3};
    SmallNight night = write_small_night(world_ / "card", o);
    SmallNightOptions small = o;
    small.width = 240, small.height = 160, small.frames = 1;
    const SmallNight other = write_small_night(world_ / "other", small);
    const fs::path folder = night.lights.front().parent_path();
    fs::copy_file(other.lights.front(), folder / "0100.fits");
    fs::resize_file(night.lights[5], fs::file_size(night.lights[5]) - 5000);
    write_bytes(folder / "0101.fits", "SIMPLE  = nonsense");
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    EXPECT_EQ(want.code, 4);
    const Finished done = world_.run(live_words("--replay", night.session, session()));
    EXPECT_EQ(done.code, 4) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
    EXPECT_EQ(read_json(result_of(session(), ".json"))["counts"], world_.report()["counts"]);
    EXPECT_THAT(done.err, HasSubstr("0100.fits"));
}

TEST_F(Live, ANightThatWasInterruptedGoesOn) {
    SmallNightOptions o = calibrated_night();
    o.frames = 30;
    const SmallNight night = write_small_night(world_ / "card", o);
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const Words words = live_words("--replay", night.session, session());
    int interrupted = 0;
    for (int i = 0; i < 20; ++i) {
        const pid_t pid = world_.start(words, "live");
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + 40 * i));
        ::kill(pid, SIGINT);
        const Finished done = world_.wait(pid, "live");
        if (done.code == 0) break;
        ASSERT_EQ(done.code, 130) << done.err;
        EXPECT_THAT(done.err, HasSubstr("--resume"));
        ++interrupted;
    }
    EXPECT_GT(interrupted, 0);
    if (result_of(session(), ".fits").empty()) {
        const Finished done = world_.run({"live", "--resume", session().string()});
        EXPECT_EQ(done.code, 0) << done.err;
    }
    expect_same(want);
}

TEST_F(Live, AFinishedNightIsNeverTouched) {
    const SmallNight night = write_small_night(world_ / "card");
    const Words words = live_words("--replay", night.session, session());
    ASSERT_EQ(world_.run(words).code, 0);
    const std::string fits = sha256_of(result_of(session(), ".fits"));
    for (const Words& again : {words, Words{"live", "--resume", session().string()}}) {
        const Finished done = world_.run(again);
        EXPECT_EQ(done.code, 2);
        EXPECT_THAT(done.err, HasSubstr("finished"));
    }
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), fits);
}

TEST_F(Live, WithoutAFolderTheSameCallFindsItsNight) {
    const SmallNight night = write_small_night(world_ / "card");
    const Words words = with({"live", "--watch", night.session.string(), "--target", "M 1"}, kNightWords);
    const pid_t pid = world_.start(words, "live");
    const fs::path nights = world_ / "home/nightstack";
    for (int i = 0; i < 400 && (!fs::exists(nights) || files_ending(nights, "journal").empty()); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::kill(pid, SIGTERM);
    EXPECT_EQ(world_.wait(pid, "live").code, 143);
    ASSERT_THAT(files_ending(nights, "journal"), SizeIs(1));
    EXPECT_THAT(files_ending(nights, "journal").front().string(), HasSubstr("M_1"));
    const Finished done = world_.run(with(words, {"--quiet-end", "1"}));
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(files_ending(nights, "journal"), SizeIs(1));
    EXPECT_THAT(files_ending(nights, ".fits"), SizeIs(1));
    const Finished next = world_.run(with(words, {"--quiet-end", "1"}));
    EXPECT_EQ(next.code, 0) << next.err;
    EXPECT_THAT(files_ending(nights, "journal"), SizeIs(2)) << "the first is finished";
}

// A real small disk with room for the first words alone (root in a mount namespace; elsewhere nothing is tested): the
// night waits, and goes on when there is room.
TEST_F(Live, AFullDiskMakesTheNightWait) {
    SmallNightOptions o;
    o.frames = 16;
    const SmallNight night = write_small_night(world_ / "card", o);
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    fs::create_directories(world_ / "disk");
    const fs::path err = world_ / "live.err";
    write_full_disk_script(world_ / "run.sh", live_words("--replay", night.session, world_ / "disk/night"),
                           world_ / "disk", err, 32, "4k");
    const int code = in_own_mounts(world_ / "run.sh", world_ / "sum");
    if (code == kNoMounts) return;
    EXPECT_EQ(code, 0) << read_bytes(err);
    EXPECT_THAT(read_bytes(err), HasSubstr("the disk is full"));
    EXPECT_EQ(read_bytes(world_ / "sum"), want.fits + "\n");
}

// A stand-in for systemd's that tells what it is asked, and when it is let go.
TEST_F(Live, TheComputerStaysAwakeMeanwhile) {
    const SmallNight night = write_small_night(world_ / "card");
    write_bytes(world_ / "bin/systemd-inhibit", "#!/bin/sh\necho \"$@\" >'" + (world_ / "asked").string() +
                                                    "'\ncat\necho done >'" + (world_ / "let_go").string() + "'\n");
    fs::permissions(world_ / "bin/systemd-inhibit", fs::perms::owner_all);
    CallOptions call;
    call.environment = {{"PATH", (world_ / "bin").string() + ":/usr/bin:/bin"}};
    const pid_t pid = world_.start(live_words("--watch", night.session, session()), "live", call);
    for (int i = 0; i < 1000 && !fs::exists(world_ / "asked"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_THAT(read_bytes(world_ / "asked"), HasSubstr("--what=sleep:idle"));
    EXPECT_FALSE(fs::exists(world_ / "let_go"));
    ::kill(pid, SIGKILL);
    world_.wait(pid, "live");
    for (int i = 0; i < 500 && !fs::exists(world_ / "let_go"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(fs::exists(world_ / "let_go")) << "however the program dies";
}

// Ctrl-C makes no picture; what is there becomes one when it is asked for.
TEST_F(Live, UntilNowMakesThePictureOfWhatIsThere) {
    const SmallNight night = write_small_night(world_ / "card");
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const pid_t pid = world_.start(live_words("--watch", night.session, session()), "live");
    for (int i = 0; i < 400 && read_bytes(world_ / "live.err").find("stacked") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(pid, SIGINT);
    const Finished broken = world_.wait(pid, "live");
    EXPECT_EQ(broken.code, 130);
    EXPECT_THAT(broken.err, HasSubstr("--until now"));
    EXPECT_TRUE(result_of(session(), ".fits").empty());
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, Not(HasSubstr("as asked"))) << "the calibration is told as it was";
    expect_same(want);
}

// A block of 64 frames is closed when the next one comes, in this run or in the one that goes on.
TEST_F(Live, GoesOnOverTheEndOfABlock) {
    SmallNightOptions o;
    o.width = 240, o.height = 160, o.frames = 14;
    const SmallNight night = write_small_night(world_ / "card", o);
    const fs::path watched = world_ / "watched";
    fs::create_directory(watched);
    int frames = 0;
    const auto put_until = [&](int n) {
        for (; frames < n; ++frames)
            fs::copy_file(night.lights[static_cast<std::size_t>(frames) % night.lights.size()],
                          watched / ("light_" + std::to_string(1000 + frames) + ".fits"));
    };
    put_until(66);
    const pid_t pid = world_.start(live_words("--watch", watched, session(), {"--json"}), "live");
    for (int i = 0; i < 2000 && count_lines(read_bytes(world_ / "live.out"), R"("event":"frame")") < 66; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(pid, SIGINT);
    EXPECT_EQ(world_.wait(pid, "live").code, 130);
    put_until(70);
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
    EXPECT_EQ(done.code, 0) << done.err;
    expect_same(stacked_at_once(world_, watched));
}

// Killed while products were written, and then more frames came: those of the smaller night are gone.
TEST_F(Live, ProductsOfABrokenEndDoNotStayBeside) {
    SmallNightOptions o;
    o.frames = 10;
    const SmallNight night = write_small_night(world_ / "card", o);
    for (int attempt = 0; attempt < 8; ++attempt) {
        const fs::path watched = world_ / ("watched" + std::to_string(attempt));
        const fs::path folder = world_ / ("night" + std::to_string(attempt));
        fs::create_directory(watched);
        const auto put = [&](std::size_t i) { fs::copy_file(night.lights[i], watched / night.lights[i].filename()); };
        for (std::size_t i = 0; i < 7; ++i) put(i);
        const pid_t pid = world_.start(live_words("--watch", watched, folder, {"--until", "frames=7"}), "live");
        for (int i = 0; i < 8000 && result_of(folder, ".nst").empty(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ::kill(pid, SIGKILL);
        if (world_.wait(pid, "live").code != 137) continue;
        for (std::size_t i = 7; i < 10; ++i) put(i);
        const Finished done = world_.run({"live", "--resume", folder.string(), "--until", "now"});
        if (done.err.find("this night is finished") != std::string::npos) continue;  // killed behind its last words
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_THAT(result_of(folder, ".nst").string(), HasSubstr("_10x"));
        EXPECT_THAT(result_of(folder, ".fits").string(), HasSubstr("_10x"));
        return;
    }
    FAIL() << "it was always over before it was killed";
}

TEST_F(Live, ACallThatCannotBeginLeavesNothing) {
    fs::create_directory(world_ / "empty");
    const Finished done = world_.run(live_words("--replay", world_ / "empty", session()));
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_THAT(done.err, HasSubstr("no light frames"));
    EXPECT_FALSE(fs::exists(session()));
    const SmallNight night = write_small_night(world_ / "card");
    for (const Words& wrong : {Words{"--until", "tomorrow"}, {"--http", "here"}, {"--best", "--align", "scene"}}) {
        EXPECT_EQ(world_.run(live_words("--replay", night.session, session(), wrong)).code, 2);
        EXPECT_FALSE(fs::exists(session())) << wrong[0];
    }
    fs::create_directory(session());
    EXPECT_EQ(world_.run(live_words("--replay", world_ / "empty", session())).code, 2);
    EXPECT_TRUE(fs::is_empty(session())) << "a folder of the user's own stays";
}

// Looking for a night to go on with changes nothing about others.
TEST_F(Live, NightsThatAreOverAreNotWrittenTo) {
    const SmallNight night = write_small_night(world_ / "card"), other = write_small_night(world_ / "other");
    const Words words{"live", "--replay", night.session.string(), "--threads", "2"};
    ASSERT_EQ(world_.run(words).code, 0);
    const auto journals = files_ending(world_ / "home/nightstack", "journal");
    ASSERT_EQ(journals.size(), 1U);
    // Records that nothing later calls safe stand at the end; whoever opens it to go on writes them once more.
    const auto written = fs::last_write_time(journals[0]) - std::chrono::hours(1);
    fs::last_write_time(journals[0], written);
    ASSERT_EQ(world_.run({"live", "--replay", other.session.string()}).code, 0);
    EXPECT_EQ(fs::last_write_time(journals[0]), written);
    EXPECT_EQ(files_ending(world_ / "home/nightstack", "journal").size(), 2U);
}

TEST_F(Live, ResumeTakesTheWordsOfTheBeginning) {
    const SmallNight night = write_small_night(world_ / "card");
    const pid_t pid = world_.start(live_words("--watch", night.session, session()), "live");
    for (int i = 0; i < 400 && read_bytes(world_ / "live.err").find("stacked") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(pid, SIGINT);
    EXPECT_EQ(world_.wait(pid, "live").code, 130);
    for (const Words& more : {Words{"--demosaic", "bilinear"}, Words{"--exclude", "x.fits"}}) {
        const Finished done = world_.run(with({"live", "--resume", session().string()}, more));
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_THAT(done.err, HasSubstr(more[0] + " cannot be changed now"));
    }
}

TEST_F(Live, RefusesInWords) {
    const SmallNight night = write_small_night(world_ / "card");
    ASSERT_EQ(world_.run(live_words("--replay", night.session, session())).code, 0);
    const auto refused = [&](const Words& words, const char* text) {
        const Finished done = world_.run(words);
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_EQ(lines_of(done.err).size(), 1U) << done.err;
        EXPECT_THAT(done.err, HasSubstr(text));
    };
    const std::string card = night.session.string();
    refused({"live"}, "no source");
    refused({"live", "--watch", card, "--replay", card}, "a night has one");
    refused({"live", "--watch", (world_ / "no").string()}, "no such folder");
    refused({"live", "--resume", (world_ / "no").string()}, "no night's folder");
    refused({"live", "--watch", card, "--session", card}, "neither a night's folder nor empty");
    refused({"live", "--replay", card, "--until", "frames=0"}, "--until");
    refused({"live", "--replay", card, "--until", "tomorrow"}, "--until");
    refused({"live", "--replay", card, "--demosaic", "drizzle"}, "drizzle");
}

}  // namespace
}  // namespace nightstack::test
