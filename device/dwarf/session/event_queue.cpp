// SPDX-License-Identifier: MIT
#include "device/dwarf/session/event_queue.h"

#include <algorithm>

namespace nightstack::device::dwarf {
namespace {

bool is_push(const Event& event) { return event.kind == Event::Kind::push; }

}  // namespace

void EventQueue::put(Event event) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        if (is_push(event)) {
            if (pushes_ == most_pushes_) make_room(event.message ? event.message->interface() : -1);
            ++pushes_;
        } else if (events_.size() - pushes_ >= kMostTurns) {
            // Both halves, so that what is left still alternates.
            for (int half = 0; half < 2; ++half)
                events_.erase(std::find_if_not(events_.begin(), events_.end(), is_push));
            dropped_ += 2;
        }
        events_.push_back(std::move(event));
    }
    arrived_.notify_one();
}

// The newest count of a number says what the older ones said; so its own past goes first.
void EventQueue::make_room(int number) {
    const auto same = std::find_if(events_.begin(), events_.end(), [&](const Event& event) {
        return is_push(event) && event.message && event.message->interface() == number;
    });
    events_.erase(same != events_.end() ? same : std::find_if(events_.begin(), events_.end(), is_push));
    --pushes_;
    ++dropped_;
}

std::optional<Event> EventQueue::take(Moment until, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    arrived_.wait_until(lock, stop, until, [&] { return !events_.empty() || closed_; });
    if (events_.empty() || stop.stop_requested()) return {};
    Event event = std::move(events_.front());
    events_.pop_front();
    if (is_push(event)) --pushes_;
    return event;
}

void EventQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    arrived_.notify_all();
}

bool EventQueue::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

std::uint64_t EventQueue::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace nightstack::device::dwarf
