// SPDX-License-Identifier: MIT
// A ScopeLink without sockets and on virtual time: jobs on one side, a peer (the twin's brain or a script) on the
// other, and a connection that breaks where a test wants it to. Does what the real session promises: reconnects
// by itself, matches answers among pushes, never sends twice. One thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::test {

using device::dwarf::Event;
using device::dwarf::Message;
using device::dwarf::Milliseconds;
using device::dwarf::Moment;

// The scope's end. Time: since the link was made.
class Peer {
public:
    struct Out {
        std::optional<Message> message;  // none: the peer ends the connection
    };
    virtual ~Peer() = default;
    virtual bool connect(Milliseconds now) = 0;
    virtual void disconnect(Milliseconds now) = 0;
    virtual void receive(const Message& message, Milliseconds now) = 0;
    virtual std::vector<Out> take(Milliseconds now) = 0;
    virtual std::optional<Milliseconds> next_due() const = 0;
    virtual std::optional<std::string> get(std::string_view target, Milliseconds now) = 0;
};

// Where a connection breaks, by the number of an operation (an `ask`, counted from 0).
struct Loss {
    enum class When {
        before_sending,
        on_the_way,     // counts as sent, never reaches the scope
        after_sending,  // the scope has it, the answer is lost
    };
    int operation = 0;
    When when = When::before_sending;
    Milliseconds away{3000};
};

class VirtualLink final : public device::dwarf::ScopeLink {
public:
    explicit VirtualLink(Peer& peer) : peer_(peer) {}

    device::dwarf::Reply ask(const Message& request, Milliseconds timeout) override;
    std::optional<Event> next_event(Moment until, const std::stop_token& stop) override;
    std::optional<std::string> get(device::dwarf::HttpPort port, std::string_view target,
                                   Milliseconds timeout) override;
    Moment now() const override { return Moment{} + std::chrono::hours(1) + now_; }

    void plan(Loss loss) { losses_.push_back(loss); }
    void at(Milliseconds when, std::function<void()> what) { plans_.emplace(when, std::move(what)); }
    void drop(Milliseconds away, const std::string& why = "the test broke it");
    void deaf(Milliseconds until) { deaf_until_ = until; }  // connected, but nothing arrives on either side

    Milliseconds time() const { return now_; }
    int operations() const { return operations_; }
    int sent(int interface) const;  // of requests that left, also those that never arrived
    const std::vector<Message>& wire() const { return wire_; }
    bool used_every_loss() const { return losses_.empty(); }

private:
    bool connect_now();
    std::optional<Loss> take_loss(int operation);
    void step_to(Milliseconds until);  // to the next thing that happens, not beyond
    void pump();
    bool hears() const { return now_ >= deaf_until_; }

    Peer& peer_;
    Milliseconds now_{0};
    bool connected_ = false;
    bool ever_ = false;
    Milliseconds away_until_{0};
    Milliseconds deaf_until_{-1};
    int operations_ = 0;
    std::vector<Loss> losses_;
    std::multimap<Milliseconds, std::function<void()>> plans_;
    std::vector<Message> wire_;
    std::deque<Event> events_;
    const Message* waiting_ = nullptr;
    std::optional<Message> answer_, perhaps_;
    Milliseconds perhaps_at_{0};
};

}  // namespace nightstack::test
