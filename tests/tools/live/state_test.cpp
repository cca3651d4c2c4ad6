// SPDX-License-Identifier: MIT
// A live stack comes back from its file to the last bit, and the same stack is the same file.
#include <gmock/gmock.h>

#include <fstream>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/live/made_states.h"
#include "tools/live/about_json.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

class State : public testing::Test {
protected:
    void expect_round_trip(const LiveState& state) {
        saved(path_, state);
        const LiveState again = loaded(path_);
        EXPECT_TRUE(again.stack == state.stack);
        EXPECT_EQ(about(again), about(state));
    }
    test::TempFolder folder_;
    std::filesystem::path path_ = folder_ / "night.nst";
};

TEST_F(State, ComesBackWithItsOpenBlock) { expect_round_trip(made_state({}, 0, 70)); }

TEST_F(State, ComesBackWithoutAnOpenBlock) {
    LiveState state = made_state({}, 0, 70);
    SerialRunner serial;
    state.stack.close_block(serial);
    state.ledger.open_block.reset();
    expect_round_trip(state);
}

TEST_F(State, ComesBackWithAFullOpenBlockAndWithDeepLists) {
    MadeNight night;
    night.depth = 16;
    night.planes = 1;
    expect_round_trip(made_state(night, 0, 64));
}

TEST_F(State, ComesBackWithNothingInIt) { expect_round_trip(made_state({}, 0, 0)); }

TEST_F(State, KeepsEveryOption) {
    LiveStackOptions o;
    o.planes = 3;
    o.clip_depth = 7;
    o.kappa_low = 2.25;
    o.kappa_high = 3.5;
    o.white_adu = 16383;
    o.noise_adu = {1.5, 2.5, 3.5};
    o.sky_adu = {-4, 5, 6.125};
    o.signal_variance = {0.1, 0.2, 0.3};
    o.object_share = 0.07;
    saved(path_, {LiveStack(o), {}});
    EXPECT_EQ(loaded(path_).stack.options(), o);
}

// What is not written is not wrong either: a stack goes on as if it had never been on a disk.
TEST_F(State, GoesOnAsIfItHadNeverStopped) {
    const MadeNight night;
    saved(path_, made_state(night, 0, 50));
    LiveState state = loaded(path_);
    SerialRunner serial;
    for (std::uint64_t n = 50; n < 80; ++n) state.stack.add(live_frame(night, n), serial);
    EXPECT_TRUE(state.stack == made_state(night, 0, 80).stack);
}

TEST_F(State, TheSameStateIsTheSameFile) {
    const LiveState state = made_state({}, 0, 70);
    const std::string once = saved(path_, state);
    ThreadRunner threads(3);
    const std::filesystem::path other = folder_ / "another name.nst";
    save_state(other, state.stack, state.ledger, io::Overwrite::no, threads);
    EXPECT_EQ(bytes_of(other), once);
    saved(other, loaded(path_));
    EXPECT_EQ(bytes_of(other), once);
    EXPECT_EQ(once.find(folder_.path().string()), std::string::npos);
    EXPECT_TRUE(load_state(other, std::uint64_t{1} << 30, threads).stack == state.stack);
}

TEST_F(State, ReplacesAFileOnlyWhenAsked) {
    const LiveState state = small_state();
    saved(path_, state);
    SerialRunner serial;
    EXPECT_THROW(save_state(path_, state.stack, state.ledger, io::Overwrite::no, serial), OptionError);
}

// On another night's grid frames need not reach the rim of the field that is shown.
TEST_F(State, ShowsTheFieldOfItsReferenceCoveredOrNot) {
    LiveState state = made_state({}, 0, 3);
    const auto refusal = [&](const char* framing, const Rect& canvas) -> std::string {
        state.ledger.how.framing = framing;
        state.ledger.canvas = canvas;
        try {
            saved(path_, state);
            EXPECT_EQ(loaded(path_).ledger.canvas, canvas);
            return "";
        } catch (const OptionError& e) {
            return e.what();
        }
    };
    const Rect field{0, 0, 960, 540};  // of superpixels
    for (const char* framing : {"reference", "common"}) {
        EXPECT_EQ(refusal(framing, field), "");
        EXPECT_EQ(refusal(framing, {300, 200, 660, 340}), "");
        EXPECT_THAT(refusal(framing, {0, 0, 961, 540}),
                    HasSubstr(path_.string() + ": the live stack cannot be kept: shows more than the stack covers"));
    }
    EXPECT_THAT(refusal("max", field), HasSubstr("shows more"));
    EXPECT_EQ(loaded(path_).ledger.canvas, (Rect{300, 200, 660, 340})) << "the file of before stays";
}

TEST_F(State, IsSummedUpInOneLine) {
    saved(path_, made_state({}, 0, 70));
    const StateSummary summary = summary_of_state(path_);
    EXPECT_EQ(summary.closed_frames, 64U);
    EXPECT_EQ(summary.open_frames, 6);
    const std::string line = summary_text(summary);
    EXPECT_THAT(line, HasSubstr("live stack of 70 frames of M 42, TELE, 144 x 112 x 2, 6 in the open block, depth 3"));
    EXPECT_THAT(line, HasSubstr("reference 0.fits, 7 rejected, 0 failed"));
    EXPECT_TRUE(is_state_file(path_));
}

// The ledger alone: all that is optional absent, and all that is odd.
TEST(Ledger, ComesBack) {
    LiveLedger ledger;
    LedgerFrame bare;
    bare.judgement.verdict = Verdict::failed;
    bare.judgement.reason = Reason::io;
    bare.judgement.text = "cannot read \"ä\"\n";
    ledger.frames.push_back(bare);
    ledger.canvas = {-10, 4, 300, 200};
    ledger.format = {640, 480, PixelKind::rgb, std::nullopt};
    const std::string text = about_json(ledger);
    const LiveLedger again = parsed_about(text);
    EXPECT_EQ(about_json(again), text);
    EXPECT_EQ(again.canvas, ledger.canvas);
    EXPECT_EQ(again.format, ledger.format);
    ASSERT_EQ(again.frames.size(), 1U);
    EXPECT_EQ(again.frames[0].judgement.text, bare.judgement.text);
    EXPECT_FALSE(again.frames[0].block || again.frames[0].info.exposure || again.frames[0].figures.stars);
}

// Longer than its reader takes: cut, never refused afterwards.
TEST(Ledger, WritesNothingThatItWouldNotRead) {
    LiveLedger ledger = made_state({}, 0, 3).ledger;
    for (int i = 0; i < 150; ++i) ledger.history.push_back("line " + std::to_string(i));
    ledger.history[1] = std::string(5000, 'x');
    ledger.camera = std::string(4095, 'c') + "ä";
    ledger.frames[0].judgement.text = std::string(100'000, 'y');
    const LiveLedger again = parsed_about(about_json(ledger));
    EXPECT_EQ(again.history.size(), kMostHistory);
    EXPECT_EQ(again.history.back(), "and 52 lines more");
    EXPECT_EQ(again.history[1].size(), kMostLedgerText);
    EXPECT_THAT(again.camera, testing::EndsWith("c..."));
    EXPECT_EQ(about_json(again), about_json(ledger));
}

// As nightstack wrote it before the ledger told how samples are made.
TEST(Ledger, OfVersion1ComesBackWithoutRecipes) {
    const LiveLedger old = parsed_about(R"({"format":"nightstack live stack","program":"nightstack 0",
        "reference":{"file":"0.fits","sha256":"ab"},"target":"","camera":"TELE",
        "frame":{"width":64,"height":48,"kind":"cfa","pattern":"RGGB"},"demosaic":"superpixel","canvas_scale":0.5,
        "canvas":[0,0,0,0],"transform":"similarity","white_adu":4095,"calibration":"D","history":["live"],
        "frames":[{"sequence":1,"file":"0.fits","sha256":"ab","bytes":9,"verdict":"stacked","reason":"","block":0,
        "weight":[1,1,1],"scale":[1,1,1],"offset":[0,0,0],"ref_from_frame":[1,0,0,0,1,0,0,0,1],"info":{}}]})");
    EXPECT_FALSE(old.measure || old.frames[0].recipe || old.open_block);
    EXPECT_EQ(old.how.normalisation, "");
    EXPECT_TRUE(parsed_about(about_json(old)).how == old.how);
}

TEST(Ledger, KeepsNumbersToTheLastBit) {
    const LiveState state = made_state({}, 0, 3);
    const LiveLedger again = parsed_about(about(state));
    EXPECT_TRUE(same_measure(*again.measure, *state.ledger.measure));
    EXPECT_TRUE(again.how == state.ledger.how && again.sky == state.ledger.sky);
    EXPECT_TRUE(again.masters == state.ledger.masters);
    EXPECT_EQ(again.open_block, state.ledger.open_block);
    EXPECT_EQ(again.frames[2].recipe->tilt[0].along_y, state.ledger.frames[2].recipe->tilt[0].along_y);
    EXPECT_EQ(again.frames[2].recipe->masters, state.ledger.frames[2].recipe->masters);
    ASSERT_EQ(again.frames.size(), 3U);
    EXPECT_EQ(again.frames[2].offset, state.ledger.frames[2].offset);
    EXPECT_EQ(again.frames[2].ref_from_frame, state.ledger.frames[2].ref_from_frame);
    EXPECT_EQ(again.frames[2].info.start_utc, state.ledger.frames[2].info.start_utc);
}

}  // namespace
}  // namespace nightstack::tools
