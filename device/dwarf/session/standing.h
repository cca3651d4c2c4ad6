// SPDX-License-Identifier: MIT
// How a session stands with its scope, for whoever waits for the connection: known, or what is in the way. Any thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

// What ended the last try to connect.
struct Obstacle {
    enum class Kind {
        none,         // connected, or no try has ended yet
        refused,      // the host is there, but nobody listens at the port
        unreachable,  // this computer has no way to the host
        no_such_name,
        foreign,  // it speaks another language: firmware 2.0 or newer
        other,    // silence, a broken handshake, no answer about the state
    };
    Kind kind = Kind::none;
    std::string text;  // in words
    int times = 0;     // tries in a row that ended in this kind

    // A no, of which waiting longer makes nothing else unless somebody does something about it.
    bool clear() const { return kind == Kind::refused || kind == Kind::unreachable || kind == Kind::no_such_name; }
};

class Standing {
public:
    void known();
    void failed(Obstacle::Kind kind, std::string text);  // a connection, or a try to make one

    void close();  // for good: nobody waits any more

    // Until the state is known (true); false when `until` has passed, a stop was asked, the language is foreign, or a
    // clear no came `most_noes` times in a row.
    bool wait(Moment until, const std::stop_token& stop, int most_noes);
    Obstacle obstacle() const;

private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool known_ = false;
    bool closed_ = false;
    Obstacle obstacle_;
};

}  // namespace nightstack::device::dwarf
