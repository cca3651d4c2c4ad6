// SPDX-License-Identifier: MIT
#include "device/dwarf/session/event_fan.h"

namespace nightstack::device::dwarf {

void EventFan::drop_abandoned() {
    std::erase_if(queues_, [](const std::weak_ptr<EventQueue>& queue) { return queue.expired(); });
}

std::shared_ptr<EventQueue> EventFan::add(std::size_t most_pushes) {
    const auto queue = std::make_shared<EventQueue>(most_pushes);
    const std::lock_guard lock(mutex_);
    drop_abandoned();
    queues_.push_back(queue);
    if (closed_) queue->close();
    return queue;
}

void EventFan::put(const Event& event) {
    const std::lock_guard lock(mutex_);
    drop_abandoned();
    for (const auto& one : queues_)
        if (const auto queue = one.lock()) queue->put(event);
}

void EventFan::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& one : queues_)
        if (const auto queue = one.lock()) queue->close();
}

std::size_t EventFan::size() {
    const std::lock_guard lock(mutex_);
    drop_abandoned();
    return queues_.size();
}

}  // namespace nightstack::device::dwarf
