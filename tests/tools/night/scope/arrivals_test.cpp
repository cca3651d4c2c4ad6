// SPDX-License-Identifier: MIT
#include "tools/night/scope/arrivals.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

Arrival light(int number) { return {Arrival::Kind::frame, std::to_string(number), {}, false, {}}; }

TEST(Arrivals, FramesKeepTheirOrderAndNoneIsLost) {
    Arrivals arrivals;
    std::jthread maker([&] {
        for (int i = 0; i < 5000; ++i) {
            arrivals.notice("n");
            arrivals.frame(light(i));
        }
        arrivals.close();
    });
    int next = 0;
    while (const auto arrival = arrivals.next({})) {
        if (arrival->kind == Arrival::Kind::notice) continue;
        EXPECT_EQ(arrival->name, std::to_string(next++));
    }
    EXPECT_EQ(next, 5000);
}

TEST(Arrivals, OfNoticesTheNewestWait) {
    Arrivals arrivals;
    arrivals.frame(light(0));
    for (int i = 0; i < 3000; ++i) arrivals.notice(std::to_string(i));
    arrivals.close();
    EXPECT_EQ(arrivals.next({})->name, "0");
    int count = 0;
    std::string last;
    while (const auto arrival = arrivals.next({})) {
        ++count;
        last = arrival->text;
    }
    EXPECT_EQ(count, 1000);
    EXPECT_EQ(last, "2999");
}

TEST(Arrivals, AnErrorComesAfterTheFramesAndOnce) {
    Arrivals arrivals;
    arrivals.frame(light(0));
    arrivals.close(std::make_exception_ptr(DeviceError("gone")));
    arrivals.frame(light(1));
    arrivals.close();
    EXPECT_TRUE(arrivals.next({}));
    EXPECT_THROW(arrivals.next({}), DeviceError);
    EXPECT_FALSE(arrivals.next({}));
}

TEST(Arrivals, AStopEndsTheWait) {
    Arrivals arrivals;
    std::stop_source stop;
    std::jthread user([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        stop.request_stop();
    });
    EXPECT_FALSE(arrivals.next(stop.get_token()));
    arrivals.frame(light(0));
    EXPECT_FALSE(arrivals.next(stop.get_token())) << "it stays for the next run";
    EXPECT_TRUE(arrivals.next({}));
}

}  // namespace
}  // namespace nightstack::tools
