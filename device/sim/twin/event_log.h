// SPDX-License-Identifier: MIT
// What happened to the twin, for tests and bug reports: the last 2,000 events, numbered from 1.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

enum class EventKind { received, sent, lost, fault, note, http, client };
std::string_view event_name(EventKind kind);

struct LoggedEvent {
    std::uint64_t sequence = 0;
    SimTime at{};
    EventKind kind = EventKind::note;
    ClientId client = kEveryClient;
    std::string text;  // printable, at most 300 bytes
};

class EventLog {
public:
    static constexpr std::size_t kKept = 2000;

    void add(SimTime at, EventKind kind, ClientId client, std::string_view text);
    const std::deque<LoggedEvent>& events() const { return events_; }
    std::uint64_t last() const { return last_; }

private:
    std::deque<LoggedEvent> events_;
    std::uint64_t last_ = 0;
};

// {"last":N,"events":[{"seq","t_s","kind","client","text"}]} of those numbered above `since`.
std::string events_text(const EventLog& log, std::uint64_t since);

}  // namespace nightstack::device::sim
