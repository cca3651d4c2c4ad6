// SPDX-License-Identifier: MIT
#include "tools/scope/stop_notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace nightstack::tools {
namespace {

using device::dwarf::jobs::Progress;
using testing::HasSubstr;

TEST(StopNotice, TellsOnceWhenAsked) {
    std::stop_source stop;
    std::promise<Progress> told;
    std::future<Progress> heard = told.get_future();
    const StopNotice notice(
        stop.get_token(), [&](const Progress& p) { told.set_value(p); }, "stopping the panorama");
    EXPECT_NE(heard.wait_for(std::chrono::milliseconds(20)), std::future_status::ready);
    stop.request_stop();
    stop.request_stop();
    ASSERT_EQ(heard.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    const Progress said = heard.get();
    EXPECT_EQ(said.kind, Progress::Kind::notice);
    EXPECT_THAT(said.words, HasSubstr("stopping the panorama, at most 15 s; press Ctrl-C again to leave at once"));
}

TEST(StopNotice, IsOverWithoutAWord) {
    std::stop_source stop;
    int told = 0;
    for (int i = 0; i < 100; ++i) {
        const StopNotice notice(
            stop.get_token(), [&](const Progress&) { ++told; }, "stopping");
    }
    EXPECT_EQ(told, 0);
}

// The thread that asks, the one that waits for signals, never waits for who is told.
TEST(StopNotice, AskingDoesNotWaitForTheTelling) {
    std::stop_source stop;
    std::promise<void> asked;
    std::promise<void> told;
    const StopNotice notice(
        stop.get_token(),
        [&](const Progress&) {
            asked.get_future().wait();
            told.set_value();
        },
        "stopping");
    stop.request_stop();
    asked.set_value();
    EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

}  // namespace
}  // namespace nightstack::tools
