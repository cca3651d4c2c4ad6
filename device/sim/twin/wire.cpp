// SPDX-License-Identifier: MIT
#include "device/sim/twin/wire.h"

#include <algorithm>
#include <string>

#include "device/dwarf/protocol/json.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

void release(Body& body, const Outgoing& out) {
    Network& net = body.network;
    if (!net.up || net.clients.empty()) return;
    if (out.to != kEveryClient && !net.clients.contains(out.to)) return;
    // Said before an update, by a firmware that is no more.
    if (net.persona == Persona::v2 && out.what == Outgoing::What::text && out.bytes.starts_with('{')) return;
    if (body.now < net.silent_until) return body.log.add(body.now, EventKind::lost, out.to, "silent: " + out.bytes);
    if (net.ready.size() >= Network::kMostWaiting) {
        ++net.overflowed;
        return;
    }
    ++net.sent;
    body.log.add(body.now, EventKind::sent, out.to, out.what == Outgoing::What::text ? out.bytes : "binary");
    net.ready_bytes += out.bytes.size();
    net.ready.push_back(out);
}

// A power or charging message of the kind that real scopes push at any time.
Message noise(Body& body, const FaultArgs& args) {
    const int standard = body.random.chance() < 0.5 ? 11003 : 11011;
    Message message(args.interface.value_or(standard));
    if (message.interface() == 11003 && !args.value)
        message.set("value", battery_percent(body.system.battery, body.now));
    if (message.interface() == 11011 && !args.value) message.set("value", body.system.battery.charging);
    if (args.value) message.set("value", *args.value);
    if (args.code || message.interface() == 11003) message.set("code", args.code.value_or(0));
    return message;
}

// By ws.lose_push; one without a number concerns only what is `usual`.
bool lost(Body& body, const Outgoing& out, const Occasion& occasion, bool usual, double keep) {
    if (body.faults.strikes("ws.lose_push", occasion, body.random, usual) == nullptr) return false;
    if (body.random.chance() < keep) return false;
    ++body.network.lost_pushes;
    body.log.add(body.now, EventKind::lost, out.to, out.bytes);
    return true;
}

// How long until it leaves: to one client as it comes, to all in the order of the number's messages.
SimTime in_turn(Body& body, const Outgoing& out, int interface, SimTime delay) {
    if (out.to != kEveryClient) return delay;
    SimTime& last = body.network.last_due[interface];
    last = std::max(last, body.now + delay);
    return last - body.now;
}

// With the noise, delay and copies that strike it. Faults without a number strike what is a `reply`.
void say(Body& body, const Outgoing& out, const Occasion& occasion, bool reply) {
    SimTime delay = kAnswerDelay;
    if (const Fault* fault = body.faults.strikes("ws.noise_push", occasion, body.random, reply))
        send_later(body, {kEveryClient, Outgoing::What::text, encode(noise(body, fault->args))}, delay / 2);
    if (const Fault* fault = body.faults.strikes("ws.late_reply", occasion, body.random, reply)) {
        delay += SimTime(fault->args.ms.value_or(5000));
        body.log.add(body.now, EventKind::fault, out.to, "ws.late_reply");
    }
    delay = in_turn(body, out, *occasion.interface, delay);
    send_later(body, out, delay);
    if (body.faults.strikes("ws.dup_reply", occasion, body.random, reply) != nullptr) {
        body.log.add(body.now, EventKind::fault, out.to, "ws.dup_reply");
        send_later(body, out, delay + SimTime(30));
    }
}

}  // namespace

dwarf::Value real(double value) { return dwarf::Value(value); }

Message coded(const Call& call, int code) {
    Message message(call.request.interface());
    if (const auto camera = camera_of(call)) message.set("camId", *camera);
    return message.set("code", code);
}

void send_later(Body& body, Outgoing out, SimTime delay) {
    Network& net = body.network;
    const std::size_t size = out.bytes.size();
    if (body.schedule.size() >= Network::kMostWaiting || net.waiting_bytes() + size > Network::kMostWaitingBytes) {
        ++net.overflowed;
        return;
    }
    net.scheduled_bytes += size;
    body.schedule.add(body.now + delay, [out = std::move(out)](Body& b) {
        b.network.scheduled_bytes -= out.bytes.size();
        release(b, out);
    });
}

void answer(Body& body, const Call& call, const Message& message) {
    const Occasion occasion{body.now, call.request.interface(), {}};
    const Outgoing out{call.from, Outgoing::What::text, encode(message)};
    if (!lost(body, out, occasion, false, 0)) say(body, out, occasion, true);
}

void answer(Body& body, const Call& call, int code) { answer(body, call, coded(call, code)); }

void report(Body& body, const Message& message) {
    const Occasion occasion{body.now, message.interface(), {}};
    const Outgoing out{kEveryClient, Outgoing::What::text, encode(message)};
    if (!lost(body, out, occasion, false, 0)) say(body, out, occasion, true);
}

void push(Body& body, const Message& message, double keep, std::optional<int> frame) {
    const bool count = message.interface() == 10014 || message.interface() == 10023;
    const Occasion occasion{body.now, message.interface(), frame};
    const Outgoing out{kEveryClient, Outgoing::What::text, encode(message)};
    if (!lost(body, out, occasion, count, keep)) say(body, out, occasion, false);
}

void stay_silent(Body& body, const Call& call, std::string_view why) {
    body.log.add(body.now, EventKind::note, call.from,
                 std::to_string(call.request.interface()) + " not answered: " + std::string(why));
}

std::optional<int> camera_of(const Call& call) {
    if (call.request.find("camId") == nullptr) return 0;
    const auto camera = call.request.integer("camId");
    if (!camera || *camera < 0 || *camera > 1) return {};
    return static_cast<int>(*camera);
}

std::string safe_name(const Call& call, std::string_view key, const std::string& standard) {
    const auto name = call.request.text(key);
    if (!name || name->empty() || name->size() > 100 || name->front() == '.') return standard;
    const bool harmless = std::ranges::all_of(*name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '.';
    });
    return harmless ? *name : standard;
}

}  // namespace nightstack::device::sim
