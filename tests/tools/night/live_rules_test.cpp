// SPDX-License-Identifier: MIT
// `nightstack live` whose first frame is of another kind than all others: a test shot.
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class LiveRules : public testing::Test {
protected:
    fs::path session() const { return world_ / "night"; }
    // A night with darks, before whose lights so many shots of another one lie.
    SmallNight write(const SmallNightOptions& odd, int shots = 1) const {
        SmallNightOptions o;
        o.layout = NightLayout::sorted;
        o.frames = 8;
        o.darks = 3;
        SmallNight night = write_small_night(world_ / "card", o);
        SmallNightOptions some = odd;
        some.layout = NightLayout::sorted;
        some.frames = shots;
        const SmallNight other = write_small_night(world_ / "other", some);
        for (const fs::path& shot : other.lights) {
            const fs::path name = "0_" + shot.filename().string();
            fs::copy_file(shot, night.lights.front().parent_path() / name);
            night.lights.insert(night.lights.begin(), night.lights.front().parent_path() / name);
        }
        return night;
    }
    // The bytes of the journal once its first record is there.
    std::string begun() const {
        const std::string journal = fs::exists(session() / "journal") ? read_bytes(session() / "journal") : "";
        return journal.find("\"utc\"") == std::string::npos ? "" : journal;
    }
    nlohmann::json report() const { return read_json(result_of(session(), ".json")); }
    World world_;
};

SmallNightOptions small() {
    SmallNightOptions o;
    o.width = 240, o.height = 160;
    return o;
}

SmallNightOptions brighter() {
    SmallNightOptions o;
    o.gain = 60;
    return o;
}

TEST_F(LiveRules, AnOddSizeFirstCostsOnlyItself) {
    const SmallNight night = write(small());
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    EXPECT_EQ(want.code, 4);
    for (const char* source : {"--replay", "--watch"}) {
        fs::remove_all(session());
        const Finished done = world_.run(live_words(source, night.session, session(), {"--until", "frames=9"}));
        EXPECT_EQ(done.code, 4) << done.err;
        EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits) << source;
        EXPECT_EQ(sha256_of(result_of(session(), ".nst")), want.state) << source;
        EXPECT_EQ(report()["counts"], world_.report()["counts"]);
        EXPECT_THAT(done.err, HasSubstr("the night begins anew"));
    }
}

// `stack` refuses a mixture; the night goes on with those that agree, and says which did not.
TEST_F(LiveRules, AnotherGainFirstCostsOnlyItself) {
    const SmallNight night = write(brighter());
    const StackedAtOnce want = stacked_at_once(world_, night.session, {"--exclude", night.lights.front().string()});
    const Finished done = world_.run(live_words("--replay", night.session, session()));
    EXPECT_EQ(done.code, 4) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
    EXPECT_EQ(report()["counts"]["in"], 9);
    EXPECT_EQ(report()["counts"]["stacked"], 8);
    EXPECT_EQ(frame_of(report(), night.lights.front().filename().string())["reason"], "header");
    EXPECT_THAT(done.err, HasSubstr("gain 60, the session's is 80"));
}

TEST_F(LiveRules, TwoThatAgreeAreNoTestShot) {
    const SmallNight night = write(brighter(), 2);
    const Finished done = world_.run(live_words("--replay", night.session, session()));
    EXPECT_THAT(done.err, Not(HasSubstr("begins anew")));
    EXPECT_EQ(report()["counts"]["failed"], 8);
}

TEST_F(LiveRules, AFirstFrameThatIsWantedStays) {
    const SmallNight night = write(brighter());
    const Finished done =
        world_.run(live_words("--replay", night.session, session(), {"--include", night.lights.front().string()}));
    EXPECT_THAT(done.err, Not(HasSubstr("begins anew")));
    EXPECT_EQ(report()["counts"]["failed"], 8);
}

// The first has long been confirmed when the night goes on from its checkpoint.
TEST_F(LiveRules, ACheckpointIsNotOutvoted) {
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    const SmallNight night = write_small_night(world_ / "card", o);
    const pid_t pid =
        world_.start(live_words("--watch", night.session, session(), {"--checkpoint", "0", "--verbose"}), "live");
    wait_for_stacked(world_ / "live.err", 8);
    ::kill(pid, SIGINT);
    ASSERT_EQ(world_.wait(pid, "live").code, 130);
    SmallNightOptions odd = brighter();
    odd.frames = 3;
    for (const fs::path& shot : write_small_night(world_ / "other", odd).lights)
        fs::copy_file(shot, night.lights.front().parent_path() / ("z_" + shot.filename().string()));
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "frames=11"});
    EXPECT_THAT(done.err, Not(HasSubstr("begins anew")));
    EXPECT_EQ(report()["counts"]["stacked"], 8) << done.err;
    EXPECT_EQ(report()["counts"]["failed"], 3);
}

// A sidecar that comes when frames have been taken, or other words in it, change nothing about these.
TEST_F(LiveRules, ALaterSidecarDoesNotChangeEarlierFrames) {
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    const SmallNight night = write_small_night(world_ / "card", o);
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    const Words words = live_words("--watch", night.session, session(), {"--verbose"});
    const pid_t pid = world_.start(words, "live");
    wait_for_stacked(world_ / "live.err", 8);
    ::kill(pid, SIGKILL);
    ASSERT_EQ(world_.wait(pid, "live").code, 137);
    write_bytes(night.lights.front().parent_path() / "shotsInfo.json",
                R"({"ir":"Duo-Band","target":"M 99","RA":5.5,"DEC":22.0})");
    ASSERT_NE(stacked_at_once(world_, night.session).fits, want.fits) << "the sidecar is read";
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
    EXPECT_EQ(sha256_of(result_of(session(), ".nst")), want.state);
}

// All is in the checkpoint: neither frames nor darks are needed for the picture.
TEST_F(LiveRules, WhatIsInTheCheckpointNeedsNoFiles) {
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.darks = o.flats = 3;
    const SmallNight night = write_small_night(world_ / "card", o);
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    nlohmann::json applied = world_.report()["applied"];
    const fs::path watched = world_ / "watched" / night.session.filename();
    fs::create_directory(world_ / "watched");
    for (const bool folder_too : {false, true}) {
        fs::remove_all(session());
        fs::copy(night.session, watched, fs::copy_options::recursive);
        const pid_t pid =
            world_.start(live_words("--watch", watched, session(), {"--checkpoint", "0", "--verbose"}), "live");
        wait_for_stacked(world_ / "live.err", 8);
        ::kill(pid, SIGINT);
        ASSERT_EQ(world_.wait(pid, "live").code, 130);
        for (const char* what : {"lights", "darks", "flats"}) fs::remove_all(watched / what);
        if (folder_too) fs::remove_all(watched);
        const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
        EXPECT_EQ(sha256_of(result_of(session(), ".nst")), want.state);
        EXPECT_EQ(report()["applied"], applied);
        fs::remove_all(watched);
    }
}

// Darks that were named from one working folder are found from another.
TEST_F(LiveRules, RelativeDarksAreFoundFromAnotherFolder) {
    SmallNightOptions o;
    o.darks = 3;
    const SmallNight night = write_small_night(world_ / "card", o);
    const fs::path darks = night.darks.front().parent_path();
    const StackedAtOnce want = stacked_at_once(world_, night.session, {"--darks", darks.string()});
    const Words words = live_words("--watch", night.session, session(), {"--darks", darks.filename().string()});
    const pid_t pid = world_.start(words, "live", {{}, darks.parent_path()});
    for (int i = 0; i < 4000 && begun().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ::kill(pid, SIGKILL);  // before the darks were read, most likely; the journal knows those that were
    ASSERT_EQ(world_.wait(pid, "live").code, 137);
    EXPECT_THAT(begun(), HasSubstr("\\\"" + darks.string() + "\\\"")) << "as the call named them";
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
}

// A record in the middle of the journal is damaged: its frame is told, and comes again behind the others.
TEST_F(LiveRules, ALostFrameIsTold) {
    const SmallNight night = write_small_night(world_ / "card");
    const pid_t pid = world_.start(live_words("--watch", night.session, session(), {"--verbose"}), "live");
    wait_for_stacked(world_ / "live.err", 8);
    ::kill(pid, SIGKILL);
    ASSERT_EQ(world_.wait(pid, "live").code, 137);
    std::string journal = read_bytes(session() / "journal");
    const std::size_t third = journal.find("\"name\":\"" + night.lights[2].filename().string());
    ASSERT_NE(third, std::string::npos);
    journal[third + 9] ^= 1;
    write_bytes(session() / "journal", journal);
    const Finished done = world_.run({"live", "--resume", session().string(), "--until", "now"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(count_lines(done.err, "the journal has lost 1 frame from among the others"), 1U) << done.err;
    EXPECT_EQ(report()["counts"]["stacked"], 8);
}

// Killed while it has but one or two of the other kind, or has just begun anew.
TEST_F(LiveRules, ItGoesOnAsIfItHadNotBeenKilled) {
    const SmallNight night = write(small());
    const StackedAtOnce want = stacked_at_once(world_, night.session);
    for (const int frames : {1, 2, 3, 4, 5}) {
        const fs::path watched = world_ / ("watched" + std::to_string(frames));
        fs::remove_all(session());
        fs::create_directories(watched / "lights");
        fs::copy(night.session / "darks", watched / "darks");
        const auto put = [&](int i) {
            const fs::path& light = night.lights[static_cast<std::size_t>(i)];
            fs::copy_file(light, watched / "lights" / light.filename());
        };
        for (int i = 0; i < frames; ++i) put(i);
        const Words words = live_words("--watch", watched, session(), {"--until", "frames=9"});
        const pid_t pid = world_.start(words, "live");
        const std::string last = night.lights[static_cast<std::size_t>(frames - 1)].filename().string();
        for (int i = 0; i < 2000; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            if (fs::exists(session() / "journal") && count_lines(read_bytes(session() / "journal"), last) > 0) break;
        }
        ::kill(pid, SIGKILL);
        ASSERT_EQ(world_.wait(pid, "live").code, 137);
        for (int i = frames; i < 9; ++i) put(i);
        const Finished done = world_.run(words);
        ASSERT_EQ(done.code, 4) << done.err;
        EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits) << frames;
        EXPECT_EQ(report()["counts"], world_.report()["counts"]) << frames;
    }
}

}  // namespace
}  // namespace nightstack::test
