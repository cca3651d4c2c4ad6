// SPDX-License-Identifier: MIT
// Parts of a night, cut at block borders, merge to the night itself: to the last bit, in any order, however grouped.
#include <gmock/gmock.h>

#include <functional>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/live/made_states.h"
#include "tools/live/history_lines.h"
#include "tools/live/merge_states.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kCuts[] = {0, 64, 128, 150};

class Merge : public testing::TestWithParam<std::uint64_t> {
protected:
    MadeNight night() const {
        MadeNight night;
        night.seed = GetParam();
        return night;
    }
    LiveState part(int i) const { return made_state(night(), kCuts[i], kCuts[i + 1]); }
    LiveState merged(LiveState to, LiveState from) {
        merge_into(to, std::move(from), "A.nst", "B.nst", serial_);
        return to;
    }
    std::string file_of(const LiveState& state) { return saved(folder_ / "x.nst", state); }
    SerialRunner serial_;
    test::TempFolder folder_;
};

TEST_P(Merge, OfPartsIsTheWhole) {
    LiveState whole = made_state(night(), 0, 150);
    whole.stack.close_block(serial_);
    whole.ledger.open_block.reset();
    const LiveState all = merged(merged(part(0), part(1)), part(2));
    EXPECT_TRUE(all.stack == whole.stack);
    EXPECT_EQ(about(all), about(whole));
    EXPECT_EQ(file_of(all), file_of(whole));
}

TEST_P(Merge, HasNoOrderAndNoGroups) {
    const std::string all = file_of(merged(merged(part(0), part(1)), part(2)));
    EXPECT_EQ(file_of(merged(part(0), merged(part(1), part(2)))), all);
    EXPECT_EQ(file_of(merged(merged(part(2), part(0)), part(1))), all);
    EXPECT_EQ(file_of(merged(part(1), merged(part(2), part(0)))), all);
}

TEST_P(Merge, ThroughFilesIsTheSame) {
    saved(folder_ / "a.nst", part(0));
    saved(folder_ / "b.nst", part(1));
    const LiveState through = merged(loaded(folder_ / "a.nst"), loaded(folder_ / "b.nst"));
    EXPECT_EQ(file_of(through), file_of(merged(part(0), part(1))));
}

// A frame of a closed block goes: the block as it was is taken out, the block without the frame put in.
TEST_P(Merge, ABlockChangedIsAsIfTheFrameHadNeverCome) {
    constexpr std::uint64_t kGone = 100;
    LiveState state = merged(merged(part(0), part(1)), part(2));
    saved(folder_ / "night.nst", state);
    LiveState old_block = part(1);
    old_block.stack.close_block(serial_);
    LiveState night_now = loaded(folder_ / "night.nst");
    night_now.stack.take_out(old_block.stack);
    LiveState new_block = made_state_without(night(), kCuts[1], kCuts[2], kGone);
    new_block.stack.close_block(serial_);
    night_now.stack.merge(new_block.stack);
    LiveState never = made_state_without(night(), 0, 150, kGone);
    never.stack.close_block(serial_);
    EXPECT_TRUE(night_now.stack == never.stack);
    EXPECT_FALSE(night_now.stack == state.stack);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Merge, testing::Values(1, 2, 3));

// Of a part its number of frames and its shares are wrong for the whole; what was done to frames stands.
TEST(MergedHistory, HasTheNumberOfBothInAnyOrder) {
    const std::vector<std::string> a{"mean stacking of 64 frames, rejection live 3 3",
                                     "channel 0: low=1% high=1% rejected", "weights noise",
                                     "dark applied: master of 4 frames"};
    const std::vector<std::string> b{"mean stacking of 5 frames, rejection live 3 3",
                                     "channel 0: low=1% high=1% rejected", "weights noise",
                                     "dark applied: master of 9 frames"};
    const std::vector<std::string> both{"mean stacking of 69 frames, rejection live 3 3", "weights noise"};
    EXPECT_EQ(joined_history(a, b, 69), both);
    EXPECT_EQ(joined_history(b, a, 69), both);
    EXPECT_EQ(joined_history({"median stacking of 64 frames"}, b, 69), std::vector<std::string>());
}

TEST(MergedCanvas, OfCommonIsWhatBothShow) {
    SerialRunner serial;
    const auto part = [](std::uint64_t first, const char* framing, const Rect& canvas) {
        LiveState state = made_state({}, first, first + 3);
        state.ledger.how.framing = framing;
        state.ledger.canvas = canvas;
        return state;
    };
    const auto both = [&](const char* framing, const Rect& a, const Rect& b) {
        LiveState to = part(0, framing, a);
        merge_into(to, part(3, framing, b), "A.nst", "B.nst", serial);
        return to.ledger.canvas;
    };
    const Rect a{0, 0, 60, 40}, b{10, -4, 70, 30}, far{70, 0, 9, 9};
    EXPECT_EQ(both("common", a, b), (Rect{10, 0, 50, 26}));
    EXPECT_EQ(both("common", b, a), (Rect{10, 0, 50, 26}));
    EXPECT_EQ(both("max", a, b), (Rect{0, -4, 80, 44}));
    LiveState to = part(0, "common", a);
    try {
        merge_into(to, part(3, "common", far), "A.nst", "B.nst", serial);
        ADD_FAILURE() << "an empty canvas would show all";
    } catch (const OptionError& e) {
        EXPECT_THAT(e.what(), HasSubstr("B.nst cannot be merged with A.nst: --framing common: "));
    }
    EXPECT_EQ(to.stack.frames(), 3U);
}

class MergeRefuses : public testing::Test {
protected:
    // What is said when `change` was made to the second of two parts.
    std::string words(const std::function<void(LiveState&)>& change) {
        MadeNight night;
        night.planes = 1;
        LiveState a = made_state(night, 0, 3), b = made_state(night, 3, 6);
        change(b);
        const std::string before = about(a);
        try {
            merge_into(a, std::move(b), "A.nst", "B.nst", serial_);
        } catch (const OptionError& e) {
            EXPECT_EQ(about(a), before);
            EXPECT_EQ(a.stack.frames(), 3U);
            return e.what();
        }
        return "";
    }
    // Another empty stack of changed options, its ledger as it was.
    std::string words_of_options(const std::function<void(LiveStackOptions&)>& change) {
        return words([&](LiveState& b) {
            LiveStackOptions o = b.stack.options();
            change(o);
            b.stack = LiveStack(o);
        });
    }
    SerialRunner serial_;
};

TEST_F(MergeRefuses, NothingWhenAllIsAlike) {
    EXPECT_EQ(words([](LiveState&) {}), "");
}

TEST_F(MergeRefuses, AnotherGridOrCamera) {
    EXPECT_THAT(words([](LiveState& b) {
                    b.ledger.reference = {"9.fits", "ab"};
                }),
                HasSubstr("B.nst cannot be merged with A.nst: reference: '0.fits' and '9.fits' are not the same"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.camera = "WIDE"; }), HasSubstr("camera: 'TELE' and 'WIDE'"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.format.width = 960; }), HasSubstr("size: 1920 x 1080 and 960 x"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.format.cfa = CfaPattern::gbrg; }),
                HasSubstr("pattern: RGGB and GBRG"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.demosaic = "linear"; }), HasSubstr("demosaic: "));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.canvas_scale = 1; }), HasSubstr("scale: "));
}

TEST_F(MergeRefuses, FramesThatWereMadeOtherwise) {
    EXPECT_THAT(words([](LiveState& b) { b.ledger.how.normalisation = "none"; }),
                HasSubstr("normalisation: 'addscale' and 'none'"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.how.normalisation = ""; }),
                HasSubstr("normalisation: 'addscale' and not known"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.how.weights = "none"; }), HasSubstr("weights: 'noise' and 'none'"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.how.warp = "cubic"; }), HasSubstr("warp: 'lanczos' and 'cubic'"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.how.framing = "common"; }), HasSubstr("framing: 'max' and 'common'"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.how.plain_darks = true; }), HasSubstr("plain-darks"));
    EXPECT_THAT(words([](LiveState& b) { b.ledger.measure->stars[1].x += 0.01; }), HasSubstr("measured to another"));
}

TEST_F(MergeRefuses, MoreMemoryThanThereIs) {
    MadeNight night;
    LiveState a = made_state(night, 0, 3);
    const std::uint64_t both = 2 * a.stack.memory_bytes();
    EXPECT_THROW(merge_into(a, made_state(night, 3, 6), "A.nst", "B.nst", serial_, both - 1), OptionError);
    EXPECT_EQ(a.stack.frames(), 3U);
    EXPECT_NO_THROW(merge_into(a, made_state(night, 3, 6), "A.nst", "B.nst", serial_, both));
}

TEST_F(MergeRefuses, OtherOptions) {
    EXPECT_THAT(words_of_options([](auto& o) { o.planes = 3; }), HasSubstr("planes"));
    EXPECT_THAT(words_of_options([](auto& o) { o.clip_depth = 8; }), HasSubstr("depth"));
    EXPECT_THAT(words_of_options([](auto& o) { o.kappa_high = 4; }), HasSubstr("kappa"));
    EXPECT_THAT(words_of_options([](auto& o) { o.white_adu = 65535; }), HasSubstr("white"));
    EXPECT_THAT(words_of_options([](auto& o) { o.noise_adu[0] = 5; }), HasSubstr("noise"));
}

TEST_F(MergeRefuses, AFrameThatWouldCountTwice) {
    EXPECT_THAT(words([](LiveState& b) { b.ledger.frames[1].sha256 = made_state({}, 0, 3).ledger.frames[2].sha256; }),
                HasSubstr("frame '4.fits' is in both and would count twice"));
}

}  // namespace
}  // namespace nightstack::tools
