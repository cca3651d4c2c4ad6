// SPDX-License-Identifier: MIT
// The other side of a session in tests: a loopback WebSocket server that does what a script says for
// each message, and remembers what came over which connection. One thread of its own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/dwarf/protocol/message.h"
#include "device/dwarf/session/scope.h"

namespace nightstack::device::dwarf {

struct Act {
    enum class Do {
        text,    // one frame
        binary,  // one frame
        cut,     // the TCP connection ends, no close frame
        close,   // the WebSocket closes
        stall,   // nothing is read, answered or ponged any more
    } what = Do::text;
    std::string bytes;
    std::chrono::milliseconds after{0};
};
using Acts = std::vector<Act>;
using Script = std::function<Acts(int connection, const Message& request)>;  // connections count from 0

Act text(const std::string& bytes, int after_ms = 0);
std::string code(const Message& request, int value);  // {"interface":N,"camId":C,"code":V}

// State queries answered, everything else code 0: a scope that likes everything.
Acts friendly(const Message& request);
bool is_state_query(const Message& request);

struct Seen {
    int connection;
    Message message;
};

enum class Pings { answered, ignored };

class ScopeServer {
public:
    explicit ScopeServer(Script script, Pings pings = Pings::answered);
    ~ScopeServer();

    int port() const;
    std::vector<Seen> seen() const;
    int connections() const;  // handshakes
    int most_at_once() const;
    int pings() const;
    bool pings_were_empty() const;

    void forget();                       // what was seen
    void cut();                          // all connections, now
    void push(const std::string& text);  // to all
    void stop_listening();               // and refuse whoever comes

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

// Answers every GET with the bytes given and remembers the request lines.
class HttpStub {
public:
    explicit HttpStub(std::string response);
    ~HttpStub();
    int port() const;
    std::vector<std::string> lines() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Accepts TCP (the kernel does) and never says a word.
class MuteServer {
public:
    MuteServer();
    ~MuteServer();
    int port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Timeouts small enough for tests.
ScopeOptions quick();
ScopeAddress at(int ws_port);
Message request(int interface, int camera = 0);
Message capture(const std::string& name);  // 10011 with all its fields

// Waits until `is` holds, at most ten seconds; returns whether it did.
bool soon(const std::function<bool()>& is);

}  // namespace nightstack::device::dwarf
