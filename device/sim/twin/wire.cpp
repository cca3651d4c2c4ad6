// SPDX-License-Identifier: MIT
#include "device/sim/twin/wire.h"

#include <algorithm>
#include <string>

#include "device/dwarf/protocol/json.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

void release(Body& body, Outgoing out) {
    Network& net = body.network;
    if (!net.up) return;
    const bool talk = out.what == Outgoing::What::text || out.what == Outgoing::What::binary;
    if (talk && net.silent_until && body.now < *net.silent_until) {
        body.log.add(body.now, EventKind::lost, out.to, "silent: " + out.bytes);
        return;
    }
    if (out.to != kEveryClient && !net.clients.contains(out.to)) return;
    if (net.clients.empty()) return;
    if (net.ready.size() >= Network::kMostWaiting) {
        ++net.overflowed;
        return;
    }
    ++net.sent;
    if (talk) body.log.add(body.now, EventKind::sent, out.to, out.what == Outgoing::What::text ? out.bytes : "binary");
    net.ready.push_back(std::move(out));
}

// A power or charging message of the kind that real scopes push at any time.
Message noise(Body& body, const FaultArgs& args) {
    const int standard = body.random.chance() < 0.5 ? 11003 : 11011;
    Message message(args.interface.value_or(standard));
    if (message.interface() == 11003 && !args.value) message.set("value", battery_percent(body.system, body.now));
    if (message.interface() == 11011 && !args.value) message.set("value", body.system.charging);
    if (args.value) message.set("value", *args.value);
    if (args.code || message.interface() == 11003) message.set("code", args.code.value_or(0));
    return message;
}

}  // namespace

dwarf::Value real(double value) { return dwarf::Value(value); }

Message coded(const Call& call, int code) {
    Message message(call.request.interface());
    if (const auto camera = camera_of(call)) message.set("camId", *camera);
    return message.set("code", code);
}

void send_later(Body& body, Outgoing out, SimTime delay) {
    if (body.schedule.size() >= Network::kMostWaiting) {
        ++body.network.overflowed;
        return;
    }
    body.schedule.add(body.now + delay, [out = std::move(out)](Body& b) { release(b, out); });
}

void answer(Body& body, const Call& call, Message message) {
    const Occasion occasion{body.now, call.request.interface(), {}};
    SimTime delay = kAnswerDelay;
    if (const Fault* fault = body.faults.strikes("ws.noise_push", occasion, body.random))
        send_later(body, {kEveryClient, Outgoing::What::text, encode(noise(body, fault->args))}, delay / 2);
    if (const Fault* fault = body.faults.strikes("ws.late_reply", occasion, body.random)) {
        delay += SimTime(fault->args.ms.value_or(5000));
        body.log.add(body.now, EventKind::fault, call.from, "ws.late_reply");
    }
    const Outgoing out{call.from, Outgoing::What::text, encode(message)};
    send_later(body, out, delay);
    if (body.faults.strikes("ws.dup_reply", occasion, body.random) != nullptr) {
        body.log.add(body.now, EventKind::fault, call.from, "ws.dup_reply");
        send_later(body, out, delay + SimTime(30));
    }
}

void answer(Body& body, const Call& call, int code) { answer(body, call, coded(call, code)); }

void push(Body& body, Message message, double keep) {
    const bool count = message.interface() == 10014 || message.interface() == 10023;
    const Occasion occasion{body.now, message.interface(), count ? std::optional(body.raw.taken) : std::nullopt};
    const std::string text = encode(message);
    if (body.faults.strikes("ws.lose_push", occasion, body.random, count) != nullptr && body.random.chance() >= keep) {
        ++body.network.lost_pushes;
        body.log.add(body.now, EventKind::lost, kEveryClient, text);
        return;
    }
    send_later(body, {kEveryClient, Outgoing::What::text, text}, kAnswerDelay);
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
