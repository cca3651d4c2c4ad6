// SPDX-License-Identifier: MIT
// How the parts of the twin speak: answers to one client, pushes to all, with the habits of real
// scopes (noise, losses) and the faults asked for in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {

inline constexpr SimTime kAnswerDelay{20};

dwarf::Value real(double value);

// {interface, camId, code}; the camera is left out where the request named none that exists.
dwarf::Message coded(const Call& call, int code);

// To the client that asked; noise, copies and delays as the faults say.
void answer(Body& body, const Call& call, const dwarf::Message& message);
void answer(Body& body, const Call& call, int code);

// A word about a command under way, or its result when that takes long: to every client, since clients open a
// new socket for each command. Faults strike it as they strike answers; what is late is not overtaken.
void report(Body& body, const dwarf::Message& message);

// To every client, unasked. Lost as often as ws.lose_push says: without a number that concerns the counts 10014
// and 10023 only; other faults strike it when they name its number. `keep` is the share of such losses that is
// forgiven (the last count of a capture), `frame` its number in a RAW capture, by which faults may be bound.
void push(Body& body, const dwarf::Message& message, double keep = 0, std::optional<int> frame = {});

// Raw bytes to one client or all, after a delay; not subject to faults but to silence.
void send_later(Body& body, Outgoing out, SimTime delay);

// Why nothing is answered, for the log.
void stay_silent(Body& body, const Call& call, std::string_view why);

// `camId`: 0 when missing, as real clients leave it out; nothing when it is no camera.
std::optional<int> camera_of(const Call& call);

// A file or session name from the wire made harmless: letters, digits, - _ . up to 100; else `standard`.
std::string safe_name(const Call& call, std::string_view key, const std::string& standard);

}  // namespace nightstack::device::sim
