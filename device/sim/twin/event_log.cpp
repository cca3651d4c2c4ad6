// SPDX-License-Identifier: MIT
#include "device/sim/twin/event_log.h"

#include <nlohmann/json.hpp>

#include "pipeline/core/printable.h"

namespace nightstack::device::sim {

std::string_view event_name(EventKind kind) {
    switch (kind) {
        case EventKind::received: return "received";
        case EventKind::sent: return "sent";
        case EventKind::lost: return "lost";
        case EventKind::fault: return "fault";
        case EventKind::note: return "note";
        case EventKind::http: return "http";
        case EventKind::client: return "client";
    }
    return "";
}

void EventLog::add(SimTime at, EventKind kind, ClientId client, std::string_view text) {
    constexpr std::size_t kLongest = 300;
    std::string shown = printable(text.substr(0, kLongest));
    if (shown.size() > kLongest) shown.resize(kLongest);  // escapes are longer than their bytes
    events_.push_back({++last_, at, kind, client, std::move(shown)});
    if (events_.size() > kKept) events_.pop_front();
}

std::string events_text(const EventLog& log, std::uint64_t since) {
    nlohmann::ordered_json events = nlohmann::ordered_json::array();
    for (const LoggedEvent& event : log.events()) {
        if (event.sequence <= since) continue;
        events.push_back({{"seq", event.sequence},
                          {"t_s", static_cast<double>(event.at.count()) / 1000},
                          {"kind", event_name(event.kind)},
                          {"client", event.client},
                          {"text", event.text}});
    }
    const nlohmann::ordered_json all = {{"last", log.last()}, {"events", std::move(events)}};
    // A cut may fall into the middle of a character.
    return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace nightstack::device::sim
