// SPDX-License-Identifier: MIT
// What the servers need of a twin; the brain (device/sim/twin/twin.h, which says what each call
// means) or a test's stand-in. One thread: the servers' loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/sim/twin/exposed.h"
#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

class SimDevice {
public:
    virtual ~SimDevice() = default;

    virtual std::optional<ClientId> connect(SimTime now) = 0;
    virtual void disconnect(ClientId client, SimTime now) = 0;
    virtual void receive(ClientId client, std::string_view bytes, bool binary, SimTime now) = 0;
    virtual std::optional<std::string> pong(ClientId client, std::string_view ping_payload, SimTime now) = 0;
    virtual std::vector<Outgoing> take(SimTime now) = 0;
    virtual std::optional<SimTime> next_due() const = 0;
    virtual std::vector<Exposed> take_exposed() = 0;
    virtual void developed(std::uint64_t /*exposure*/, bool /*whole*/, SimTime) {}
    virtual bool card_visible() const = 0;
    // Of the picture streams, as the brain says it; a stand-in has no streams.
    virtual StreamState streams(SimTime) const { return {}; }
    virtual std::optional<Exposed> live(int /*camera*/, SimTime) const { return {}; }
    virtual bool stream_fault(std::string_view, SimTime) { return false; }
    // Status 0: the device does not answer, the connection ends without a word.
    virtual HttpAnswer get(HttpService service, std::string_view target, SimTime now) = 0;

    virtual std::string state_json(SimTime now) const = 0;
    virtual std::string events_json(std::uint64_t since) const = 0;
    virtual void add_fault(std::string_view json, SimTime now) = 0;
    virtual void set_power(std::string_view json, SimTime now) = 0;
    virtual bool shut_down() const = 0;
};

// The brain. Throws OptionError as it does.
std::unique_ptr<SimDevice> make_twin(const TwinOptions& options);

}  // namespace nightstack::device::sim
