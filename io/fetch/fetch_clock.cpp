// SPDX-License-Identifier: MIT
#include "io/fetch/fetch_clock.h"

#include <condition_variable>
#include <mutex>

namespace nightstack::io {

FetchClock real_clock() {
    return {[] { return std::chrono::steady_clock::now(); },
            [](FetchClock::Duration time, const std::stop_token& stop) {
                std::mutex mutex;
                std::condition_variable_any nobody;
                std::unique_lock lock(mutex);
                nobody.wait_for(lock, stop, time, [] { return false; });
            }};
}

}  // namespace nightstack::io
