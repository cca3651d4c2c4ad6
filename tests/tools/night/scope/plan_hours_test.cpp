// SPDX-License-Identifier: MIT
#include "tools/night/scope/plan_hours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tools/cli/time_option.h"

namespace nightstack::tools {
namespace {

using device::dwarf::Utc;
using testing::HasSubstr;
using What = PlanHour::What;
using namespace std::chrono_literals;

const device::Site kSite{11.6, 48.1, 520};
const Utc kEvening = parse_time("2026-01-18T18:00:00Z");

TargetPlan target(const std::string& name, double ra_deg, double dec_deg) {
    TargetPlan plan;
    plan.target = {name, device::Equatorial{ra_deg, dec_deg}};
    plan.count = 100;
    return plan;
}

// Orion's nebula: up in the evening of January, south at about 21:10 UTC there, set before four.
const TargetPlan kOrion = target("Orion", 83.82, -5.39);
// Never sets at 48 degrees north.
const TargetPlan kDipper = target("M 82", 148.97, 69.68);

TEST(PlanHours, TheFirstThatCanBeTakenIsTaken) {
    const PlanHour hour = plan_hour({kSite, {kOrion, kDipper}}, kSite, kEvening);
    EXPECT_EQ(hour.what, What::take);
    EXPECT_EQ(hour.target, 0U);
    EXPECT_THAT(hour.why, HasSubstr("Orion sinks below 0 degrees"));
    // The moment is the altitude's own, to the second.
    EXPECT_NEAR(altitude_deg(kOrion.target, kSite, hour.until), 0, 0.005);
    EXPECT_GT(altitude_deg(kOrion.target, kSite, hour.until - 10s), 0);
    const PlanHour next = plan_hour({kSite, {kOrion, kDipper}}, kSite, hour.until);
    EXPECT_EQ(next.what, What::take);
    EXPECT_EQ(next.target, 1U);
}

TEST(PlanHours, FinishedTargetsArePassedOver) {
    const PlanHour hour = plan_hour({kSite, {kOrion, kDipper}}, kSite, kEvening, {true});
    EXPECT_EQ(hour.target, 1U);
    EXPECT_EQ(hour.until, kEvening + 24h);  // nothing changes within a day
    const PlanHour over = plan_hour({kSite, {kOrion, kDipper}}, kSite, kEvening, {true, true});
    EXPECT_EQ(over.what, What::over);
    EXPECT_EQ(over.why, "") << "what they have is not known here";
}

TEST(PlanHours, StartsAndEndsAreHeededToTheSecond) {
    TargetPlan late = kOrion;
    late.start = kEvening + 1h + 17s;
    late.end = kEvening + 2h + 5s;
    const NightPlan plan{kSite, {late, kDipper}};
    const PlanHour before = plan_hour(plan, kSite, kEvening);
    EXPECT_EQ(before.target, 1U);
    EXPECT_EQ(before.until, *late.start);
    EXPECT_THAT(before.why, HasSubstr("Orion comes first in the plan"));
    const PlanHour during = plan_hour(plan, kSite, *late.start);
    EXPECT_EQ(during.target, 0U);
    EXPECT_EQ(during.until, *late.end);
    EXPECT_THAT(during.why, HasSubstr("its end"));
    EXPECT_EQ(plan_hour(plan, kSite, *late.end).target, 1U);
    EXPECT_EQ(plan_hour(plan, kSite, *late.end - 1s).target, 0U);
}

TEST(PlanHours, WaitsForAltitudeAndSaysWhy) {
    TargetPlan high = kOrion;
    high.min_alt_deg = 30;
    const PlanHour hour = plan_hour({kSite, {high}}, kSite, kEvening);
    ASSERT_EQ(hour.what, What::wait);
    EXPECT_THAT(hour.why, HasSubstr("below its limit of 30 degrees"));
    EXPECT_NEAR(altitude_deg(high.target, kSite, hour.until), 30, 0.005);
    EXPECT_EQ(plan_hour({kSite, {high}}, kSite, hour.until).what, What::take);
}

TEST(PlanHours, WhatNeverRisesIsOver) {
    TargetPlan too_high = kOrion;
    too_high.min_alt_deg = 60;  // it culminates at 36.5
    EXPECT_EQ(plan_hour({kSite, {too_high}}, kSite, kEvening).what, What::over);
    TargetPlan past = kOrion;
    past.end = kEvening - 1h;
    const PlanHour hour = plan_hour({kSite, {past}}, kSite, kEvening);
    EXPECT_EQ(hour.what, What::over);
    EXPECT_THAT(hour.why, HasSubstr("its end has passed"));
}

TEST(PlanHours, PlanetsStandWhereTheyAre) {
    device::Target moon{"Moon", device::Planet::moon};
    double lowest = 90, highest = -90;
    for (int h = 0; h < 25; ++h) {
        const double altitude = altitude_deg(moon, kSite, kEvening + std::chrono::hours(h));
        lowest = std::min(lowest, altitude);
        highest = std::max(highest, altitude);
    }
    EXPECT_LT(lowest, 0);
    EXPECT_GT(highest, 0);
}

}  // namespace
}  // namespace nightstack::tools
