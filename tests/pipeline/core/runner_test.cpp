// SPDX-License-Identifier: MIT
#include "pipeline/core/runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace nightstack {
namespace {

void expect_each_item_once(Runner& runner, int n, int grain) {
    std::vector<std::atomic<int>> visits(static_cast<std::size_t>(n));
    runner.run(n, grain, [&](int begin, int end) {
        EXPECT_LE(end - begin, grain);
        for (int i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
    });
    for (const auto& v : visits) EXPECT_EQ(v.load(), 1);
}

TEST(Runner, VisitsEachItemOnce) {
    SerialRunner serial;
    ThreadRunner three(3);
    for (const int n : {0, 1, 7, 100}) {
        expect_each_item_once(serial, n, 8);
        expect_each_item_once(three, n, 8);
        expect_each_item_once(three, n, 1);
    }
}

TEST(Runner, FirstExceptionComesOutAndTheRestIsLeftOut) {
    ThreadRunner two(2);
    std::atomic<int> begun{0};
    EXPECT_THROW(two.run(1000, 1,
                         [&](int begin, int) {
                             ++begun;
                             if (begin == 3) throw std::runtime_error("row 3");
                             std::this_thread::sleep_for(std::chrono::milliseconds(1));
                         }),
                 std::runtime_error);
    EXPECT_LT(begun.load(), 1000);
}

}  // namespace
}  // namespace nightstack
