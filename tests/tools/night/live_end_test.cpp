// SPDX-License-Identifier: MIT
// The end of a live night, and what is done to it afterwards: the finishing pass, the best stack, frames taken out and
// put back.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"
#include "tests/tools/night/page_stop.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class LiveEnd : public testing::Test {
protected:
    fs::path session() const { return world_ / "night"; }
    void stop_by_page() const { test::stop_by_page(read_bytes(world_ / "live.out")); }
    World world_;
};

// Darks that the user names lie anywhere; the journal knows them.
TEST_F(LiveEnd, FinishFindsDarksOutsideTheFolderOfTheFrames) {
    const SmallNight night = write_small_night(world_ / "card", calibrated_night());
    fs::rename(night.session / "darks", world_ / "elsewhere");
    const Words how{"--darks", (world_ / "elsewhere").string(), "--clip-depth", "2", "--finish"};
    const StackedAtOnce want = stacked_at_once(world_, night.session, how);
    const Finished done = world_.run(live_words("--replay", night.session, session(), how));
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("finishing pass"));
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
    EXPECT_EQ(read_json(result_of(session(), ".json"))["applied"]["dark"]["frames"], 3);
}

// A night with a bad frame and one that the scope has refused; `stack` over the same frames at best quality.
class LiveBest : public LiveEnd {
protected:
    void SetUp() override {
        SmallNightOptions o = calibrated_night();
        o.layout = NightLayout::dwarf2_dated;
        o.frames = 12;
        o.device_failed = {4};
        o.anomalies.shakes = {{7}};
        night_ = write_small_night(world_ / "card", o);
        const Finished done = world_.stack(with({night_.session.string(), "--force"}, kNightWords), {});
        ASSERT_EQ(done.code, 0) << done.err;
        want_ = sha256_of(world_.result());
    }
    fs::path best(const std::string& ending) const { return result_of(session(), "_best" + ending); }
    Words words(const Words& more = {}) const {
        return live_words("--replay", night_.session, session(), with({"--best"}, more));
    }
    std::string page() const {
        const auto pages = files_ending(session() / "results", ".html");
        return pages.empty() ? "" : read_bytes(pages.front());
    }
    SmallNight night_;
    std::string want_;
};

TEST_F(LiveBest, IsTheOfflineStackOfTheSameFrames) {
    const Finished done = world_.run(words({"--json"}));
    EXPECT_EQ(done.code, 0) << done.err;
    ASSERT_FALSE(best(".fits").empty());
    EXPECT_EQ(sha256_of(best(".fits")), want_);
    EXPECT_EQ(files_ending(session() / "results", ".fits").size(), 2U);
    const nlohmann::json report = read_json(best(".json")), once = world_.report();
    EXPECT_EQ(report["counts"], once["counts"]);
    EXPECT_EQ(report["options"]["method"], "offline");
    EXPECT_EQ(report["applied"]["dark"]["frames"], 3);
    EXPECT_THAT(page(), HasSubstr("href=\"./" + best(".fits").filename().string()));
    // One last line, with the files of both.
    EXPECT_EQ(count_lines(done.out, "\"event\":\"done\""), 1U);
    const nlohmann::json last = nlohmann::json::parse(lines_of(done.out).back());
    EXPECT_EQ(last["event"], "done");
    EXPECT_THAT(last["products"].dump(), HasSubstr("_best.fits"));
    EXPECT_EQ(world_.run(words()).code, 2) << "all is there";
}

// Each time the call that made the picture is gone before the best stack is there.
TEST_F(LiveBest, BrokenOffTheSameCallMakesOnlyWhatIsMissing) {
    std::string fits;
    for (const int signal : {SIGKILL, SIGINT}) {
        fs::remove_all(session());
        const pid_t pid = world_.start(words(), "live");
        for (int i = 0; i < 3000 && read_bytes(world_ / "live.err").find("now the best stack") == std::string::npos;
             ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        ::kill(pid, signal);
        const Finished broken = world_.wait(pid, "live");
        if (broken.code == 0) GTEST_SKIP() << "it was over before it was interrupted";
        EXPECT_EQ(broken.code, 128 + signal) << broken.err;
        const auto live = files_ending(session() / "results", "s.fits");
        ASSERT_EQ(live.size(), 1U) << "the picture is there";
        fits = sha256_of(live.front());
        const auto written = fs::last_write_time(live.front());
        const Finished done = world_.run(signal == SIGINT ? Words{"live", "--resume", session().string()} : words());
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_THAT(done.err, Not(HasSubstr("taken once more")));
        ASSERT_FALSE(best(".fits").empty());
        EXPECT_EQ(sha256_of(best(".fits")), want_);
        EXPECT_EQ(sha256_of(live.front()), fits);
        EXPECT_EQ(fs::last_write_time(live.front()), written);
        EXPECT_THAT(page(), HasSubstr("_best.fits"));
    }
}

// A night without it gets it later, wherever its darks lie.
TEST_F(LiveBest, AFinishedNightGetsItLater) {
    ASSERT_EQ(world_.run(live_words("--replay", night_.session, session())).code, 0);
    EXPECT_THAT(page(), Not(HasSubstr("_best")));
    EXPECT_EQ(world_.run({"live", "--resume", session().string()}).code, 2);
    const Finished done = world_.run({"live", "--resume", session().string(), "--best"});
    EXPECT_EQ(done.code, 0) << done.err;
    ASSERT_FALSE(best(".fits").empty());
    EXPECT_EQ(sha256_of(best(".fits")), want_);
    const Finished again = world_.run({"live", "--resume", session().string(), "--best"});
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("its best stack as well"));
}

TEST_F(LiveBest, WithoutItsDarksThereIsNoneAndThePictureStays) {
    ASSERT_EQ(world_.run(live_words("--replay", night_.session, session())).code, 0);
    for (const fs::path& dark : night_.darks) fs::resize_file(dark, 2880);
    const Finished done = world_.run({"live", "--resume", session().string(), "--best"});
    EXPECT_EQ(done.code, 4) << done.err;
    EXPECT_THAT(done.err, HasSubstr("no best stack: dark"));
    EXPECT_FALSE(result_of(session(), ".fits").empty());
}

// What `retract` does to the stack of the same frames.
class LiveDecision : public LiveEnd {
protected:
    void SetUp() override {
        SmallNightOptions o = calibrated_night();
        o.layout = NightLayout::dwarf2_dated;
        night_ = write_small_night(world_ / "card", o);
        whole_ = stacked_at_once(world_, night_.session);
        frame_ = night_.lights[3].filename().string();
        const std::string state = (world_ / "once.nst").string(), fits = (world_ / "less.fits").string();
        ASSERT_EQ(
            world_.run({"retract", state, night_.lights[3].string(), "--inputs", (world_ / "card").string()}).code, 0);
        ASSERT_EQ(world_.run({"export", state, "--output", fits, "--png", "none"}).code, 0);
        less_ = {sha256_of(fits), sha256_of(state), 0};
    }
    void expect(const StackedAtOnce& want, const std::string& when) const {
        ASSERT_FALSE(result_of(session(), ".fits").empty()) << when;
        EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits) << when;
        EXPECT_EQ(sha256_of(result_of(session(), ".nst")), want.state) << when;
    }
    Finished decide(const char* verb, const Words& more) const {
        return world_.run(with({"live", verb, session().string()}, more));
    }
    SmallNight night_;
    std::string frame_;
    StackedAtOnce whole_, less_;
};

TEST_F(LiveDecision, AFinishedNightsProductsAreMadeAgain) {
    ASSERT_EQ(world_.run(live_words("--replay", night_.session, session())).code, 0);
    expect(whole_, "before");
    const nlohmann::json before = read_json(result_of(session(), ".json"));
    const Finished out = decide("retract", {frame_, "--json"});
    ASSERT_EQ(out.code, 0) << out.err;
    expect(less_, "retracted");
    EXPECT_EQ(nlohmann::json::parse(lines_of(out.out).back())["counts"]["stacked"], 9);
    const nlohmann::json report = read_json(result_of(session(), ".json"));
    EXPECT_EQ(report["counts"]["stacked"], 9);
    EXPECT_EQ(frame_of(report, frame_)["reason"], "user");
    EXPECT_EQ(report["applied"]["dark"], before["applied"]["dark"]);
    EXPECT_THAT(result_of(session(), ".html").string(), HasSubstr("_9x"));
    EXPECT_EQ(decide("retract", {frame_}).code, 2) << "it is out";
    ASSERT_EQ(decide("admit", {frame_}).code, 0);
    expect(whole_, "admitted");
}

TEST_F(LiveDecision, ANightThatWasBrokenOffHeedsItAtItsEnd) {
    const pid_t pid = world_.start(live_words("--watch", night_.session, session()), "live");
    for (int i = 0; i < 3000 && read_bytes(world_ / "live.err").find("stacked") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const Finished busy = decide("retract", {frame_});
    EXPECT_EQ(busy.code, 1) << "the night runs";
    EXPECT_THAT(busy.err, HasSubstr("another nightstack works"));
    ::kill(pid, SIGINT);
    ASSERT_EQ(world_.wait(pid, "live").code, 130);
    ASSERT_EQ(decide("retract", {frame_, night_.lights[5].filename().string()}).code, 0);
    EXPECT_EQ(decide("retract", {frame_}).code, 2) << "it was said";
    ASSERT_EQ(decide("admit", {night_.lights[5].filename().string()}).code, 0);
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("taken out, as was asked for: " + frame_));
    expect(less_, "at the end");
    EXPECT_THAT(done.err, HasSubstr("9 stacked, 1 rejected"));
}

// The best stack is of the frames that are in the picture.
TEST_F(LiveDecision, TheBestStackIsDueAgain) {
    ASSERT_EQ(world_.run(live_words("--replay", night_.session, session(), {"--best"})).code, 0);
    const Finished out = decide("retract", {frame_});
    ASSERT_EQ(out.code, 0) << out.err;
    EXPECT_THAT(out.err, HasSubstr("the best stack is still that of before"));
    ASSERT_EQ(world_.run({"live", "--resume", session().string()}).code, 0);
    fs::remove(night_.lights[3]);
    ASSERT_EQ(world_.stack(with({night_.session.string(), "--force"}, kNightWords)).code, 0);
    EXPECT_EQ(sha256_of(result_of(session(), "_best.fits")), sha256_of(world_.result()));
}

TEST_F(LiveDecision, RefusesInWordsAndLeavesAllAsItIs) {
    ASSERT_EQ(world_.run(live_words("--replay", night_.session, session())).code, 0);
    const auto refused = [&](const Finished& done, const std::string& text) {
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_EQ(lines_of(done.err).size(), 1U) << done.err;
        EXPECT_THAT(done.err, HasSubstr(text));
        expect(whole_, text);
    };
    refused(decide("retract", {"9999.fits"}), "no frame 9999.fits is in it");
    refused(decide("admit", {frame_}), frame_ + " is in the stack");
    refused(world_.run({"live", "retract", world_.path().string(), frame_}), "no night's folder");
    Words all;
    for (const fs::path& light : night_.lights) all.push_back(light.filename().string());
    refused(decide("retract", all), "no frame would be left");
    fs::remove(night_.lights[7]);
    refused(decide("retract", {frame_}), night_.lights[7].filename().string());
}

// Whoever looks at the night on the page may end it as well.
TEST_F(LiveEnd, AStopFromThePageMakesThePicture) {
    const SmallNight night = write_small_night(world_ / "card");
    const pid_t pid = world_.start(
        live_words("--watch", night.session, session(), {"--http", "127.0.0.1:0", "--no-browser", "--json"}), "live");
    for (int i = 0; i < 3000 && read_bytes(world_ / "live.out").find(R"("count":8)") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop_by_page();
    const Finished done = world_.wait(pid, "live");
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_FALSE(result_of(session(), ".fits").empty());
    const nlohmann::json last = nlohmann::json::parse(lines_of(done.out).back());
    EXPECT_EQ(last["event"], "done");
    EXPECT_EQ(last["products"][0], "results/" + result_of(session(), ".fits").filename().string());
}

// It ends the night, not what has come: that is in the picture.
TEST_F(LiveEnd, AStopFromThePageLosesNothingThatHasCome) {
    SmallNightOptions o;
    o.frames = 16;
    const SmallNight night = write_small_night(world_ / "card", o);
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const pid_t pid = world_.start(
        live_words("--watch", night.session, session(), {"--http", "127.0.0.1:0", "--no-browser", "--json"}), "live");
    for (int i = 0; i < 6000 && read_bytes(world_ / "live.out").find(R"("event":"frame")") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    stop_by_page();
    const Finished done = world_.wait(pid, "live");
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(nlohmann::json::parse(lines_of(done.out).back())["counts"]["stacked"], 16) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
}

// Nor what a run before had taken, however early the end comes.
TEST_F(LiveEnd, ANightThatGoesOnIsWholeBeforeItEnds) {
    const SmallNight night = write_small_night(world_ / "card");
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const pid_t pid = world_.start(live_words("--watch", night.session, session(), {"--verbose"}), "live");
    wait_for_stacked(world_ / "live.err", 8);
    ::kill(pid, SIGKILL);
    ASSERT_EQ(world_.wait(pid, "live").code, 137);
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "seconds=0.001"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
}

// A test shot first, so that the night begins anew; and the end comes at any time.
TEST_F(LiveEnd, TheEndMayComeWhileANightBeginsAnew) {
    const SmallNight night = write_small_night(world_ / "card");
    SmallNightOptions other;
    other.width = 120, other.height = 80, other.frames = 1;
    const SmallNight shot = write_small_night(world_ / "shot", other);
    fs::copy_file(shot.lights.front(), night.lights.front().parent_path() / "0.fits");
    for (const char* seconds : {"0.02", "0.06", "0.1", "0.2", "0.3"}) {
        const fs::path folder = world_ / (std::string("night-") + seconds);
        const Finished done =
            world_.run(live_words("--replay", night.session, folder, {"--until", std::string("seconds=") + seconds}));
        EXPECT_THAT(done.code, testing::AnyOf(0, 3, 4)) << done.err;
    }
}

// What is not whole when the night ends is told and counted, as `stack` does.
TEST_F(LiveEnd, HalfFilesAreCounted) {
    const SmallNight night = write_small_night(world_ / "card");
    fs::resize_file(night.lights[5], fs::file_size(night.lights[5]) - 4000);
    fs::resize_file(night.lights[6], 0);
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    EXPECT_EQ(want.code, 4);
    const Finished done =
        world_.run(live_words("--watch", night.session, session(), {"--until", "now", "--json", "--no-finish"}));
    EXPECT_EQ(done.code, 4) << done.err;
    const nlohmann::json counts = nlohmann::json::parse(lines_of(done.out).back())["counts"];
    EXPECT_EQ(counts["in"], 8);
    EXPECT_EQ(counts["failed"], 2);
    EXPECT_NE(done.out.find(night.lights[6].filename().string()), std::string::npos);
}

// The disk is full when the picture is to be written (root in a mount namespace; elsewhere nothing is tested).
TEST_F(LiveEnd, AFullDiskAtTheEndIsWaitedFor) {
    const SmallNight night = write_small_night(world_ / "card");
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    fs::create_directories(world_ / "disk");
    const fs::path err = world_ / "live.err";
    // Room for the journal of the night, not for its products.
    write_full_disk_script(
        world_ / "run.sh",
        live_words("--watch", night.session, world_ / "disk/night", {"--until", "frames=8", "--verbose"}),
        world_ / "disk", err, 8, "64k");
    const int code = in_own_mounts(world_ / "run.sh", world_ / "sum");
    if (code == kNoMounts) return;
    EXPECT_EQ(code, 0) << read_bytes(err);
    EXPECT_EQ(count_lines(read_bytes(err), ".fits stacked"), 8U) << read_bytes(err);
    EXPECT_THAT(read_bytes(err), HasSubstr("the disk is full"));
    EXPECT_EQ(read_bytes(world_ / "sum"), want.fits + "\n");
}

// A script reads why it ended where it reads all else.
TEST_F(LiveEnd, ErrorsAreJsonLinesToo) {
    const SmallNight night = write_small_night(world_ / "card");
    const auto error_of = [&](const Words& words) {
        const Finished done = world_.run(with(words, {"--json"}));
        EXPECT_EQ(done.code, 2);
        EXPECT_EQ(lines_of(done.err).size(), 1U) << done.err;
        const nlohmann::json line = nlohmann::json::parse(lines_of(done.out).back());
        EXPECT_EQ(line["event"], "error");
        EXPECT_EQ(line["code"], 2);
        return line["error"].get<std::string>();
    };
    const std::string card = night.session.string(), file = night.lights.front().string();
    EXPECT_THAT(error_of({"live"}), HasSubstr("no source"));
    EXPECT_THAT(error_of({"live", "--watch", file}), HasSubstr("is a file; name the folder it lies in"));
    EXPECT_THAT(error_of({"live", "--watch", card + "x"}), HasSubstr("no such folder"));
    EXPECT_THAT(error_of({"live", "--watch", card, "--exposure", "5"}), HasSubstr("--exposure is for a scope"));
    EXPECT_THAT(error_of({"live", "--replay", card, "--stop-scope"}), HasSubstr("with --replay there is none"));
    EXPECT_THAT(error_of({"live", "--replay", card, "--quiet-end", "5"}), HasSubstr("--quiet-end is for --watch"));
    EXPECT_THAT(error_of({"live", "--resume", card + "x"}), HasSubstr("there is nothing of that name"));
    EXPECT_THAT(error_of({"live", "--resume", card}), HasSubstr("there is no journal in it"));
    EXPECT_THAT(error_of({"live", "--replay", card, "--best", "--align", "scene"}), HasSubstr("--best"));
    EXPECT_THAT(error_of({"live", "retract", card, "0001.fits"}), HasSubstr("live retract"));
}

// As in the README: the site is known once and for all. Nobody listens there, so that the call ends at once.
TEST_F(LiveEnd, AScopesSiteComesFromTheSettingsAndAFailedNightSaysSo) {
    const Words call{"live",     "--scope", "127.0.0.1",  "--ports", "ws=9,http=9,version=9,sftp=9,ftp=9",
                     "--target", "M42",     "--exposure", "15",      "--gain",
                     "80",       "--count", "200",        "--json"};
    const Finished unknown = world_.run(call);
    EXPECT_EQ(unknown.code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("a line site = \"48.1,11.6,520\" below [scope] in the settings file, " +
                                       world_.config().string()));
    write_bytes(world_.config(), "[scope]\nsite = \"48.1,11.6,520\"\nzone = \"Europe/Berlin\"\n");
    const Finished known = world_.run(call);
    EXPECT_EQ(known.code, 5) << known.err;
    EXPECT_THAT(known.err, HasSubstr("is refused"));
    std::string phase;
    for (const std::string& line : lines_of(known.out)) {
        const nlohmann::json event = nlohmann::json::parse(line);
        if (event["event"] == "state") phase = event["phase"];
    }
    EXPECT_EQ(phase, "failed");
    EXPECT_EQ(nlohmann::json::parse(lines_of(known.out).back())["event"], "error");
    EXPECT_TRUE(files_ending(world_.path() / "home", "journal").empty()) << "nothing is left of it";
}

}  // namespace
}  // namespace nightstack::test
