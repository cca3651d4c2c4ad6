// SPDX-License-Identifier: MIT
// One stream of events for many listeners, each with a queue of its own: who is slow loses only its own. Any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "device/dwarf/session/event_queue.h"

namespace nightstack::device::dwarf {

class EventFan {
public:
    // A queue of all events from now on, until its owner lets go of it. After close() it is closed.
    std::shared_ptr<EventQueue> add(std::size_t most_pushes);
    void put(const Event& event);
    void close();  // closes every queue, and those to come
    std::size_t size();

private:
    void drop_abandoned();

    std::mutex mutex_;  // guards the rest; a queue's own is taken below it
    std::vector<std::weak_ptr<EventQueue>> queues_;
    bool closed_ = false;
};

}  // namespace nightstack::device::dwarf
