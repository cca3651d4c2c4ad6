// SPDX-License-Identifier: MIT
// The time of a fetch, handed in so that tests need not wait.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace nightstack::io {

struct FetchClock {
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;
    std::function<Time()> now;
    // Returns early when a stop is asked for.
    std::function<void(Duration, const std::stop_token&)> wait;
};

FetchClock real_clock();

}  // namespace nightstack::io
