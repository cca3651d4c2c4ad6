// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/clock.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Utc kNow = Utc{} + seconds(1693602305);  // 2023-09-01 21:05:05

TEST(Clock, IsDoubtedBeforeTheBuildAndBeyondTwoMinutes) {
    EXPECT_FALSE(doubt({kNow, kNow - hours(1), {}, ""}));
    EXPECT_TRUE(doubt({kNow, kNow + seconds(1), {}, ""}));
    EXPECT_FALSE(doubt({kNow, kNow - hours(1), kNow + seconds(120), "GPS"}));
    const auto early = doubt({kNow, kNow - hours(1), kNow + seconds(121), "GPS"});
    ASSERT_TRUE(early);
    EXPECT_EQ(*early, "This computer's clock says 2023-09-01 21:05:05 UTC, 121 s earlier than GPS");
    EXPECT_NE(doubt({kNow, kNow - hours(1), kNow - hours(2), "GPS"}).value().find("7200 s later"), std::string::npos);
}

TEST(Clock, TargetsAreEncoded) {
    EXPECT_EQ(date_target(kNow), "/date?date=2023-09-01%2021:05:05");
    EXPECT_EQ(zone_target("Europe/Berlin"), "/timezone?timezone=Europe/Berlin");
    EXPECT_EQ(zone_target("Etc/GMT+2"), "/timezone?timezone=Etc/GMT%2B2");
}

TEST(Clock, ZonesAreNames) {
    for (const char* good : {"UTC", "America/Argentina/Buenos_Aires", "Etc/GMT-14"}) EXPECT_NO_THROW(check_zone(good));
    for (const char* bad : {"", "Europe Berlin", "a&b", "x\n", "../?"})
        EXPECT_THROW(check_zone(bad), OptionError) << bad;
    EXPECT_THROW(check_zone(std::string(65, 'a')), OptionError);
}

TEST(Clock, ReadsTheHttpAnswer) {
    EXPECT_EQ(http_result(R"({"result":0})"), 0);
    EXPECT_EQ(http_result("{ \"result\" : -1 }"), -1);
    for (const char* other : {"", "{}", "{\"result\"", "{\"result\":", "{\"result\":\"0\"}", "result:0"})
        EXPECT_FALSE(http_result(other)) << other;
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
