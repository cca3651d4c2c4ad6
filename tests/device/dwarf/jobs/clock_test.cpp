// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/clock.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
