// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tools/night/core/arrival_pace.h"
#include "tools/night/core/night_folder.h"

namespace nightstack::tools {
namespace {

using std::chrono::seconds;

TEST(ArrivalPace, IsThatOfTheLastMinute) {
    ArrivalPace pace;
    const ArrivalPace::Time begin{};
    EXPECT_EQ(pace.bytes_per_s(begin), 0);
    pace.add(begin, 1000);
    EXPECT_EQ(pace.bytes_per_s(begin), 0) << "one frame is no pace";
    EXPECT_FALSE(pace.time_for(3, begin));
    for (int i = 1; i <= 10; ++i) pace.add(begin + seconds(10 * i), 1000);
    EXPECT_DOUBLE_EQ(pace.bytes_per_s(begin + seconds(100)), 100);
    EXPECT_EQ(pace.time_for(6, begin + seconds(100)), seconds(60));
    EXPECT_EQ(pace.time_for(6, begin + seconds(104)), seconds(56)) << "while the next is waited for";
    EXPECT_EQ(pace.time_for(1, begin + seconds(115)), seconds(0)) << "the next is late";
    for (int i = 1; i <= 20; ++i) pace.add(begin + seconds(100 + 5 * i), 1000);
    EXPECT_DOUBLE_EQ(pace.bytes_per_s(begin + seconds(200)), 200) << "that of a minute ago does not count";
}

TEST(ArrivalPace, FramesLongerThanAMinuteHaveOneToo) {
    ArrivalPace pace;
    const ArrivalPace::Time begin{};
    for (int i = 0; i < 5; ++i) pace.add(begin + seconds(300 * i), 3000);
    const ArrivalPace::Time last = begin + seconds(1200);
    EXPECT_DOUBLE_EQ(pace.bytes_per_s(last + seconds(290)), 10);
    EXPECT_EQ(pace.time_for(2, last), seconds(600));
}

// The way to the scope is gone: nothing comes, and nobody knows when the last will.
TEST(ArrivalPace, EndsWhereNothingComes) {
    ArrivalPace pace;
    const ArrivalPace::Time begin{};
    for (int i = 0; i <= 10; ++i) pace.add(begin + seconds(10 * i), 1000);
    EXPECT_DOUBLE_EQ(pace.bytes_per_s(begin + seconds(129)), 100);
    EXPECT_EQ(pace.bytes_per_s(begin + seconds(131)), 0);
    EXPECT_FALSE(pace.time_for(6, begin + seconds(131)));
}

TEST(EveningDate, IsThatOfTheEveningUntilNoon) {
    ::setenv("TZ", "UTC", 1);  // NOLINT(concurrency-mt-unsafe)
    ::tzset();
    const auto at = [](int hours) { return std::chrono::system_clock::time_point(std::chrono::hours(hours)); };
    EXPECT_EQ(evening_date(at(24 * 365 + 20)), "1971-01-01");
    EXPECT_EQ(evening_date(at(24 * 366 + 5)), "1971-01-01") << "after midnight";
    EXPECT_EQ(evening_date(at(24 * 366 + 13)), "1971-01-02");
}

}  // namespace
}  // namespace nightstack::tools
