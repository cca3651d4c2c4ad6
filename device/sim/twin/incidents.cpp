// SPDX-License-Identifier: MIT
#include "device/sim/twin/incidents.h"

#include <algorithm>
#include <utility>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

constexpr double kDropped_s = 10;
constexpr double kBooting_s = 25;
constexpr double kSilent_s = 30;

SimTime seconds(double s) { return SimTime(static_cast<SimTime::rep>(s * 1000)); }

void later(Body& body, double after_s, Action action) {
    body.schedule.add(body.now + seconds(after_s), std::move(action), Schedule::Owner::world);
}

void cut(Body& body, ClientId client, Outgoing::What how) {
    body.network.ready.push_back({client, how, ""});
    body.network.clients.erase(client);
}

void cut_all(Body& body, Outgoing::What how) {
    while (!body.network.clients.empty()) cut(body, *body.network.clients.begin(), how);
}

void close(Body& body, const Fault& fault, ClientId asker) {
    const auto how = fault.args.drop ? Outgoing::What::drop : Outgoing::What::close;
    if (asker == kEveryClient) return cut_all(body, how);
    if (body.network.clients.contains(asker)) cut(body, asker, how);
}

void drop_network(Body& body, double for_s) {
    Network& net = body.network;
    cut_all(body, Outgoing::What::drop);
    net.up = false;
    net.down_until = std::max(net.down_until, body.now + seconds(for_s));
    later(body, for_s, [](Body& b) {
        if (b.now >= b.network.down_until) b.network.up = !b.network.shut_down;
    });
}

// Of what was going on, only the counts of the twin's whole life are kept.
void forget_captures(Body& body) {
    if (body.raw.running) tell_raw_over(body);
    const Raw raw = std::exchange(body.raw, {});
    body.raw.sessions = raw.sessions;
    body.raw.frames = raw.frames;
    const Shots shots = std::exchange(body.shots, {});
    body.shots.photos = shots.photos;
    body.shots.wide_photos = shots.wide_photos;
    body.shots.videos = shots.videos;
    body.shots.time_lapses = shots.time_lapses;
    const Panorama panorama = std::exchange(body.panorama, {});
    body.panorama.finished = panorama.finished;
}

// What was going on is forgotten; the card, the darks and the focus stay.
void lose_power(Body& body) {
    ++body.boots;
    const bool moved = body.motors.spin.running() || body.motors.pitch.running() || body.panorama.running ||
                       body.astro.state != Astro::State::idle;
    for (Motor* motor : {&body.motors.spin, &body.motors.pitch, &body.motors.focus}) halt(body, *motor);
    if (moved) body.motors.angle_known = false;
    body.schedule.clear();
    body.network.scheduled_bytes = 0;
    body.network.last_due.clear();
    body.cameras = {};
    body.tele = standard_isp(0);
    body.wide = standard_isp(1);
    body.focus.running = {};
    forget_captures(body);
    body.darks.running = {};
    body.darks.gains_left.clear();
    body.astro = {};
    body.tracker = {};
    body.system.card.mtp = false;
    body.system.rgb = {};
    body.system.indicator = 1;
    body.network.silent_until = body.network.deaf_until = body.network.mute_until = {};
    forget_time(body);
}

void reboot(Body& body, double for_s) {
    drop_network(body, for_s);
    lose_power(body);
}

// Without a time it stays so.
SimTime end_of(const Body& body, const Fault& fault) {
    return fault.for_s ? body.now + seconds(*fault.for_s) : SimTime::max();
}

void remove_card(Body& body, const Fault& fault) {
    Card& card = body.system.card;
    card.present = false;
    card.away_until = std::max(card.away_until, end_of(body, fault));
    end_shots(body);  // a RAW capture notices at its next frame
    if (!fault.for_s) return;
    later(body, *fault.for_s, [](Body& b) {
        if (b.now >= b.system.card.away_until) b.system.card.present = true;
    });
}

void fill_card(Body& body, const Fault& fault) {
    Card& card = body.system.card;
    card.full = true;
    card.full_until = std::max(card.full_until, end_of(body, fault));
    if (!fault.for_s) return;
    later(body, *fault.for_s, [](Body& b) {
        if (b.now >= b.system.card.full_until) b.system.card.full = false;
    });
}

void fall_silent(Body& body, const Fault& fault) {
    Network& net = body.network;
    const SimTime until = body.now + seconds(fault.for_s.value_or(kSilent_s));
    net.silent_until = std::max(net.silent_until, until);
    if (fault.args.deaf) net.deaf_until = std::max(net.deaf_until, until);
    if (fault.args.deaf || !fault.args.pongs) net.mute_until = std::max(net.mute_until, until);
}

// An update: the connections go, the same ports speak protobuf afterwards.
void become_v2(Body& body) {
    cut_all(body, Outgoing::What::drop);
    body.network.persona = Persona::v2;
    body.options.firmware = "2.0.8";
}

}  // namespace

void happen(Body& body, const Fault& fault, ClientId asker) {
    body.log.add(body.now, EventKind::fault, asker, fault.name);
    if (fault.name == "ws.close") close(body, fault, asker);
    if (fault.name == "ws.silent") fall_silent(body, fault);
    if (fault.name == "net.drop") drop_network(body, fault.for_s.value_or(kDropped_s));
    if (fault.name == "reboot") reboot(body, fault.for_s.value_or(kBooting_s));
    if (fault.name == "card.removed") remove_card(body, fault);
    if (fault.name == "card.full") fill_card(body, fault);
    if (fault.name == "firmware.v2") become_v2(body);
}

void enter_fault(Body& body, Fault fault) {
    const Fault& entered = body.faults.add(std::move(fault), body.now);
    if (find_fault_name(entered.name)->kind != FaultKind::incident) return;
    if (entered.frame || entered.interface) return;
    const auto strike = [told = entered](Body& b) {
        b.faults.spend(told.id);
        if (b.random.chance() < told.probability) happen(b, told);
    };
    if (entered.from > body.now)
        body.schedule.add(entered.from, strike, Schedule::Owner::world);
    else
        strike(body);
}

void happen_at_frame(Body& body, int frame) {
    for (const Fault& fault : body.faults.incidents_at({body.now, {}, frame}, body.random)) happen(body, fault);
}

void power_off(Body& body) {
    cut_all(body, Outgoing::What::close);
    lose_power(body);
    body.network.up = false;
    body.network.shut_down = true;
}

}  // namespace nightstack::device::sim
