// SPDX-License-Identifier: MIT
// Whole sessions: who must stay, who must go.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "pipeline/stages/judge/judge.h"
#include "sessions.h"

namespace nightstack {
namespace {

using namespace testing_sessions;

int rejected_count(const std::vector<FrameFigures>& frames) {
    int count = 0;
    for (const Judgement& j : judge(frames)) count += j.verdict == Verdict::rejected ? 1 : 0;
    return count;
}

TEST(JudgeSession, AUniformNightRejectsNobody) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        for (const int count : {5, 7, 12, 30, 100, 400}) {
            EXPECT_EQ(rejected_count(night(seed, count, 0.0)), 0);
            EXPECT_EQ(rejected_count(night(seed, count, 0.03)), 0) << seed << " " << count;
        }
    }
}

TEST(JudgeSession, ATightNightDoesNotRejectThreePercent) {
    std::vector<FrameFigures> frames(40, good_frame());
    for (const double away : {-1.0, 1.0}) {
        FrameFigures& f = frames[away < 0 ? 10 : 20];
        *f.fwhm_px *= 1 + 0.03 * away;
        *f.roundness *= 1 + 0.03 * away;
        *f.stars *= 1 + 0.03 * away;
        *f.background *= 1 + 0.03 * away;
        *f.transparency *= 1 + 0.03 * away;
        *f.residual_px *= 1 + 0.03 * away;
    }
    EXPECT_EQ(rejected_count(frames), 0);
}

// FWHM from 2.8 to 4.0, sky doubling in an accelerating dawn, a fifth of the light lost to air mass.
std::vector<FrameFigures> drifting_night(unsigned seed, int count) {
    std::vector<FrameFigures> frames = night(seed, count, 0.02);
    for (int i = 0; i < count; ++i) {
        FrameFigures& f = frames[static_cast<std::size_t>(i)];
        const double t = i / (count - 1.0);
        *f.fwhm_px *= (2.8 + 1.2 * t) / 3.1;
        *f.background *= 1 + t * t;
        *f.transparency *= 1 - 0.2 * t;
        *f.stars *= 1 - 0.3 * t;
    }
    return frames;
}

TEST(JudgeSession, SlowDriftIsNoOutlier) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        for (const int count : {12, 25, 60, 250}) EXPECT_EQ(rejected_count(drifting_night(seed, count)), 0) << count;
    }
}

TEST(JudgeSession, BadFramesInADriftingNightAreStillSeen) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        for (const int count : {20, 60, 250}) {
            std::vector<FrameFigures> frames = drifting_night(seed, count);
            const auto clouded = static_cast<std::size_t>(count / 2);
            const auto shaken = static_cast<std::size_t>(count * 8 / 10);
            cloud(frames[clouded]);
            shake(frames[shaken]);
            const std::vector<Judgement> j = judge(frames);
            EXPECT_EQ(j[clouded].reason, Reason::transparency);
            EXPECT_TRUE(j[shaken].reason == Reason::fwhm || j[shaken].reason == Reason::roundness);
            EXPECT_EQ(rejected_count(frames), 2);
        }
    }
}

TEST(JudgeSession, TheFirstAndTheLastFrameAreJudgedToo) {
    for (const std::size_t bad : {std::size_t{0}, std::size_t{29}}) {
        std::vector<FrameFigures> frames = drifting_night(3, 30);
        shake(frames[bad]);
        EXPECT_EQ(judge(frames)[bad].verdict, Verdict::rejected);
        EXPECT_EQ(rejected_count(frames), 1);
    }
}

TEST(JudgeSession, ALongCloudIsNotATrend) {
    std::vector<FrameFigures> frames = night(5, 100, 0.02);
    for (std::size_t i = 60; i < 90; ++i) cloud(frames[i]);
    const std::vector<Judgement> j = judge(frames);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const bool clouded = i >= 60 && i < 90;
        EXPECT_EQ(j[i].verdict == Verdict::rejected, clouded) << i << " " << j[i].text;
        EXPECT_EQ(j[i].reason, clouded ? Reason::transparency : Reason::none) << j[i].text;
    }
}

TEST(JudgeSession, ANightThatEndsInDewLosesItsEnd) {
    std::vector<FrameFigures> frames = night(6, 80, 0.02);
    for (std::size_t i = 50; i < 80; ++i) *frames[i].fwhm_px *= 1 + 0.06 * static_cast<double>(i - 49);
    const std::vector<Judgement> j = judge(frames);
    for (std::size_t i = 0; i < 55; ++i) EXPECT_EQ(j[i].verdict, Verdict::stacked) << i << " " << j[i].text;
    for (std::size_t i = 65; i < 80; ++i) EXPECT_EQ(j[i].reason, Reason::fwhm) << i;
}

TEST(JudgeSession, VeryShortSessionsRejectOnlyTheAbsurd) {
    for (const int count : {1, 2, 3, 4}) {
        for (unsigned seed = 1; seed <= 10; ++seed) {
            EXPECT_EQ(rejected_count(night(seed, count, 0.08)), 0) << count;
            if (count < 2) continue;
            std::vector<FrameFigures> frames = night(seed, count, 0.05);
            *frames[0].fwhm_px *= 1.5;  // poor, yet not absurd
            EXPECT_EQ(rejected_count(frames), 0) << count;
            *frames[0].fwhm_px *= 2;
            const Judgement j = judge(frames)[0];
            EXPECT_EQ(j.reason, Reason::fwhm);
            EXPECT_NE(j.text.find("best of the session"), std::string::npos) << j.text;
            frames[0] = good_frame();
            *frames[0].transparency *= 0.1;
            *frames[0].stars *= 0.1;
            EXPECT_EQ(judge(frames)[0].reason, Reason::transparency);
        }
    }
    EXPECT_TRUE(judge({}).empty());
}

TEST(JudgeSession, ADarkSkyNearZeroMayWander) {
    std::vector<FrameFigures> frames = night(8, 40, 0.02);
    std::mt19937 rng(9);
    for (FrameFigures& f : frames) f.background = 0.3 * gauss(rng);
    frames[11].background = 40;
    const std::vector<Judgement> j = judge(frames);
    EXPECT_EQ(rejected_count(frames), 1);
    EXPECT_EQ(j[11].reason, Reason::background);
}

TEST(JudgeSession, NormalScatterRarelyRejects) {
    // Normal scatter far above the floors: kappa rules, and it rules rarely.
    int rejected = 0;
    int judged = 0;
    for (unsigned seed = 1; seed <= 10; ++seed) {
        rejected += rejected_count(night(seed, 300, 0.12));
        judged += 300;
    }
    EXPECT_LT(rejected, judged / 100);
}

// Two short exposures and one of twice the time, in turn: twice the sky is no cloud. One of the long ones under cloud is.
TEST(JudgeGroups, LongExposuresAreNotHeldAgainstShortOnes) {
    std::vector<FrameFigures> frames(18);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const bool is_long = i % 3 == 2;
        frames[i].background = (is_long ? 1000 : 500) + static_cast<double>(i % 4);
        frames[i].stars = (is_long ? 400 : 250) + static_cast<double>(i % 5);
        frames[i].group = is_long ? 1 : 0;
    }
    frames[14].background = 1900;
    const std::vector<Judgement> apart = judge(frames);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(apart[i].verdict, i == 14 ? Verdict::rejected : Verdict::stacked) << i;
    }
    EXPECT_EQ(apart[14].reason, Reason::background);
    for (FrameFigures& f : frames) f.group = 0;
    EXPECT_EQ(judge(frames)[8].verdict, Verdict::rejected) << "without groups the long ones would go";
}

}  // namespace
}  // namespace nightstack
