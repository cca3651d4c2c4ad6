// SPDX-License-Identifier: MIT
// A listener to a scope beside the jobs that drive it: connected or not, battery, card, counts, told within half a
// second of what the session knows (a lost scope is known after 4.5 s of silence). Asks for charge and room once a
// minute, and, where nobody drives, whether frames are being taken. Never sends what changes anything. Own thread.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

#include "device/dwarf/jobs/scope_state.h"
#include "device/dwarf/session/scope.h"
#include "tools/night/scope/scope_show.h"

namespace nightstack::tools {

class ScopePulse {
public:
    // Borrows both. `tick` is called twice a second on the pulse's thread.
    ScopePulse(device::dwarf::Scope& scope, ScopeShow& show, bool ask_photo, std::function<void()> tick);

    void run(const std::stop_token& stop);  // blocks

    // Where it asks: for how long it has said that it takes no frames, two answers in a row at least.
    std::optional<std::chrono::milliseconds> idle_for() const;

private:
    void take(const device::dwarf::Event& event);
    void ask();
    void ask_photo();

    device::dwarf::Scope& scope_;
    ScopeShow& show_;
    bool ask_photo_;
    std::function<void()> tick_;
    device::dwarf::Subscription events_;
    device::dwarf::jobs::ScopeState state_;
    device::dwarf::Moment next_ask_, next_photo_;
    bool online_ = false, foreign_ = false;
    int idle_answers_ = 0;
    std::atomic<device::dwarf::Moment::rep> idle_since_{0};  // 0: it is not known to be idle
};

}  // namespace nightstack::tools
