// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/raw_watch.h"

#include <gtest/gtest.h>

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;

Moment at(double seconds) { return Moment{} + std::chrono::duration_cast<Moment::duration>(Seconds{seconds}); }

RawWatch ten_frames() { return RawWatch(10, Seconds{15}, at(0)); }

TEST(RawWatch, AllCountedIsDone) {
    RawWatch watch = ten_frames();
    watch.counted(10, at(165));
    EXPECT_TRUE(watch.complete());
    EXPECT_EQ(watch.verdict(at(166), false).kind, Kind::done);
    EXPECT_EQ(watch.verdict(at(166), true).kind, Kind::done);
}

TEST(RawWatch, NoTimeForTheRestIsFailed) {
    RawWatch watch = ten_frames();
    watch.counted(4, at(66));
    watch.running(at(70));
    const Outcome outcome = watch.verdict(at(80), false);
    EXPECT_EQ(outcome.kind, Kind::failed);
    EXPECT_NE(outcome.words.find("4 of 10"), std::string::npos) << outcome.words;
    EXPECT_NE(watch.verdict(at(80), true).words.find("restarted"), std::string::npos);
}

TEST(RawWatch, CountsLostButSeenToTheEndIsDone) {
    RawWatch watch = ten_frames();
    watch.counted(7, at(115));
    watch.running(at(160));
    EXPECT_EQ(watch.verdict(at(170), false).kind, Kind::done);
    RawWatch nothing_counted = ten_frames();
    nothing_counted.running(at(155));
    EXPECT_EQ(nothing_counted.verdict(at(165), false).kind, Kind::done);
}

TEST(RawWatch, AnEndThatNobodySawIsUnknown) {
    RawWatch watch = ten_frames();
    watch.counted(4, at(66));
    EXPECT_EQ(watch.verdict(at(600), false).kind, Kind::unknown);
    watch.running(at(590));
    EXPECT_EQ(watch.verdict(at(600), true).kind, Kind::unknown);
}

TEST(RawWatch, KeepsUpWithAQuickerClock) {  // a twin whose night passes twenty times quicker
    RawWatch watch = ten_frames();
    watch.counted(9, at(7.4));
    EXPECT_EQ(watch.poll(), Milliseconds{2000});
    EXPECT_EQ(watch.verdict(at(9), false).kind, Kind::done);
}

TEST(RawWatch, WaitsWithinBounds) {
    EXPECT_EQ(ten_frames().poll(), Milliseconds{10000});
    EXPECT_EQ(RawWatch(10, Seconds{0.001}, at(0)).poll(), Milliseconds{2000});
    EXPECT_EQ(ten_frames().longest(), Milliseconds{395000});
    EXPECT_GT(RawWatch(999, Seconds{1e300}, at(0)).longest(), Milliseconds{0});
    RawWatch odd(10, Seconds{-1}, at(0));
    odd.counted(5, at(0));
    EXPECT_EQ(odd.verdict(at(1e6), false).kind, Kind::unknown);
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
