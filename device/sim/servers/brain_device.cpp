// SPDX-License-Identifier: MIT
#include "device/sim/servers/sim_device.h"

namespace nightstack::device::sim {
namespace {

class BrainDevice final : public SimDevice {
public:
    explicit BrainDevice(const TwinOptions& options) : twin_(options) {}

    std::optional<ClientId> connect(SimTime now) override { return twin_.connect(now); }
    void disconnect(ClientId client, SimTime now) override { twin_.disconnect(client, now); }
    void receive(ClientId client, std::string_view bytes, bool binary, SimTime now) override {
        twin_.receive(client, bytes, binary, now);
    }
    std::optional<std::string> pong(ClientId client, std::string_view ping_payload, SimTime now) override {
        return twin_.pong(client, ping_payload, now);
    }
    std::vector<Outgoing> take(SimTime now) override { return twin_.take(now); }
    std::optional<SimTime> next_due() const override { return twin_.next_due(); }
    std::vector<Exposed> take_exposed() override { return twin_.take_exposed(); }
    void developed(std::uint64_t exposure, bool whole, SimTime now) override { twin_.developed(exposure, whole, now); }
    bool card_visible() const override { return twin_.card_visible(); }
    StreamState streams(SimTime now) const override { return twin_.streams(now); }
    std::optional<Exposed> live(int camera, SimTime now) const override { return twin_.live(camera, now); }
    bool stream_fault(std::string_view name, SimTime now) override { return twin_.stream_fault(name, now); }
    HttpAnswer get(HttpService service, std::string_view target, SimTime now) override {
        return twin_.get(service, target, now);
    }
    std::string state_json(SimTime now) const override { return twin_.state_json(now); }
    std::string events_json(std::uint64_t since) const override { return twin_.events_json(since); }
    void add_fault(std::string_view json, SimTime now) override { twin_.add_fault(json, now); }
    void set_power(std::string_view json, SimTime now) override { twin_.set_power(json, now); }
    bool shut_down() const override { return twin_.shut_down(); }

private:
    Twin twin_;
};

}  // namespace

std::unique_ptr<SimDevice> make_twin(const TwinOptions& options) { return std::make_unique<BrainDevice>(options); }

}  // namespace nightstack::device::sim
