// SPDX-License-Identifier: MIT
// A listener to a scope beside others: every event from its making on, in order, whatever the others do. Bounded: who
// fetches too slowly loses the oldest pushes, which are counted; lost and back are kept. Letting go of it ends it,
// also under a thread that waits in next(); it may outlive the scope and then has only what came before.
// One thread takes, any may destroy. Move only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

class EventQueue;

class Subscription {
public:
    explicit Subscription(std::shared_ptr<EventQueue> queue);
    ~Subscription();
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;

    // The oldest event not yet taken, or nothing when `until` has passed, a stop was asked, or nothing more can come.
    std::optional<Event> next(Moment until, const std::stop_token& stop);
    std::uint64_t dropped() const;
    bool ended() const;  // the scope is gone: what is left is all

private:
    void let_go();
    std::shared_ptr<EventQueue> queue_;  // null only when moved from
};

}  // namespace nightstack::device::dwarf
