// SPDX-License-Identifier: MIT
// Faults and quirks the twin can be told to show (the scenario file's [[fault]] tables), and when
// each strikes. Some quirks of real scopes are on without being told; naming one replaces it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/sim/twin/random.h"
#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct FaultArgs {
    std::optional<int> ms;         // ws.late_reply: how late; file.half, file.grow: how long it takes
    std::optional<int> interface;  // ws.noise_push: the number pushed
    std::optional<int> code;       // ws.noise_push, goto.fail
    std::optional<int> value;      // ws.noise_push
    bool drop = false;             // ws.close, how = "drop": without a close frame
    bool deaf = false;             // ws.silent: commands are not even carried out, pings not answered
    bool pongs = true;             // ws.silent: pings are answered all the same
    std::optional<double> loss;    // sky.cloud: of the starlight
    std::optional<int> trails;     // sky.trail
    std::optional<double> px;      // mount.wind: length of the lines that stars become
    std::optional<double> px_s;    // mount.drift
    std::optional<double> share;   // file.half: of the bytes
    std::optional<int> pieces;     // file.grow
};

struct Fault {
    std::string name;
    std::optional<double> at_s;
    std::optional<int> frame;      // of a RAW capture, from 1
    std::optional<int> interface;  // of a request or push
    std::optional<int> count;      // strikes left; nothing: no end
    double probability = 1;
    std::optional<double> for_s;  // how long a habit is shown; of an incident, how long what it does lasts
    FaultArgs args;
    SimTime from{};        // set when it is entered: `at`, or the moment of entering
    std::uint64_t id = 0;  // set when it is entered
};

enum class FaultKind {
    habit,     // looked up whenever its occasion comes
    incident,  // happens at a moment: incidents.h
};

struct FaultName {
    std::string_view name;
    FaultKind kind = FaultKind::habit;
    std::string_view args;         // names it takes, separated by blanks
    std::string_view occasions;    // what it may be bound to besides at, count, probability: "frame interface for_s"
    std::span<const int> numbers;  // the only interfaces it concerns; empty: any
};
const FaultName* find_fault_name(std::string_view name);

struct Occasion {
    SimTime now{};
    std::optional<int> interface;
    std::optional<int> frame;
};

class Faults {
public:
    // Enters one and sets `from` and `id`. At most 200; then throws OptionError.
    Fault& add(Fault fault, SimTime now);

    // The fault of that name that strikes now, its count lowered, or null. A fault that names a number or a
    // frame strikes at that one only; `unnamed` says whether one that names no number strikes here.
    const Fault* strikes(std::string_view name, const Occasion& occasion, Random& random, bool unnamed = true);

    // Incidents whose number or frame came up.
    std::vector<Fault> incidents_at(const Occasion& occasion, Random& random);

    // It has had its moment and never strikes again.
    void spend(std::uint64_t id);

    const std::vector<Fault>& all() const { return faults_; }
    static bool over(const Fault& fault, SimTime now);

private:
    std::vector<Fault> faults_;
    std::uint64_t last_id_ = 0;
};

}  // namespace nightstack::device::sim
