// SPDX-License-Identifier: MIT
// The time of a watch, handed in so that tests need not wait.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace nightstack::io {

struct WatchClock {
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;
    std::function<Time()> now;
    // Returns early when `descriptor` (-1: none) can be read or a stop is asked for.
    std::function<void(Duration, int descriptor, const std::stop_token&)> wait;
};

WatchClock real_watch_clock();

}  // namespace nightstack::io
