// SPDX-License-Identifier: MIT
// Tells a reading that drips from one that flows: a server that gives a byte now and then is never silent, and would
// hold a fetch for ever. One thread's; the time is handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "io/remote/remote_files.h"

namespace nightstack::io {

class RateFloor {
public:
    using Time = std::chrono::steady_clock::time_point;

    RateFloor(const RemoteLimits& limits, Time begin)
        : bytes_(limits.slow_bytes), window_(limits.slow_window), begin_(begin) {}

    // Bytes came. `now` is after they were used, so that a slow disk here is not the server's fault.
    void heard(std::uint64_t bytes, Time now);
    // Throws RemoteError (lost) when too few have come for too long.
    void check(Time now) const;

private:
    std::uint64_t bytes_;
    std::chrono::milliseconds window_;
    Time begin_;
    std::uint64_t heard_ = 0;  // since `begin_`
};

}  // namespace nightstack::io
