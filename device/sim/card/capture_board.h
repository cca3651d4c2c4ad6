// SPDX-License-Identifier: MIT
// Where a RAW capture leaves what it looks like, for the streams: the newest frame, and the scope's stack. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "device/sim/card/colour.h"

namespace nightstack::device::sim {

class CaptureBoard {
public:
    struct Pictures {
        std::shared_ptr<const Colour> single, stack;  // both, or none yet
    };
    void put(const Colour& single, const Colour& stack);
    Pictures newest() const;
    std::uint64_t count() const;  // of put() so far
    // Somebody wants to see what comes; holds for a few seconds.
    void look();
    bool looked_at() const;

private:
    mutable std::mutex mutex_;
    Pictures pictures_;        // guarded by mutex_
    std::uint64_t count_ = 0;  // guarded by mutex_
    std::atomic<std::chrono::steady_clock::rep> looked_{0};
};

}  // namespace nightstack::device::sim
