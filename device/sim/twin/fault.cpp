// SPDX-License-Identifier: MIT
#include "device/sim/twin/fault.h"

#include <algorithm>

#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace {

constexpr int kStops[] = {10015, 11204};
constexpr int kDarks[] = {10026};
constexpr int kAstro[] = {11203, 11205};

constexpr FaultName kNames[] = {
    {"ws.lose_push", FaultKind::habit, "", "frame interface for_s", {}},
    {"ws.dup_reply", FaultKind::habit, "", "interface for_s", {}},
    {"ws.late_reply", FaultKind::habit, "ms", "interface for_s", {}},
    {"ws.noise_push", FaultKind::habit, "interface code value", "interface for_s", {}},
    {"ws.close", FaultKind::incident, "how", "frame interface", {}},
    {"ws.silent", FaultKind::incident, "deaf pongs", "frame interface for_s", {}},
    {"pong.empty", FaultKind::habit, "", "for_s", {}},
    {"stop.ignored", FaultKind::habit, "", "interface for_s", kStops},
    {"dark.answers_11003", FaultKind::habit, "", "interface for_s", kDarks},
    {"goto.fail", FaultKind::habit, "code", "interface for_s", kAstro},
    {"mjpeg.no_length", FaultKind::habit, "", "for_s", {}},
    {"mjpeg.size", FaultKind::habit, "", "for_s", {}},
    {"mjpeg.stall", FaultKind::habit, "", "for_s", {}},
    {"mjpeg.truncate", FaultKind::habit, "", "for_s", {}},
    {"mjpeg.empty", FaultKind::habit, "", "for_s", {}},
    {"file.half", FaultKind::habit, "share ms", "frame for_s", {}},
    {"file.grow", FaultKind::habit, "pieces ms", "frame for_s", {}},
    {"card.removed", FaultKind::incident, "", "frame interface for_s", {}},
    {"card.full", FaultKind::incident, "", "frame interface for_s", {}},
    {"frame.failed_mark", FaultKind::habit, "", "frame for_s", {}},
    {"net.drop", FaultKind::incident, "", "frame interface for_s", {}},
    {"reboot", FaultKind::incident, "", "frame interface for_s", {}},
    {"sky.cloud", FaultKind::habit, "loss", "frame for_s", {}},
    {"sky.trail", FaultKind::habit, "trails", "frame for_s", {}},
    {"sky.plane", FaultKind::habit, "", "frame for_s", {}},
    {"mount.wind", FaultKind::habit, "px", "frame for_s", {}},
    {"mount.drift", FaultKind::habit, "px_s", "frame for_s", {}},
    {"firmware.v2", FaultKind::incident, "", "frame interface", {}},
};

// What real scopes do unasked.
struct Quirk {
    std::string_view name;
    double probability;
};
constexpr Quirk kQuirks[] = {{"pong.empty", 1.0}, {"ws.lose_push", 0.1}, {"ws.noise_push", 0.2}};

const Fault* quirk(std::string_view name, Random& random) {
    static const std::vector<Fault> standard = [] {
        std::vector<Fault> all;
        for (const Quirk& q : kQuirks) all.emplace_back().name = q.name;
        return all;
    }();
    for (std::size_t i = 0; i < standard.size(); ++i) {
        if (standard[i].name == name) return random.chance() < kQuirks[i].probability ? &standard[i] : nullptr;
    }
    return nullptr;
}

}  // namespace

const FaultName* find_fault_name(std::string_view name) {
    const auto* at = std::ranges::find(kNames, name, &FaultName::name);
    return at == std::end(kNames) ? nullptr : at;
}

Fault& Faults::add(Fault fault, SimTime now) {
    constexpr std::size_t kMost = 200;
    std::erase_if(faults_, [&](const Fault& old) { return faults_.size() >= kMost && over(old, now); });
    if (faults_.size() >= kMost) throw OptionError("fault: at most " + std::to_string(kMost) + " at a time");
    fault.from = now;
    if (fault.at_s) fault.from = std::max(now, SimTime(static_cast<SimTime::rep>(*fault.at_s * 1000)));
    fault.id = ++last_id_;
    faults_.push_back(std::move(fault));
    return faults_.back();
}

void Faults::spend(std::uint64_t id) {
    const auto at = std::ranges::find(faults_, id, &Fault::id);
    if (at != faults_.end()) at->count = 0;
}

bool Faults::over(const Fault& fault, SimTime now) {
    if (fault.count && *fault.count <= 0) return true;
    if (find_fault_name(fault.name)->kind == FaultKind::incident) return false;  // waits for its moment
    return fault.for_s && now >= fault.from + SimTime(static_cast<SimTime::rep>(*fault.for_s * 1000));
}

const Fault* Faults::strikes(std::string_view name, const Occasion& occasion, Random& random, bool unnamed) {
    bool told = false;
    for (Fault& fault : faults_) {
        if (fault.name != name) continue;
        told = true;
        if (occasion.now < fault.from || over(fault, occasion.now)) continue;
        if (fault.interface ? fault.interface != occasion.interface : !unnamed) continue;
        if (fault.frame && fault.frame != occasion.frame) continue;
        if (random.chance() >= fault.probability) continue;
        if (fault.count) --*fault.count;
        return &fault;
    }
    return told || !unnamed ? nullptr : quirk(name, random);
}

std::vector<Fault> Faults::incidents_at(const Occasion& occasion, Random& random) {
    std::vector<Fault> struck;
    for (Fault& fault : faults_) {
        if (find_fault_name(fault.name)->kind != FaultKind::incident) continue;
        if (!fault.interface && !fault.frame) continue;
        if (fault.interface && fault.interface != occasion.interface) continue;
        if (fault.frame && fault.frame != occasion.frame) continue;
        if (occasion.now < fault.from || (fault.count && *fault.count <= 0)) continue;
        if (random.chance() >= fault.probability) continue;
        if (fault.count) --*fault.count;
        struck.push_back(fault);
    }
    return struck;
}

}  // namespace nightstack::device::sim
