// SPDX-License-Identifier: MIT
#include "device/sim/twin/twin.h"

#include <algorithm>

#include "device/dwarf/protocol/json.h"
#include "device/sim/twin/body.h"
#include "device/sim/twin/fault_reader.h"
#include "device/sim/twin/http.h"
#include "device/sim/twin/incidents.h"
#include "device/sim/twin/state_json.h"
#include "device/sim/twin/status.h"
#include "device/sim/twin/v2_packet.h"
#include "device/sim/twin/wire.h"
#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace {

// All requests of all parts, by number.
const std::vector<Row>& rows() {
    static const std::vector<Row> all = [] {
        std::vector<Row> list;
        for (const auto part :
             {camera_rows(), isp_rows(), focus_rows(), shot_rows(), raw_rows(), dark_rows(), astro_rows(),
              tracker_rows(), panorama_rows(), motor_rows(), system_rows(), status_rows()})
            list.insert(list.end(), part.begin(), part.end());
        std::ranges::sort(list, {}, &Row::interface);
        return list;
    }();
    return all;
}

const Row* find_row(int interface) {
    const auto at = std::ranges::lower_bound(rows(), interface, {}, &Row::interface);
    return at == rows().end() || at->interface != interface ? nullptr : &*at;
}

TwinOptions with_scenario_seed(TwinOptions options, const Scenario& scenario) {
    options.seed = scenario.seed.value_or(options.seed);
    return options;
}

}  // namespace

class Twin::Brain {
public:
    Brain(const TwinOptions& options, Scenario scenario) : body_(with_scenario_seed(options, scenario)) {
        body_.network.persona = options.persona;
        body_.system.battery.percent = std::clamp(options.battery_percent, 0, 100);
        body_.focus.best_steps += body_.random.between(-60, 60);
        forget_time(body_);
        watch_battery(body_);
        for (Fault& fault : scenario.faults) enter_fault(body_, std::move(fault));
    }

    Body& at(SimTime now) {
        while (body_.schedule.next() && *body_.schedule.next() <= now) {
            body_.now = std::max(body_.now, *body_.schedule.next());
            const Action action = body_.schedule.pop();
            action(body_);
        }
        body_.now = std::max(body_.now, now);  // time never runs back
        return body_;
    }
    const Body& body() const { return body_; }

private:
    Body body_;
};

namespace {

void handle_v2(Body& body, ClientId client, std::string_view bytes, bool binary) {
    if (!binary && bytes == "ping") return send_later(body, {client, Outgoing::What::text, "pong"}, kAnswerDelay);
    const auto packet = binary ? read_v2(bytes) : std::nullopt;
    if (!packet || packet->type != 0) return;
    V2Packet reply = *packet;
    reply.type = 1;
    reply.data.clear();  // code 0 is nothing in protobuf
    send_later(body, {client, Outgoing::What::binary, write_v2(reply)}, kAnswerDelay);
}

// A command is carried out before what its arrival sets off: an answer lost, not a command.
void handle_v1(Body& body, const Call& call) {
    const int number = call.request.interface();
    const std::vector<Fault> incidents = body.faults.incidents_at({body.now, number, {}}, body.random);
    const bool deaf = std::ranges::any_of(incidents, [](const Fault& f) { return f.args.deaf; });
    const Row* row = find_row(number);
    if (row == nullptr) stay_silent(body, call, "unknown");
    if (row != nullptr && !deaf) row->handle(body, call);
    for (const Fault& fault : incidents) happen(body, fault, call.from);
}

}  // namespace

Twin::Twin(const TwinOptions& options) : brain_(std::make_unique<Brain>(options, read_scenario(options.scenario))) {}
Twin::~Twin() = default;
Twin::Twin(Twin&&) noexcept = default;
Twin& Twin::operator=(Twin&&) noexcept = default;

std::optional<ClientId> Twin::connect(SimTime now) {
    Body& body = brain_->at(now);
    Network& net = body.network;
    if (!net.up || net.clients.size() >= Network::kMostClients) return {};
    const ClientId client = ++net.last_client;
    net.clients.insert(client);
    body.log.add(body.now, EventKind::client, client, "connected");
    // Module 4 (system), a notification: a first word in binary, so that nobody waits for JSON.
    if (net.persona == Persona::v2)
        send_later(body, {client, Outgoing::What::binary, write_v2({4, 15'211, 2, "\x08\x57", ""})}, SimTime(200));
    return client;
}

void Twin::disconnect(ClientId client, SimTime now) {
    Body& body = brain_->at(now);
    if (body.network.clients.erase(client) > 0) body.log.add(body.now, EventKind::client, client, "left");
}

void Twin::receive(ClientId client, std::string_view bytes, bool binary, SimTime now) {
    Body& body = brain_->at(now);
    Network& net = body.network;
    if (!net.up || !net.clients.contains(client)) return;
    ++net.received;
    body.log.add(body.now, EventKind::received, client, binary ? "binary" : bytes);
    if (body.now < net.deaf_until) return;
    if (net.persona == Persona::v2) return handle_v2(body, client, bytes, binary);
    if (binary) return body.log.add(body.now, EventKind::note, client, "binary frame not answered");
    try {
        const dwarf::Message request = dwarf::decode(bytes);
        handle_v1(body, {request, client});
    } catch (const FormatError& e) {
        body.log.add(body.now, EventKind::note, client, std::string("not answered: ") + e.what());
    }
}

std::optional<std::string> Twin::pong(ClientId client, std::string_view ping_payload, SimTime now) {
    Body& body = brain_->at(now);
    if (!body.network.clients.contains(client) || body.now < body.network.mute_until) return {};
    if (body.faults.strikes("pong.empty", {body.now, {}, {}}, body.random) != nullptr) return "";
    return std::string(ping_payload.substr(0, 125));
}

std::vector<Outgoing> Twin::take(SimTime now) {
    Network& net = brain_->at(now).network;
    net.ready_bytes = 0;
    return std::exchange(net.ready, {});
}

std::optional<SimTime> Twin::next_due() const {
    if (!brain_->body().network.ready.empty()) return brain_->body().now;
    return brain_->body().schedule.next();
}

std::vector<Exposed> Twin::take_exposed() { return std::exchange(brain_->at(SimTime{}).exposures.waiting, {}); }

void Twin::developed(std::uint64_t exposure, bool whole, SimTime now) {
    frame_written(brain_->at(now), exposure, whole);
}

bool Twin::card_visible() const { return card_usable(brain_->body().system.card); }

StreamState Twin::streams(SimTime now) const {
    const Body& body = brain_->at(now);
    StreamState state;
    state.reachable = body.network.up;
    state.v2 = body.network.persona == Persona::v2;
    state.tele_open = body.cameras.tele.open;
    state.wide_open = body.cameras.wide.open;
    state.sockets = static_cast<int>(body.network.clients.size());
    state.quality = body.tele.quality;  // 10016 names no camera
    state.raw_source = body.raw.source;
    state.raw_goes_on = static_cast<bool>(body.raw.running);
    state.raw_taken = state.raw_goes_on ? body.raw.taken : 0;
    return state;
}

std::optional<Exposed> Twin::live(int camera, SimTime now) const {
    const Body& body = brain_->at(now);
    if (!body.cameras.of(camera).open) return {};
    return live_exposure(body, camera);
}

// With chances of its own: who looks at a stream must not change what else happens.
bool Twin::stream_fault(std::string_view name, SimTime now) {
    Body& body = brain_->at(now);
    return body.faults.strikes(name, {body.now, {}, {}}, body.stream_random) != nullptr;
}

HttpAnswer Twin::get(HttpService service, std::string_view target, SimTime now) {
    Body& body = brain_->at(now);
    if (!body.network.up) return {0, "", ""};
    return answer_http(body, service, target);
}

std::string Twin::state_json(SimTime now) const { return state_text(brain_->at(now)); }

std::string Twin::events_json(std::uint64_t since) const { return events_text(brain_->body().log, since); }

void Twin::add_fault(std::string_view json, SimTime now) {
    Fault fault = read_fault(json);
    enter_fault(brain_->at(now), std::move(fault));
}

void Twin::set_power(std::string_view json, SimTime now) { sim::set_power(brain_->at(now), json); }

bool Twin::shut_down() const { return brain_->body().network.shut_down; }

}  // namespace nightstack::device::sim
