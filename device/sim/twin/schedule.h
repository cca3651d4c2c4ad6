// SPDX-License-Identifier: MIT
// What happens later, in the twin's own time: ordered by when it is due, then by when it was
// entered. One thread.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct Body;
using Action = std::function<void(Body&)>;

// Names one entry. The default names none; so does one that has run, but the owner has to clear it.
struct TimerId {
    SimTime due{};
    std::uint64_t sequence = 0;
    explicit operator bool() const { return sequence != 0; }
    auto operator<=>(const TimerId&) const = default;
};

class Schedule {
public:
    // What the world does to the scope (a fault's hour) outlives its power.
    enum class Owner { scope, world };

    TimerId add(SimTime due, Action action, Owner owner = Owner::scope) {
        const TimerId id{due, ++last_};
        entries_.emplace(id, Entry{std::move(action), owner});
        return id;
    }
    // Takes it out, if it still waits, and clears the name.
    void cancel(TimerId& id) {
        entries_.erase(id);
        id = {};
    }
    std::optional<SimTime> next() const {
        if (entries_.empty()) return {};
        return entries_.begin()->first.due;
    }
    Action pop() {
        Action action = std::move(entries_.begin()->second.action);
        entries_.erase(entries_.begin());
        return action;
    }
    // The power goes.
    void clear() {
        std::erase_if(entries_, [](const auto& entry) { return entry.second.owner == Owner::scope; });
    }
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        Action action;
        Owner owner = Owner::scope;
    };
    std::map<TimerId, Entry> entries_;
    std::uint64_t last_ = 0;
};

}  // namespace nightstack::device::sim
