// SPDX-License-Identifier: MIT
// What a night shows of its scope, gathered by its threads and told at every change.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "device/dwarf/jobs/scope_state.h"
#include "tools/night/show/night_state.h"

namespace nightstack::tools {

// Any thread; `tell` is called by one at a time, and must not block for long.
class ScopeShow {
public:
    ScopeShow(std::string host, std::function<void(const NightScope&)> tell) : tell_(std::move(tell)) {
        scope_.host = std::move(host);
    }

    template <class Change>
    void change(const Change& change) {
        const std::scoped_lock lock(mutex_);
        change(scope_);
        if (tell_) tell_(scope_);
    }
    void doing(const std::string& words) {
        change([&](NightScope& scope) { scope.doing = words; });
    }
    // Told only where it changes.
    void takes_raw(bool now) {
        if (scope().raw != now) change([&](NightScope& scope) { scope.raw = now; });
    }
    NightScope scope() const {
        const std::scoped_lock lock(mutex_);
        return scope_;
    }

private:
    mutable std::mutex mutex_;
    std::function<void(const NightScope&)> tell_;
    NightScope scope_;
};

// Battery, card and the like, as far as they are told.
void take_state(NightScope& scope, const device::dwarf::jobs::ScopeState& state);

}  // namespace nightstack::tools
