// SPDX-License-Identifier: MIT
// Whose kind a night is of when its first frame was a test shot, and the frames as a journal tells them then.
#include "tools/night/core/rules_vote.h"

#include <gmock/gmock.h>

#include "tools/night/core/told_frames.h"
#include "tools/night/core/told_masters.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

FrameKind kind(double gain, int width = 480) {
    FrameKind k{{width, 320, PixelKind::cfa, CfaPattern::gbrg}, {}};
    k.info.gain = gain;
    return k;
}

RulesVote begun() {
    RulesVote vote;
    vote.agrees();
    return vote;
}

TEST(RulesVote, ThreeThatAgreeOutvoteTheFirst) {
    RulesVote vote = begun();
    vote.disagrees(kind(60), false);
    vote.disagrees(kind(60), false);
    EXPECT_EQ(vote.outvoted_by(), nullptr);
    vote.disagrees(kind(60), false);
    ASSERT_NE(vote.outvoted_by(), nullptr);
    EXPECT_EQ(vote.outvoted_by()->info.gain, 60);
}

TEST(RulesVote, ThreeThatDifferAmongThemselvesDoNot) {
    RulesVote vote = begun();
    for (const double gain : {60, 60, 70, 60, 60, 70}) vote.disagrees(kind(gain), false);
    vote.disagrees(kind(70, 240), false);
    EXPECT_EQ(vote.outvoted_by(), nullptr);
    EXPECT_TRUE(vote.open());
}

TEST(RulesVote, ASecondFrameThatAgreesEndsIt) {
    RulesVote vote = begun();
    vote.disagrees(kind(60), false);
    vote.agrees();
    EXPECT_FALSE(vote.open());
    for (int i = 0; i < 10; ++i) vote.disagrees(kind(60), false);
    EXPECT_EQ(vote.outvoted_by(), nullptr);
}

TEST(RulesVote, AFrameThatIsWantedIsNotOutvoted) {
    RulesVote vote = begun();
    vote.settle();
    for (int i = 0; i < 3; ++i) vote.disagrees(kind(60), false);
    EXPECT_EQ(vote.outvoted_by(), nullptr);
}

TEST(RulesVote, WhatAFrameDoesNotSayIsNoDifference) {
    FrameInfo night = kind(80).info;
    night.filter = "Astro";
    EXPECT_EQ(kind_difference(night, {}, false), "");
    EXPECT_THAT(kind_difference(night, kind(60).info, false), HasSubstr("gain 60, the session's is 80"));
    EXPECT_EQ(kind_difference(night, kind(60).info, true), "");
    FrameInfo other;
    other.binning = 2;
    night.binning = 1;
    EXPECT_THAT(kind_difference(night, other, true), HasSubstr("binning 2"));
}

FrameRecord frame(std::uint64_t seq, std::optional<std::uint64_t> group) {
    return {seq, std::to_string(seq), "/x", 1, "sum" + std::to_string(seq), false, group};
}

TEST(ToldFrames, ANightThatBeganAnewHasTheGroupsThatWereGivenThen) {
    std::vector<NightRecord> records{RulesRecord{}, frame(1, 0), frame(2, {}), frame(3, {}), frame(4, {})};
    RulesRecord anew;
    anew.anew = true;
    records.emplace_back(anew);
    ASSERT_THAT(told_frames(records), SizeIs(4));
    EXPECT_EQ(told_frames(records)[0].group, std::nullopt) << "what was before is void";
    records.emplace_back(GroupRecord{"2", "sum2", 0});
    records.emplace_back(GroupRecord{"3", "sum2", 7});
    EXPECT_EQ(told_frames(records)[1].group, 0U);
    EXPECT_EQ(told_frames(records)[2].group, std::nullopt);
}

// What was found for the odd first frame has calibrated nothing.
TEST(ToldGroups, ThoseOfRulesThatHoldNoMoreAreGone) {
    const auto masters = [](std::uint64_t group, std::uint64_t failed) {
        MastersRecord record;
        record.group = group;
        record.failed = failed;
        return record;
    };
    RulesRecord anew;
    anew.anew = true;
    std::vector<NightRecord> records{RulesRecord{}, InputsRecord{0, 0, {{"a", "sum", "dark", 1}}}, masters(0, 1),
                                     InputsRecord{1, 0, {{"b", "sum", "dark", 1}}}, masters(1, 1)};
    ASSERT_THAT(told_groups(records), SizeIs(2));
    EXPECT_EQ(told_groups(records).at(1).inputs.at(0).file, "b");
    records.emplace_back(anew);
    records.emplace_back(masters(0, 3));
    ASSERT_THAT(told_groups(records), SizeIs(1));
    EXPECT_THAT(told_groups(records).at(0).inputs, SizeIs(0));
    EXPECT_EQ(told_groups(records).at(0).masters.failed, 3U);
}

TEST(ToldFrames, FramesThatAreLostFromAmongTheOthersAreCounted) {
    std::vector<NightRecord> records{frame(1, 0), frame(2, 0), frame(3, 0)};
    EXPECT_EQ(lost_frames(records), 0U);
    EXPECT_EQ(lost_frames_text(0), "");
    records.erase(records.begin() + 1);
    EXPECT_EQ(lost_frames(records), 1U);
    EXPECT_THAT(lost_frames_text(1), HasSubstr("lost 1 frame "));
    records.emplace_back(frame(3, 0));  // the second, again
    records.emplace_back(frame(4, 0));
    EXPECT_EQ(lost_frames(records), 1U);
    records.emplace_back(frame(8, 0));
    EXPECT_THAT(lost_frames_text(lost_frames(records)), HasSubstr("lost 4 frames"));
}

}  // namespace
}  // namespace nightstack::tools
