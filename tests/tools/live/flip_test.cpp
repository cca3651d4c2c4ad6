// SPDX-License-Identifier: MIT
// Frames taken out of a live stack and put back, from files, as a user does it; stacks on another's grid; the finishing
// pass.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "pipeline/graph/tbb_runner.h"
#include "tests/support/small_night.h"
#include "tests/tools/kept_stack.h"
#include "tests/tools/live/made_states.h"
#include "tests/tools/program.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using test::Words;
using testing::HasSubstr;

class Flip : public testing::Test {
protected:
    // A night of `frames` in folders "first", "second": the second begins with frame number `cut`.
    void make_night(int frames, int cut, int darks) {
        test::SmallNightOptions o;
        o.width = 240;
        o.height = 160;
        o.frames = frames;
        o.darks = darks;
        o.rotation_deg = 3;
        make_night(o, cut);
    }
    void make_night(const test::SmallNightOptions& o, int cut) {
        night_ = test::write_small_night(world_ / "card", o);
        for (std::size_t i = 0; i < night_.lights.size(); ++i) {
            for (const std::string folder : {"all", static_cast<int>(i) < cut ? "first" : "second"}) {
                fs::create_directories(world_ / folder);
                fs::create_hard_link(night_.lights[i], world_ / folder / night_.lights[i].filename());
            }
        }
    }
    std::string path(const std::string& name) const { return (world_ / name).string(); }
    std::string light(std::size_t i) const { return night_.lights[i].filename().string(); }
    Words how(const std::string& folder, const std::string& state) const {
        Words words = test::kept_stack_words(path(folder), path(state));
        if (!night_.darks.empty()) words.insert(words.end(), {"--darks", night_.darks.front().parent_path().string()});
        return words;
    }
    void stack(const std::string& folder, const std::string& state, const Words& more = {}) const {
        Words words = how(folder, state);
        words.insert(words.end(), more.begin(), more.end());
        const auto done = world_.stack(words);
        ASSERT_EQ(done.code, 0) << done.err;
    }
    test::Finished flip(const char* verb, const std::string& state, const std::string& frame,
                        const std::string& output = "") const {
        Words words{verb, path(state), frame, "--inputs", path("card")};
        if (!output.empty()) words.insert(words.end(), {"-o", path(output), "--force"});
        return world_.run(words);
    }
    test::World world_;
    test::SmallNight night_;
};

TEST_F(Flip, OfTheOpenBlockIsAnIdentityAndLeavesTheNightWithoutTheFrame) {
    make_night(9, 0, 3);
    stack("all", "night.nst");
    const std::string before = bytes_of(path("night.nst"));
    const auto out = flip("retract", "night.nst", light(4));
    ASSERT_EQ(out.code, 0) << out.err;
    EXPECT_NE(bytes_of(path("night.nst")), before);
    const LiveState gone = loaded(path("night.nst"));
    EXPECT_EQ(gone.stack.frames(), 8U);
    EXPECT_THAT(gone.ledger.history, testing::Contains("taken out again by hand: 1 frame"));
    stack("all", "never.nst", {"--exclude", light(4)});
    EXPECT_TRUE(gone.stack == loaded(path("never.nst")).stack);
    const auto in = flip("admit", "night.nst", light(4));
    ASSERT_EQ(in.code, 0) << in.err;
    EXPECT_EQ(bytes_of(path("night.nst")), before);
}

TEST_F(Flip, WhatTheFramesFurthestOutShowedGoesWithThem) {
    test::SmallNightOptions o;
    o.width = 480;
    o.frames = 6;
    o.rotation_deg = 60;
    make_night(o, 0);
    stack("all", "night.nst");
    const std::string before = bytes_of(path("night.nst"));
    ASSERT_EQ(flip("retract", "night.nst", light(5)).code, 0);
    ASSERT_EQ(flip("retract", "night.nst", light(4)).code, 0);
    stack("all", "never.nst", {"--exclude", light(5), "--exclude", light(4)});
    const LiveState gone = loaded(path("night.nst")), never = loaded(path("never.nst"));
    EXPECT_TRUE(gone.stack == never.stack);
    EXPECT_EQ(gone.ledger.canvas, never.ledger.canvas);
    ASSERT_EQ(flip("admit", "night.nst", light(4)).code, 0);
    ASSERT_EQ(flip("admit", "night.nst", light(5)).code, 0);
    EXPECT_EQ(bytes_of(path("night.nst")), before);
}

// Bounding boxes reach a pixel beyond the last sample, and here into tiles that no frame touches.
TEST_F(Flip, WorksWhereFramesLieWithinAPixel) {
    test::SmallNightOptions o;
    o.width = 512;
    o.frames = 4;
    o.rotation_deg = 0;
    o.drift_x_px = 0.3;
    o.drift_y_px = -0.3;
    make_night(o, 0);
    Words linear = how("all", "night.nst");
    *std::find(linear.begin(), linear.end(), "superpixel") = "linear";
    const auto done = world_.stack(linear);
    ASSERT_EQ(done.code, 0) << done.err;
    const std::string before = bytes_of(path("night.nst"));
    const auto out = flip("retract", "night.nst", light(3));
    ASSERT_EQ(out.code, 0) << out.err;
    ASSERT_EQ(flip("admit", "night.nst", light(3)).code, 0);
    EXPECT_EQ(bytes_of(path("night.nst")), before);
}

TEST_F(Flip, OfClosedBlocksWithoutDarksIsAnIdentityAndTrimsTheCanvas) {
    make_night(8, 5, 0);
    stack("first", "a.nst");
    stack("second", "b.nst", {"--grid", path("a.nst")});
    ASSERT_EQ(world_.run({"merge", path("a.nst"), path("b.nst"), "-o", path("c.nst")}).code, 0);
    const std::string before = bytes_of(path("c.nst"));
    ASSERT_EQ(flip("retract", "c.nst", light(7), "d.nst").code, 0);
    EXPECT_EQ(bytes_of(path("c.nst")), before) << "-o leaves it alone";
    fs::remove(world_ / "second" / light(7));
    stack("second", "b7.nst", {"--grid", path("a.nst")});
    ASSERT_EQ(world_.run({"merge", path("a.nst"), path("b7.nst"), "-o", path("c7.nst")}).code, 0);
    const LiveState gone = loaded(path("d.nst")), never = loaded(path("c7.nst"));
    EXPECT_EQ(gone.stack.extent(), never.stack.extent());
    EXPECT_TRUE(gone.stack == never.stack);
    ASSERT_EQ(flip("admit", "d.nst", light(7)).code, 0);
    EXPECT_EQ(bytes_of(path("d.nst")), before);
    EXPECT_EQ(world_.run({"export", path("c.nst"), "--output", path("c.fits")}).code, 0);
}

TEST_F(Flip, IsRefusedInWords) {
    make_night(5, 0, 0);
    stack("all", "night.nst");
    const std::string before = bytes_of(path("night.nst"));
    const auto refused = [&](const Words& words, const std::string& text) {
        const auto done = world_.run(words);
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_THAT(done.err, HasSubstr(text));
        EXPECT_EQ(bytes_of(path("night.nst")), before);
    };
    fs::create_directories(world_ / "empty");
    const std::string state = path("night.nst");
    refused({"retract", state, light(2), "--inputs", path("empty")},
            "5 of 5 files that are needed are not in or below");
    refused({"retract", state, "nobody.fits"}, "no frame nobody.fits is in it");
    refused({"admit", state, light(2)}, "is in the stack");
    refused({"retract", state, light(2), "--inputs", path("nowhere")}, "no such folder");
    LiveState twice = loaded(state);
    twice.ledger.frames[3].file = twice.ledger.frames[2].file;
    saved(path("twice.nst"), twice);
    const auto several = world_.run({"retract", path("twice.nst"), light(2)});
    EXPECT_EQ(several.code, 2);
    EXPECT_THAT(several.err, HasSubstr("names 2 frames"));
    const std::string sha = twice.ledger.frames[3].sha256.substr(0, 12);
    EXPECT_EQ(flip("retract", "twice.nst", sha, "one.nst").code, 0);
    // One sample fewer in the state than the frames make.
    LiveState other = loaded(state);
    other.ledger.frames[1].scale[0] *= 1.01;
    saved(path("other.nst"), other);
    const auto changed = flip("retract", "other.nst", light(2));
    EXPECT_EQ(changed.code, 2);
    EXPECT_THAT(changed.err, HasSubstr("not what was stacked"));
    for (const auto* folder : {"card", "all", "second"})
        for (const auto& file : test::files_ending(world_ / folder, light(0))) fs::remove(file);
    std::ofstream(world_ / "all" / light(0)) << "another frame";
    refused({"retract", state, light(2), "--inputs", path("all")}, light(0));
}

// Two nights whose files have the same names: the one that the path leads to, and never its namesake.
TEST_F(Flip, OfAFileByItsPathIsOfThatFile) {
    make_night(8, 4, 0);
    for (int k = 0; k < 4; ++k) fs::rename(world_ / "second" / light(4 + k), world_ / "second" / light(k));
    stack("first", "a.nst");
    stack("second", "b.nst", {"--grid", path("a.nst")});
    ASSERT_EQ(world_.run({"merge", path("a.nst"), path("b.nst"), "-o", path("c.nst")}).code, 0);
    const std::string mine = (world_ / "first" / light(2)).string();
    const auto retract = [&](const std::string& word) {
        return world_.run({"retract", path("c.nst"), word, "--inputs", path(".")});
    };
    ASSERT_EQ(retract(mine).code, 0);
    const auto again = retract(mine);
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("was taken out before"));
    std::ofstream(world_ / "other.fits") << "another night's";
    fs::create_directories(world_ / "third");
    fs::rename(world_ / "other.fits", world_ / "third" / light(1));
    const auto foreign = retract((world_ / "third" / light(1)).string());
    EXPECT_EQ(foreign.code, 2);
    EXPECT_THAT(foreign.err, HasSubstr("is not the file that was stacked"));
}

// Taken out of one night, merged with another that has it: it must not be let in a second time.
TEST_F(Flip, NeverCountsAFrameTwice) {
    make_night(8, 4, 0);
    stack("first", "a.nst");
    ASSERT_EQ(flip("retract", "a.nst", light(2)).code, 0);
    for (const int k : {2, 3}) fs::copy_file(world_ / "first" / light(k), world_ / "second" / light(k));
    ASSERT_EQ(flip("retract", "a.nst", light(3)).code, 0);
    stack("second", "b.nst", {"--grid", path("a.nst")});
    const auto merged = world_.run({"merge", path("a.nst"), path("b.nst"), "-o", path("c.nst")});
    ASSERT_EQ(merged.code, 0) << merged.err;
    const auto twice = world_.run({"admit", path("c.nst"), light(2), "--inputs", path(".")});
    EXPECT_EQ(twice.code, 2);
    EXPECT_THAT(twice.err, HasSubstr("would count twice"));
    Words same = how("second", "b.nst");
    same.insert(same.end(), {"--grid", path("b.nst"), "--force"});
    const auto lost = world_.stack(same);
    EXPECT_EQ(lost.code, 2);
    EXPECT_THAT(lost.err, HasSubstr("--state and --grid name the same file"));
}

// Lights 64 and later on the grid of the first 64 are the night that was never cut.
TEST_F(Flip, TwoHalvesOnOneGridAreTheNight) {
    make_night(67, 64, 0);
    stack("all", "night.nst");
    stack("first", "a.nst");
    stack("second", "b.nst", {"--grid", path("a.nst")});
    ASSERT_EQ(loaded(path("a.nst")).stack.open_frames(), 64);
    const auto merged = world_.run({"merge", path("b.nst"), path("a.nst"), "-o", path("c.nst")});
    ASSERT_EQ(merged.code, 0) << merged.err;
    LiveState whole = loaded(path("night.nst"));
    TbbRunner runner(2);
    whole.stack.close_block(runner);
    EXPECT_TRUE(loaded(path("c.nst")).stack == whole.stack);
    EXPECT_EQ(test::read_json(path("result.json"))["reference"], light(0));
    // What would not merge is refused before the night.
    Words other = how("second", "x.nst");
    other.insert(other.end(), {"--grid", path("a.nst"), "--normalisation", "none"});
    const auto refused = world_.stack(other);
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--normalisation is none, the stack whose grid was asked for has addscale"));
}

TEST_F(Flip, FinishingDecidesFlaggedPixelsAndKeepsTheStateOfBefore) {
    make_night(30, 0, 0);
    stack("all", "plain.nst", {"--clip-depth", "2"});
    const auto flagged = world_.report()["result"]["flagged_percent"][0].get<double>();
    stack("all", "night.nst", {"--clip-depth", "2", "--finish"});
    EXPECT_EQ(bytes_of(path("night.nst")), bytes_of(path("plain.nst")));
    const auto result = world_.report()["result"];
    EXPECT_GT(flagged, 0);
    EXPECT_GT(result["finish"]["rebuilt"], 0);
    EXPECT_EQ(result["finish"]["blocks"], 1);
    EXPECT_EQ(result["flagged_percent"][0], 0);
    const auto exported = world_.run({"export", path("night.nst"), "--finish", "--inputs", path("card"), "--output",
                                      path("again.fits"), "--png", "none"});
    ASSERT_EQ(exported.code, 0) << exported.err;
    EXPECT_THAT(exported.err, HasSubstr("finishing pass: flagged before"));
    EXPECT_EQ(test::read_json(path("again.json"))["result"]["finish"], result["finish"]);
    EXPECT_EQ(test::sha256_of(path("again.fits")), test::sha256_of(world_.result()));
    fs::create_directories(world_ / "empty");
    const auto refused =
        world_.run({"export", path("night.nst"), "--finish", "--inputs", path("empty"), "--output", path("no.fits")});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("30 of 30 files that are needed are not in or below"));
    EXPECT_FALSE(fs::exists(path("no.fits")));
}

}  // namespace
}  // namespace nightstack::tools
