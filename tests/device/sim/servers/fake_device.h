// SPDX-License-Identifier: MIT
// Stands in for the twin's brain where the servers are tested: does what the words say that it
// receives, and tells in its state what happened to it.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "device/sim/servers/sim_device.h"

namespace nightstack::device::sim::test {

// Words, each as a text or binary frame; the answer comes `delay` later:
//   all X    X to every client          binary X   X to the sender in binary
//   close    a close frame              drop       the end without one
//   refuse   no connections any more    off        shut down
//   mute     no ping is answered                   card       goes away, or comes back
//   expose N an exposure of that index ends
//   anything else comes back to its sender
class FakeDevice final : public SimDevice {
public:
    SimTime delay{0};
    std::chrono::microseconds work{0};  // that each take() with something due costs

    void expose(SimTime at, Exposed exposed) { exposures_.emplace(at, std::move(exposed)); }
    bool visible = true;  // the card
    void schedule(SimTime at, Outgoing out) { due_.emplace(at, std::move(out)); }
    const std::vector<SimTime>& handed() const { return handed_; }

    std::optional<ClientId> connect(SimTime now) override;
    void disconnect(ClientId client, SimTime now) override;
    void receive(ClientId client, std::string_view bytes, bool binary, SimTime now) override;
    std::optional<std::string> pong(ClientId client, std::string_view ping_payload, SimTime now) override;
    std::vector<Outgoing> take(SimTime now) override;
    std::optional<SimTime> next_due() const override;
    std::vector<Exposed> take_exposed() override { return std::exchange(exposed_, {}); }
    bool card_visible() const override { return visible; }
    HttpAnswer get(HttpService service, std::string_view target, SimTime now) override;
    std::string state_json(SimTime now) const override;
    std::string events_json(std::uint64_t since) const override;
    void add_fault(std::string_view json, SimTime now) override;
    void set_power(std::string_view json, SimTime) override { power_ = json; }
    bool shut_down() const override { return off_; }

private:
    std::multimap<SimTime, Outgoing> due_;
    std::multimap<SimTime, Exposed> exposures_;  // that will end
    std::vector<Exposed> exposed_;               // that have
    std::vector<SimTime> handed_;                // the time of each take()
    std::set<ClientId> clients_;
    ClientId last_ = 0;
    bool refusing_ = false, off_ = false, mute_ = false;
    std::string faults_, power_;
};

}  // namespace nightstack::device::sim::test
