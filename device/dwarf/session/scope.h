// SPDX-License-Identifier: MIT
// A connection to one scope that survives it: connects, notices silence, reconnects with growing
// pauses, matches answers among pushes. Owns one thread that runs all sockets; every method may be
// called from any thread, `ask`, `next_event` and `wait_until_known` block the caller. Destruction closes the socket
// and joins the thread within a second; it never ends what the scope is doing. After connecting the state is asked
// (10022, then 11407 or 10215; the answers are events too) before any command leaves. `lost` is told once per outage,
// also when the first try fails; `back` only after a `lost`, when the state is known.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "device/dwarf/session/pauses.h"
#include "device/dwarf/session/scope_link.h"
#include "device/dwarf/session/standing.h"
#include "device/dwarf/session/subscription.h"

namespace nightstack::device::dwarf {

struct ScopeAddress {
    std::string host;  // name or address, no scheme
    int ws_port = 9900;
    int http_port = 8092;
    int version_port = 9901;
};

struct ScopeOptions {
    Milliseconds connect_timeout{3000};
    Milliseconds first_pause{500};  // before a reconnect; doubles up to last_pause, jittered by a fifth
    Milliseconds last_pause{8000};
    Milliseconds silence{4500};  // without any sign of life (answer, push, pong): the scope is gone
    // A scope that only answers pings: after so many requests in a row without any message (those that a healthy scope
    // may leave unanswered do not count) its state is asked, and when nothing comes within `mute_proof` it is lost. One
    // may be lost by chance, two as its repetition; the proof is as long as jobs wait for an answer. 0: never.
    int mute_requests = 3;
    Milliseconds mute_proof{5000};
    unsigned seed = 0;                // of the jitter
    Milliseconds proof{3000};         // no message in JSON after the first handshake: firmware 2.0 or newer
    Milliseconds query{3000};         // for each question about the state after connecting
    Milliseconds keep_alive{90'000};  // while connected a GET of an empty date, as real clients send it; 0: none
    Pauses pauses;                    // between requests, see desk.h
};

// Since the start.
struct ScopeCounters {
    std::uint64_t connections = 0;     // that reached a known state
    std::uint64_t sent = 0;            // requests, the session's own state queries included
    std::uint64_t resent = 0;          // safe ones, a second time after a reconnect
    std::uint64_t received = 0;        // messages
    std::uint64_t bad_frames = 0;      // that were no message
    std::uint64_t late = 0;            // answers to requests that had ended before
    std::uint64_t dropped_events = 0;  // pushes nobody fetched in time
};

// Traffic as it was on the wire, for `scope record`. Called from the scope's thread; must neither block nor throw.
struct WireRecord {
    enum class Way { sent, received, note };
    Way way = Way::note;
    std::string bytes;  // as they were; a note: words
    bool binary = false;
};
using WireTap = std::function<void(const WireRecord&)>;

class Scope final : public ScopeLink {
public:
    // Returns at once; connecting goes on behind. Throws OptionError for an address that cannot be one.
    Scope(const ScopeAddress& address, const ScopeOptions& options, WireTap tap = {});
    ~Scope() override;

    Reply ask(const Message& request, Milliseconds timeout) override;
    // Whatever its fields and ranges, for people who explore a scope. What is never offered (firmware update) stays
    // refused with OptionError.
    Reply ask_unchecked(const Message& request, Milliseconds timeout);
    // The subscription that every scope has from its first moment; other listeners take nothing from it.
    std::optional<Event> next_event(Moment until, const std::stop_token& stop) override;
    // A further listener to all events from now on; connected() tells how it stands before the first.
    Subscription subscribe(std::size_t most_pushes = 1024);
    std::optional<std::string> get(HttpPort port, std::string_view target, Milliseconds timeout) override;
    std::optional<Utc> http_clock(Milliseconds timeout) override;
    Moment now() const override;

    bool connected() const;  // and the state known
    // Until it is connected (true). False when `until` has passed, a stop was asked, the scope speaks another language,
    // or `most_noes` tries in a row ended in a clear no: refused, no way to the host, no such name.
    bool wait_until_known(Moment until, const std::stop_token& stop, int most_noes);
    Obstacle obstacle() const;  // what is in the way of a connection
    ScopeCounters counters() const;

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace nightstack::device::dwarf
