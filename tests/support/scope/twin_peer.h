// SPDX-License-Identifier: MIT
// The twin's brain as the peer of a VirtualLink, with a way to put other answers in its mouth. One thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "device/sim/twin/twin.h"
#include "tests/support/scope/virtual_link.h"

namespace nightstack::test {

class TwinPeer final : public Peer {
public:
    explicit TwinPeer(const device::sim::TwinOptions& options) : twin_(options) {}

    bool connect(Milliseconds now) override;
    void disconnect(Milliseconds now) override;
    void receive(const Message& message, Milliseconds now) override;
    std::vector<Out> take(Milliseconds now) override;
    std::optional<Milliseconds> next_due() const override;
    std::optional<std::string> get(std::string_view target, Milliseconds now) override;

    // Requests of that number are answered so and never reach the twin.
    void answer(int interface, Message message) { answers_.insert_or_assign(interface, std::move(message)); }
    void pass_on(int interface) { answers_.erase(interface); }  // they do again
    // Another client, the phone's app, say, comes, sends that and goes.
    void other_client(const Message& message, Milliseconds now);
    // Changes, repeats or drops what the twin says.
    using Filter = std::function<std::vector<Message>(const Message&)>;
    void filter(Filter filter) { filter_ = std::move(filter); }
    void fault(const std::string& json, Milliseconds now) { twin_.add_fault(json, now); }

    // Of the twin's own state, "raw.taken" as a number; NaN when there is no such number (true and false: 1 and 0).
    double truth(const std::string& path, Milliseconds now) const;
    // How often the twin carried out a request of that number.
    int carried_out(int interface) const;

private:
    device::sim::Twin twin_;
    std::optional<device::sim::ClientId> client_;
    std::map<int, Message> answers_;
    std::deque<Message> ready_;
    std::map<int, int> received_;
    Filter filter_;
    Milliseconds now_{0};
};

}  // namespace nightstack::test
