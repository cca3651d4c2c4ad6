// SPDX-License-Identifier: MIT
// One bad frame at a time: is it named for what it is?
#include "pipeline/stages/judge/judge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "pipeline/core/error.h"
#include "sessions.h"

namespace nightstack {
namespace {

using namespace testing_sessions;

int rejected_count(const std::vector<Judgement>& judgements) {
    int count = 0;
    for (const Judgement& j : judgements) count += j.verdict == Verdict::rejected ? 1 : 0;
    return count;
}

struct Spoilt {
    const char* what;
    std::function<void(FrameFigures&)> spoil;
    std::vector<Reason> allowed;
};

const Spoilt table[] = {
    {"deep cloud", cloud, {Reason::transparency}},
    {"shaken", shake, {Reason::fwhm, Reason::roundness}},
    {"defocused", [](FrameFigures& f) { f.fwhm_px = 5, f.stars = 90, f.transparency = 0.85; }, {Reason::fwhm}},
    {"trailed", [](FrameFigures& f) { f.roundness = 0.55, f.fwhm_px = 3.9; }, {Reason::roundness}},
    {"torch", [](FrameFigures& f) { f.background = 900, f.stars = 60; }, {Reason::background}},
    {"cirrus with moon", [](FrameFigures& f) { f.background = 500, f.transparency = 0.7; }, {Reason::background}},
    {"few stars alone", [](FrameFigures& f) { f.stars = 15; }, {Reason::stars}},
    {"residual alone", [](FrameFigures& f) { f.residual_px = 1.2; }, {Reason::residual}},
};

TEST(Judge, ASpoiltFrameIsNamedForWhatItIs) {
    for (const int count : {5, 8, 20, 60, 200}) {
        for (const Spoilt& s : table) {
            for (unsigned seed = 1; seed <= 5; ++seed) {
                std::vector<FrameFigures> frames = night(seed, count, 0.02);
                const auto bad = static_cast<std::size_t>((count / 2 + static_cast<int>(seed)) % count);
                s.spoil(frames[bad]);
                const std::vector<Judgement> j = judge(frames);
                EXPECT_EQ(j[bad].verdict, Verdict::rejected) << s.what << " of " << count;
                EXPECT_NE(std::find(s.allowed.begin(), s.allowed.end(), j[bad].reason), s.allowed.end())
                    << s.what << " of " << count << " was called " << name(j[bad].reason);
                EXPECT_EQ(rejected_count(j), 1) << s.what << " of " << count;
            }
        }
    }
}

TEST(Judge, BetterThanTheOthersIsNoFault) {
    std::vector<FrameFigures> frames = night(3, 30, 0.02);
    frames[7].fwhm_px = 1.5;
    frames[7].roundness = 1.0;
    frames[7].stars = 900;
    frames[7].background = 60;
    frames[7].transparency = 1.6;
    frames[7].residual_px = 0.01;
    EXPECT_EQ(rejected_count(judge(frames)), 0);
}

TEST(Judge, TheSentenceHoldsTheNumbers) {
    std::vector<FrameFigures> frames(9, good_frame());
    frames[4].fwhm_px = 6.13;
    const Judgement j = judge(frames)[4];
    EXPECT_EQ(j.text, "FWHM 6.1 px, limit 3.7 px (session median 3.1)");
    EXPECT_NEAR(j.limits.at("fwhm_px").value, 6.13, 1e-12);
    EXPECT_NEAR(j.limits.at("fwhm_px").limit, 3.1 * 1.2, 1e-12);
    frames[4] = good_frame();
    frames[4].fwhm_px = 3.7201;  // never "3.7 px, limit 3.7 px"
    EXPECT_EQ(judge(frames)[4].text, "FWHM 3.7201 px, limit 3.7200 px (session median 3.1000)");
}

TEST(Judge, EveryKnownFigureOfEveryFrameStandsBesideItsLimit) {
    std::vector<FrameFigures> frames = night(4, 12, 0.02);
    frames[2].background.reset();
    frames[5].refused = Reason::no_match;
    frames[5].refused_text = "no match";
    const std::vector<Judgement> j = judge(frames);
    ASSERT_EQ(j.size(), frames.size());
    for (std::size_t i = 0; i < j.size(); ++i) {
        EXPECT_EQ(j[i].limits.size(), i == 2 ? 5U : 6U) << i;
        EXPECT_EQ(j[i].text.empty(), i != 5) << j[i].text;
    }
    EXPECT_EQ(j[5].reason, Reason::no_match);
    EXPECT_EQ(j[5].verdict, Verdict::rejected);
    EXPECT_EQ(j[5].text, "no match");
    EXPECT_FALSE(j[2].limits.contains("background"));
}

TEST(Judge, UnknownFiguresRejectNobody) {
    std::vector<FrameFigures> frames = night(5, 20, 0.02);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    frames[3] = FrameFigures{};
    for (auto member : {&FrameFigures::fwhm_px, &FrameFigures::roundness, &FrameFigures::stars,
                        &FrameFigures::background, &FrameFigures::residual_px}) {
        frames[4].*member = nan;
    }
    for (FrameFigures& f : frames) f.transparency.reset();
    frames[6].transparency = 0.01;  // the only one known: nothing to compare with
    EXPECT_EQ(rejected_count(judge(frames)), 0);
    EXPECT_TRUE(judge(frames)[3].limits.empty());
    EXPECT_TRUE(judge(frames)[4].limits.empty());
    EXPECT_EQ(rejected_count(judge(std::vector<FrameFigures>(30))), 0);
}

TEST(Judge, RefusedFramesDoNotBendTheStatistics) {
    std::vector<FrameFigures> frames = night(6, 20, 0.02);
    const std::vector<Judgement> before = judge(frames);
    FrameFigures junk;
    junk.refused = Reason::saturated;
    junk.background = 60000;
    junk.stars = 1;
    std::vector<FrameFigures> more = frames;
    for (int i = 0; i < 25; ++i) more.push_back(junk);
    const std::vector<Judgement> after = judge(more);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(after[i].verdict, before[i].verdict);
        EXPECT_EQ(after[i].limits.at("background").limit, before[i].limits.at("background").limit);
    }
}

TEST(Judge, ASwitchedOffFigureIsNotJudged) {
    std::vector<FrameFigures> frames = night(7, 20, 0.02);
    cloud(frames[9]);
    JudgeOptions o;
    o.transparency.enabled = false;
    const Judgement j = judge(frames, o)[9];
    EXPECT_NE(j.reason, Reason::transparency);
    EXPECT_FALSE(j.limits.contains("transparency"));
}

TEST(Judge, OptionsThatCannotWorkAreRefused) {
    JudgeOptions o;
    o.fwhm.kappa = 0;
    EXPECT_THROW(judge({}, o), OptionError);
    o = {};
    o.stars.relative = -1;
    EXPECT_THROW(judge({}, o), OptionError);
    o = {};
    o.frames_to_judge = 1;
    EXPECT_THROW(judge({}, o), OptionError);
}

}  // namespace
}  // namespace nightstack
