// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/reference.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "sessions.h"

namespace nightstack {
namespace {

using namespace testing_sessions;

TEST(Reference, TheBestFrameLeads) {
    std::vector<FrameFigures> frames(20, good_frame());
    for (const std::size_t sharp : {3U, 8U, 12U, 13U, 17U, 18U}) frames[sharp].fwhm_px = 2.6;
    for (const std::size_t rich : {1U, 2U, 5U, 6U, 8U}) frames[rich].stars = 260;
    EXPECT_EQ(choose_reference(frames), 8);
    frames[8].refused = Reason::roundness;
    EXPECT_EQ(choose_reference(frames), 3);  // the first of the sharp ones
    frames[17].fwhm_px = 1.9;                // no further reward for what a single frame has
    EXPECT_EQ(choose_reference(frames), 3);
}

TEST(Reference, ABadFrameNeverLeads) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::vector<FrameFigures> frames = night(seed, 30, 0.03);
        cloud(frames[4]);
        shake(frames[9]);
        const int chosen = choose_reference(frames);
        EXPECT_NE(chosen, 4);
        EXPECT_NE(chosen, 9);
        EXPECT_LE(*frames[static_cast<std::size_t>(chosen)].fwhm_px, 3.1 * 1.02);
    }
}

TEST(Reference, OneOddFigureDoesNotWin) {
    std::vector<FrameFigures> frames = night(3, 20, 0.03);
    frames[5].fwhm_px = 1.1;  // hot pixels, not stars
    frames[5].stars = 120;
    EXPECT_NE(choose_reference(frames), 5);
}

TEST(Reference, TheMiddleOfThePointingsIsPreferred) {
    std::vector<FrameFigures> frames(11, good_frame());
    std::vector<std::optional<Point>> pointing;
    for (int i = 0; i < 11; ++i) pointing.push_back(Point{200.0 * i, -100.0 * i});
    EXPECT_EQ(choose_reference(frames), 0);
    ReferenceOptions o;
    o.pointing = pointing;
    EXPECT_EQ(choose_reference(frames, o), 5);
    pointing[5].reset();  // unknown: no distance is held against it
    EXPECT_EQ(choose_reference(frames, o), 5);
    pointing.pop_back();
    o.pointing = pointing;
    EXPECT_THROW(choose_reference(frames, o), OptionError);
}

TEST(Reference, TiesAndVoidsAreSettledTheSameWayAlways) {
    EXPECT_EQ(choose_reference({}), -1);
    std::vector<FrameFigures> frames(5, good_frame());
    EXPECT_EQ(choose_reference(frames), 0);
    frames[0].refused = Reason::no_stars;
    EXPECT_EQ(choose_reference(frames), 1);
    for (FrameFigures& f : frames) f.refused = Reason::no_stars;
    EXPECT_EQ(choose_reference(frames), -1);
    EXPECT_EQ(choose_reference(std::vector<FrameFigures>(3)), 0);
}

}  // namespace
}  // namespace nightstack
