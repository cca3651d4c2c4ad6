// SPDX-License-Identifier: MIT
// What a job needs of a scope: ask, listen, know the time. The real one (scope.h) speaks over
// sockets and reconnects by itself; tests join jobs to the twin's brain without sockets and on
// virtual time. One job at a time uses a link from one thread; stop tokens may come from others.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "device/dwarf/protocol/message.h"
#include "device/dwarf/protocol/types.h"

namespace nightstack::device::dwarf {

using Milliseconds = std::chrono::milliseconds;
using Moment = std::chrono::steady_clock::time_point;  // of the link's own clock, see now()

// What became of a request. A capture command is never sent a second time by the link: when the
// connection went away or nothing came, its fate is `unknown` and the job asks the state.
struct Reply {
    enum class Fate {
        answered,  // `message` holds the first message of the same number after sending
        unsent,    // never left this machine: no connection within the timeout
        unknown,   // sent, then silence or a lost connection
    };
    Fate fate = Fate::unsent;
    std::optional<Message> message;
};

// Whatever arrives unasked, oldest first.
struct Event {
    enum class Kind { push, lost, back };  // back: connected again and the state known again
    Kind kind = Kind::push;
    Moment at{};
    std::optional<Message> message;  // of a push
    std::string text;                // of lost and back: why, in words
};

// The scope's HTTP side: 8092 for clock and zone, 9901 for the version.
enum class HttpPort { control, version };

class ScopeLink {
public:
    virtual ~ScopeLink() = default;

    // Waits for a connection, sends, waits for the answer; `timeout` covers all of it. Ranges are checked before
    // (OptionError); a frame in binary or firmware 2.x ends it with DeviceError in words.
    virtual Reply ask(const Message& request, Milliseconds timeout) = 0;

    // The next event, or nothing when `until` has passed or a stop was asked.
    virtual std::optional<Event> next_event(Moment until, const std::stop_token& stop) = 0;

    // GET `target` ("/date?date=..."); the body of a 200, nothing otherwise. Body at most 64 KiB.
    virtual std::optional<std::string> get(HttpPort port, std::string_view target, Milliseconds timeout) = 0;

    // What the scope's HTTP side says of the time (the header Date of an answer, whole seconds); nothing when it
    // does not say, or within `timeout` nothing comes. A scope that was just switched on may be years off.
    virtual std::optional<Utc> http_clock(Milliseconds timeout) {
        (void)timeout;
        return {};
    }

    virtual Moment now() const = 0;
};

}  // namespace nightstack::device::dwarf
