// SPDX-License-Identifier: MIT
// What a night must have in common with the stack on whose grid it is to lie.
#include <gmock/gmock.h>

#include "pipeline/core/error.h"
#include "tools/session/job_options.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

// A night of `o` on its own grid.
struct Grid {
    StackOptions options;
    LiveLedger ledger;
    LiveStackOptions stack;

    Grid() {
        options.method = "stream";
        options.demosaic = "superpixel";
        ledger.format = {64, 48, PixelKind::cfa, CfaPattern::rggb};
        ledger.demosaic = options.demosaic;
        ledger.how = {options.framing, options.warp, options.normalisation, options.weights, "", false};
        ledger.canvas_scale = 0.5;
        ledger.measure.emplace();
        ledger.measure->stars.resize(kLeastReferenceStars);
        ledger.frames.resize(1);
    }
    std::string refusal() const {
        try {
            grid_of(ledger, stack);
            check_words(options, ledger, stack, run_options(options).stream->live);
        } catch (const OptionError& e) {
            return e.what();
        }
        return "";
    }
};

TEST(GridWords, MustBeTheStacks) {
    EXPECT_EQ(Grid().refusal(), "");
    Grid warp;
    warp.options.warp = "cubic";
    EXPECT_THAT(warp.refusal(), HasSubstr("say --warp lanczos"));
}

TEST(GridWords, PatternsThatBothSayMustBeOne) {
    Grid pattern;
    pattern.options.pattern = "GRBG";
    EXPECT_EQ(pattern.refusal(), "") << "files that say their own";
    pattern.ledger.how.pattern = "RGGB";
    EXPECT_THAT(pattern.refusal(), HasSubstr("--pattern is GRBG"));
    EXPECT_THAT(pattern.refusal(), HasSubstr("say --pattern RGGB"));
    pattern.options.pattern = "RGGB";
    EXPECT_EQ(pattern.refusal(), "");
    pattern.options.pattern = "";
    EXPECT_EQ(pattern.refusal(), "");
}

TEST(GridWords, StarsMustBeWhatItWasAlignedBy) {
    Grid grid;
    grid.ledger.frames[0].aligned_by = AlignedBy::scene;
    EXPECT_THAT(grid.refusal(), HasSubstr("aligned by the scene"));
    grid.ledger.frames[0].aligned_by = AlignedBy::not_recorded;
    EXPECT_EQ(grid.refusal(), "");
    grid.ledger.measure->stars.pop_back();
    EXPECT_THAT(grid.refusal(), HasSubstr("7 stars, 8 are needed"));
    grid.ledger.frames[0].aligned_by = AlignedBy::stars;  // its reference was asked for all the same
    EXPECT_EQ(grid.refusal(), "");
}

}  // namespace
}  // namespace nightstack::tools
