// SPDX-License-Identifier: MIT
#include "tools/scope/leaving_link.h"

#include "device/dwarf/protocol/replies.h"

namespace nightstack::tools {

using device::dwarf::Event;
using device::dwarf::HttpPort;
using device::dwarf::Message;
using device::dwarf::Milliseconds;
using device::dwarf::Moment;
using device::dwarf::Reply;

// A request that is on its way gets its answer: to leave in between would leave its fate unknown.
Reply LeavingLink::ask(const Message& request, Milliseconds timeout) {
    if (leaving()) throw Left{};
    Reply reply = link_.ask(request, timeout);
    if (request.interface() == leave_after_ && reply.message)
        accepted_ = device::dwarf::code_of(*reply.message).value_or(0) == 0;
    return reply;
}

std::optional<Event> LeavingLink::next_event(Moment until, const std::stop_token& stop) {
    if (leaving()) throw Left{};
    std::stop_source both;
    const std::stop_callback by_leave(leave_, [&] { both.request_stop(); });
    const std::stop_callback by_stop(stop, [&] { both.request_stop(); });
    std::optional<Event> event = link_.next_event(until, both.get_token());
    if (!event && leave_.stop_requested()) throw Left{};
    return event;
}

std::optional<std::string> LeavingLink::get(HttpPort port, std::string_view target, Milliseconds timeout) {
    return link_.get(port, target, timeout);
}

}  // namespace nightstack::tools
