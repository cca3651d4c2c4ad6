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
    EXPECT_NE(doubt({kNow, kNow - hours(1), kNow - hours(2), "GPS"}).value().find("120 min later"), std::string::npos);
}

TEST(Clock, TheScopesClockIsAReferenceUnlessItIsUnset) {
    const Utc built = Utc{} + std::chrono::hours(24 * 365 * 50), now = built + std::chrono::hours(1);
    const auto told = [&](std::optional<Utc> scope) {
        Clock clock{now, built, {}, ""};
        refer_to_scope(clock, scope);
        return doubt(clock);
    };
    EXPECT_FALSE(told({}));
    EXPECT_FALSE(told(now + std::chrono::seconds(100)));
    EXPECT_FALSE(told(built - std::chrono::hours(1))) << "unset";
    ASSERT_TRUE(told(now + std::chrono::seconds(130)));
    EXPECT_NE(told(now + std::chrono::seconds(130))->find("130 s earlier than the scope's clock"), std::string::npos);
    EXPECT_NE(told(now + std::chrono::seconds(17'622'050))->find("203 days earlier than the scope's clock"),
              std::string::npos);
    EXPECT_NE(told(now - std::chrono::minutes(12))->find("12 min later than the scope's clock"), std::string::npos);
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
