// SPDX-License-Identifier: MIT
#include "device/dwarf/session/subscription.h"

#include <utility>

#include "device/dwarf/session/event_queue.h"

namespace nightstack::device::dwarf {

Subscription::Subscription(std::shared_ptr<EventQueue> queue) : queue_(std::move(queue)) {}
Subscription::~Subscription() { let_go(); }
Subscription::Subscription(Subscription&&) noexcept = default;

Subscription& Subscription::operator=(Subscription&& other) noexcept {
    if (this == &other) return *this;
    let_go();
    queue_ = std::move(other.queue_);
    return *this;
}

void Subscription::let_go() {
    if (queue_) queue_->close();
}

// On a pointer of its own: while this waits, the subscription may go.
std::optional<Event> Subscription::next(Moment until, const std::stop_token& stop) {
    const auto queue = queue_;
    return queue ? queue->take(until, stop) : std::nullopt;
}

std::uint64_t Subscription::dropped() const { return queue_ ? queue_->dropped() : 0; }
bool Subscription::ended() const { return !queue_ || queue_->closed(); }

}  // namespace nightstack::device::dwarf
