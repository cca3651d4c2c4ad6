// SPDX-License-Identifier: MIT
#include "tools/night/scope/night_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tools/night/scope/target_flags.h"

namespace nightstack::tools {
namespace {

using device::dwarf::Binning;
using device::dwarf::IrFilter;
using testing::AllOf;
using testing::HasSubstr;

std::string why_not(const std::string& text) {
    try {
        (void)read_night_plan(text, "plan.toml");
    } catch (const OptionError& e) {
        return e.what();
    }
    return "";
}

std::string target(const std::string& lines) { return "[[target]]\nname = \"M 42\"\n" + lines; }

TEST(NightPlan, ReadsAllThatIsThere) {
    const NightPlan plan = read_night_plan(R"(
site = "48.1,11.6,520"
[[target]]
name = "M 42"
start = 2026-01-18T20:00:00Z
end = 2026-01-18T23:30:00+01:00
min_alt_deg = 30
exposure_s = 10
gain = 100
binning = "2x2"
ir = "pass"
count = 1200
darks = "auto"
[[target]]
ra_h = 5.575
dec_deg = 22.0145
end = "2026-01-19T03:00:00Z"
)",
                                           "plan");
    ASSERT_TRUE(plan.site);
    EXPECT_DOUBLE_EQ(plan.site->longitude_deg, 11.6);
    ASSERT_EQ(plan.targets.size(), 2U);
    const TargetPlan& first = plan.targets[0];
    EXPECT_EQ(first.target.name, "M 42");
    EXPECT_EQ(*first.end - *first.start, std::chrono::minutes(150));  // the zone of `end` counts
    EXPECT_EQ(first.min_alt_deg, 30);
    EXPECT_EQ(first.exposure.count(), 10);
    EXPECT_EQ(first.gain, 100);
    EXPECT_EQ(first.binning, Binning::two);
    EXPECT_EQ(first.ir, IrFilter::pass);
    EXPECT_EQ(first.count, 1200);
    EXPECT_TRUE(first.take_darks);
    const TargetPlan& second = plan.targets[1];
    EXPECT_NEAR(std::get<device::Equatorial>(second.target.place).ra_deg, 83.625, 1e-9);
    EXPECT_EQ(second.exposure.count(), 15);
    EXPECT_EQ(second.binning, Binning::none);
    EXPECT_FALSE(second.count || second.ir || second.take_darks);
}

TEST(NightPlan, ASiteMayBeAList) {
    EXPECT_NEAR(read_night_plan("site = [48.25, -11.5]\n" + target("count = 1"), "p").site->longitude_deg, -11.5,
                1e-12);
}

TEST(NightPlan, SaysLineAndReason) {
    EXPECT_THAT(why_not("sites = 1\n"), HasSubstr("plan.toml line 1: sites is no key of a plan (site, [[target]])"));
    EXPECT_THAT(why_not(target("count = 5\nexposure = 3\n")),
                AllOf(HasSubstr("line 4: exposure is no key of a target"), HasSubstr("exposure_s")));
    EXPECT_THAT(why_not(target("count = 0\n")), HasSubstr("line 3: count must be 1 to 100000"));
    EXPECT_THAT(why_not(target("count = 1.5\n")), HasSubstr("line 3: count must be a whole number"));
    EXPECT_THAT(why_not(target("exposure_s = 16\n")), HasSubstr("line 3: exposure_s must be 0.0001 to 15"));
    EXPECT_THAT(why_not(target("gain = \"80\"\n")), HasSubstr("line 3: gain must be a whole number"));
    EXPECT_THAT(why_not(target("binning = \"3x3\"\n")), HasSubstr("line 3: binning must be \"1x1\" or \"2x2\""));
    EXPECT_THAT(why_not(target("darks = true\n")), HasSubstr("line 3: darks must be a text"));
    EXPECT_THAT(why_not(target("start = \"tonight\"\n")), HasSubstr("line 3: start must be a time in UTC"));
    EXPECT_THAT(why_not(target("start = 2026-01-18T20:00:00\n")), HasSubstr("must be a time in UTC"));
    EXPECT_THAT(why_not(target("ra_h = 3\n")), HasSubstr("needs both ra_h and dec_deg"));
    EXPECT_THAT(why_not(target("")), HasSubstr("neither a count of frames nor an end"));
    EXPECT_THAT(why_not(target("count = 1\nstart = 2026-01-18T20:00:00Z\nend = 2026-01-18T19:00:00Z\n")),
                HasSubstr("its end is not after its start"));
    EXPECT_THAT(why_not("[[target]]\nname = \"M 999\"\ncount = 1\n"), HasSubstr("is not known"));
    EXPECT_THAT(why_not("[[target]]\ncount = 1\n"), HasSubstr("needs a name, or ra_h and dec_deg"));
    EXPECT_THAT(why_not("site = \"x\"\n" + target("count = 1")), HasSubstr("line 1: site cannot be meant"));
    EXPECT_THAT(why_not("site = 5\n" + target("count = 1")), HasSubstr("line 1: site must be"));
    EXPECT_THAT(why_not(""), HasSubstr("no [[target]]"));
    EXPECT_THAT(why_not("target = 5\n"), HasSubstr("must be a list of tables"));
    EXPECT_THAT(why_not("[[target]\n"), HasSubstr("not TOML"));
    EXPECT_THAT(why_not("a\x1b = 1\n"), testing::Not(HasSubstr("\x1b")));
    EXPECT_THAT(why_not(std::string(300'000, '#')), HasSubstr("more than 256 KiB"));
    EXPECT_THAT(why_not("x = " + std::string(5000, '[')), HasSubstr("nested deeper"));
}

TEST(NightPlan, FlagsFillTheSame) {
    TargetFlags flags;
    EXPECT_THROW((void)flags.plan(), OptionError);
    flags.target = "m42";
    flags.exposure = "1/4";
    flags.ir = "cut";
    const TargetPlan plan = flags.plan();
    EXPECT_EQ(plan.target.name, "M 42");
    EXPECT_EQ(plan.exposure.count(), 0.25);
    EXPECT_EQ(plan.ir, IrFilter::cut);
    EXPECT_EQ(plan.count, 200);
    flags.gain = 999;
    EXPECT_THROW((void)flags.plan(), OptionError);
}

std::string second_part(const std::string& first, const std::string& second) {
    return part_of(read_night_plan(target(first) + target(second), "plan"), 1);
}

TEST(NightPlan, ATargetIsKnownByWhatItsFramesAreTakenWith) {
    const std::string one = "exposure_s = 10\ncount = 5\n";
    const NightPlan plan = read_night_plan(target(one), "plan");
    const std::string part = part_of(plan, 0);
    EXPECT_THAT(part, HasSubstr("10 s, gain 80, 1x1, 1"));
    EXPECT_EQ(
        part_of(read_night_plan(target("exposure_s = 10\ncount = 7\nmin_alt_deg = 9\ndarks = \"auto\"\n"), "p"), 0),
        part)
        << "count, hours and darks may be changed";
    for (const char* other : {"exposure_s = 5\n", "exposure_s = 10\ngain = 81\n", "exposure_s = 10\nbinning = 2\n",
                              "exposure_s = 10\nir = \"cut\"\n", "exposure_s = 10\nra_h = 5\ndec_deg = 1\n"})
        EXPECT_NE(second_part(one, std::string(other) + "count = 5\n"), part) << other;
    EXPECT_NE(second_part(one, one), part) << "two alike are two targets";
    EXPECT_THAT(second_part(one, one), HasSubstr("1x1, 2"));
    EXPECT_EQ(second_part("gain = 1\ncount = 1\n", one), part) << "wherever it stands among others";
}

}  // namespace
}  // namespace nightstack::tools
