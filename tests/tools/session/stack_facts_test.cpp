// SPDX-License-Identifier: MIT
#include "tools/session/stack_facts.h"

#include <gtest/gtest.h>

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;

const UtcTime kStart = std::chrono::sys_days(std::chrono::year(2024) / 1 / 18) + 21h;

struct Night {
    std::vector<InputFrame> frames;
    StackSummary summary;
    void add(std::chrono::milliseconds after, double exposure, const char* object, Verdict verdict = Verdict::stacked) {
        InputFrame frame;
        frame.info.start_utc = kStart + after;
        frame.info.exposure = Seconds(exposure);
        frame.info.object = object;
        frames.push_back(std::move(frame));
        LightReport report;
        report.judgement.verdict = verdict;
        summary.lights.push_back(report);
    }
};

TEST(StackFacts, CountStackedFramesOnlyAndInAnyOrder) {
    Night night;
    night.add(40s, 10, "M 1");
    night.add(0s, 10, "M 1");
    night.add(20s, 10, "M 1");
    night.add(500s, 99, "M 2", Verdict::rejected);
    const StackFacts facts = facts_of(night.frames, night.summary);
    EXPECT_EQ(facts.livetime_s, 30);
    EXPECT_EQ(facts.exposure, Seconds(10));
    EXPECT_EQ(facts.object, "M 1");
    EXPECT_EQ(facts.first_start, kStart);
    EXPECT_EQ(facts.last_end, kStart + 50s);
    EXPECT_EQ(facts.mean_time, kStart + 25s);
}

TEST(StackFacts, MeanTimeIsWeighedByExposureAndMixturesSaySo) {
    Night night;
    night.add(0s, 10, "M 1");
    night.add(100s, 30, "M 2");
    const StackFacts facts = facts_of(night.frames, night.summary);
    EXPECT_EQ(facts.mean_time, kStart + 87500ms);  // (10 * 5 + 30 * 115) / 40
    EXPECT_EQ(facts.object, "mixed");
}

TEST(StackFacts, NameASiteOnlyWhereAllAgree) {
    Night night;
    for (int i = 0; i < 3; ++i) night.add(0s, 10, "M 1");
    night.frames[1].info.site_lat_deg = 48.2;
    night.frames[1].info.site_long_deg = 16.4;
    night.frames[1].info.site_elev_m = 170;
    StackFacts facts = facts_of(night.frames, night.summary);
    EXPECT_EQ(facts.site_lat_deg, 48.2);
    EXPECT_EQ(facts.site_long_deg, 16.4);
    const io::FitsHeader header = io::FitsHeader::parse(stack_cards(facts, night.summary, "", {}).bytes());
    EXPECT_EQ(header.number("SITELAT"), 48.2);
    EXPECT_EQ(header.number("SITELONG"), 16.4);
    EXPECT_EQ(header.number("SITEELEV"), 170);
    night.frames[2].info.site_lat_deg = 28.3;
    night.frames[2].info.site_long_deg = 16.4;
    facts = facts_of(night.frames, night.summary);
    EXPECT_EQ(facts.site_lat_deg, std::nullopt);
}

}  // namespace
}  // namespace nightstack::tools
