// SPDX-License-Identifier: MIT
// Events between the scope's thread and whoever listens. Bounded: when nobody listens, old pushes
// go, first those of the number that arrives; lost and back are never dropped for a push. Any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

class EventQueue {
public:
    explicit EventQueue(std::size_t most_pushes = 1024) : most_pushes_(most_pushes) {}

    void put(Event event);
    // The oldest event, or nothing when `until` has passed, a stop was asked or the queue is closed and empty.
    std::optional<Event> take(Moment until, const std::stop_token& stop);
    void close();  // wakes every taker
    bool closed() const;

    std::uint64_t dropped() const;

private:
    void make_room(int number);

    // An outage every second, unheard for hours; beyond that the oldest pair goes.
    static constexpr std::size_t kMostTurns = 8192;

    const std::size_t most_pushes_;
    mutable std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Event> events_;
    std::size_t pushes_ = 0;
    std::uint64_t dropped_ = 0;
    bool closed_ = false;
};

}  // namespace nightstack::device::dwarf
