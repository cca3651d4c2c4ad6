// SPDX-License-Identifier: MIT
// When a session told that its scope was lost and back, by a clock of the test's own: the tap is called on the
// session's thread at that moment, before any job hears of it. Outlives the session; any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "device/dwarf/session/scope.h"
#include "tests/support/own_memory.h"

namespace nightstack::device::test {

// What sanitizers cost is no fault of the product; without them the promises count as they are.
inline const std::chrono::seconds kSlack{nightstack::test::sanitized() ? 3 : 0};
inline const std::chrono::seconds kKnown = std::chrono::seconds(5) + kSlack;     // lost, after it went
inline const std::chrono::seconds kResumed = std::chrono::seconds(10) + kSlack;  // back, after it returned

class LinkClock {
public:
    using Moment = std::chrono::steady_clock::time_point;

    dwarf::WireTap tap();
    // The moment of the n-th, counted from 0; waits for it, half a minute at most.
    std::optional<Moment> lost(std::size_t n = 0);
    std::optional<Moment> back(std::size_t n = 0);
    // The end of the n-th connection or try; the first is a loss, those after it are tries to come back.
    std::optional<Moment> ended(std::size_t n);
    std::size_t losses() const;

private:
    std::optional<Moment> wait(const std::vector<Moment>& moments, std::size_t n);
    mutable std::mutex mutex_;
    std::condition_variable told_;
    std::vector<Moment> lost_, back_, ended_;
};

}  // namespace nightstack::device::test
