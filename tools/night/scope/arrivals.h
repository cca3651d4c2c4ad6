// SPDX-License-Identifier: MIT
// What the threads of a scope's night hand to the one that asks for the next: frames, each kept until it is taken, and
// notices, of which only the newest wait. Any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "tools/night/source/night_source.h"

namespace nightstack::tools {

class Arrivals {
public:
    void frame(Arrival arrival);
    void notice(std::string text);  // fit for a screen
    // Nothing comes any more; `error` is thrown once all that came has been taken.
    void close(std::exception_ptr error = {});

    // Waits; nothing: closed and all taken, or a stop was asked.
    std::optional<Arrival> next(const std::stop_token& stop);

private:
    void put(Arrival arrival);
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Arrival> waiting_;
    std::size_t notices_ = 0;  // of these
    bool closed_ = false;
    std::exception_ptr error_;
};

}  // namespace nightstack::tools
