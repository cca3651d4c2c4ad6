// SPDX-License-Identifier: MIT
#include "device/sim/twin/darks.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "device/dwarf/protocol/ladders.h"
#include "device/sim/twin/activity.h"
#include "device/sim/twin/exposures.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

constexpr int kGains = 25;
constexpr std::int64_t kUsualGains = 0xFFF8;  // 30 to 150
constexpr int kUsualCount = 40;
constexpr double kOverhead_s = 1;
constexpr int kLowBattery = 10;

int units(double exposure_s) { return static_cast<int>(std::lround(exposure_s * 10'000)); }

// A gear of the tele camera, counted from 0 or in threes.
std::optional<double> gear_seconds(double gear) {
    const auto gears = dwarf::exposure_gears(Lens::tele);
    const double last = static_cast<double>(gears.size()) - 1;
    if (!(gear >= 0 && gear <= 3 * last)) return {};
    return gears[static_cast<std::size_t>(gear <= last ? gear : gear / 3)].seconds;
}

// darkExposure is in seconds (the vendor's library), darkExp a gear (the API text). The library's
// name wins where a client sends both. What cannot be the one is taken as the other.
std::optional<double> exposure_of(const Call& call) {
    if (const auto seconds = call.request.number("darkExposure"))
        return *seconds > 0 && *seconds <= 15 ? seconds : gear_seconds(*seconds);
    const auto gear = call.request.number("darkExp");
    if (!gear) return {};
    return std::trunc(*gear) != *gear && *gear > 0 && *gear <= 15 ? gear : gear_seconds(*gear);
}

void gain_taken(Body& body);
void expose_dark(Body& body);

void dark_taken(Body& body) {
    Darks& darks = body.darks;
    darks.running = {};
    Exposed dark = begin_exposure(body, Exposed::Kind::dark, 0);
    dark.begin -= SimTime(std::lround(darks.exposure_s * 1000));
    dark.exposure_s = darks.exposure_s;
    dark.gain = darks.gains_left.front();
    dark.binning = darks.binning;
    dark.session = darks.name;
    dark.index = darks.frame++;
    dark.count = darks.count;
    dark.last = darks.frame == darks.count;
    tell_exposed(body, std::move(dark));
    if (darks.frame == darks.count) return gain_taken(body);
    expose_dark(body);
}

void expose_dark(Body& body) {
    const auto wait = SimTime(std::lround((body.darks.exposure_s + kOverhead_s) * 1000));
    body.darks.running = body.schedule.add(body.now + wait, dark_taken);
}

void gain_taken(Body& body) {
    Darks& darks = body.darks;
    constexpr std::size_t kMost = 20'000;
    if (darks.have.size() < kMost)
        darks.have.insert({units(darks.exposure_s), darks.binning, darks.gains_left.front()});
    darks.gains_left.erase(darks.gains_left.begin());
    if (darks.gains_left.empty()) {
        ++darks.taken;  // nothing is said
        return;
    }
    darks.frame = 0;
    expose_dark(body);
}

int blocked(const Body& body) {
    if (const int code = tele_blocked(body)) return code;
    return battery_percent(body.system.battery, body.now) < kLowBattery ? -43 : 0;
}

// A power message instead of an answer: seen on a real scope whose darks existed already.
void answer_existing(Body& body, const Call& call) {
    answer(body, call, Message(11003).set("value", battery_percent(body.system.battery, body.now)).set("code", 0));
}

void take_darks(Body& body, const Call& call) {
    if (const int code = blocked(body)) return answer(body, call, code);
    if (body.faults.strikes("dark.answers_11003", {body.now, 10026, {}}, body.random) != nullptr)
        return answer_existing(body, call);
    const auto exposure = exposure_of(call);
    const auto count = call.request.integer("count").value_or(kUsualCount);
    if (!exposure || count < 1) return stay_silent(body, call, "exposure or count");
    const auto mask = call.request.integer("darkGain").value_or(kUsualGains);
    const int binning = call.request.integer("binning").value_or(1) == 0 ? 0 : 1;
    std::vector<int> missing;
    bool any = false;
    for (int i = 0; i < kGains; ++i) {
        if ((mask >> i & 1) == 0) continue;
        any = true;
        if (!dark_exists(body.darks, *exposure, binning, 10 * i)) missing.push_back(10 * i);
    }
    if (!any) return answer(body, call, -42);
    if (missing.empty()) return answer_existing(body, call);
    Darks& darks = body.darks;
    darks.exposure_s = *exposure;
    darks.binning = binning;
    darks.count = static_cast<int>(std::min<std::int64_t>(count, 999));
    darks.gains_left = std::move(missing);
    darks.name = safe_name(call, "name", "DWARF_DARK_" + compact_time(body));
    darks.frame = 0;
    expose_dark(body);
    answer(body, call, 0);
}

// One mask for all exposures, since the question names none.
void query_darks(Body& body, const Call& call) {
    const int binning = call.request.integer("binning").value_or(0) == 1 ? 1 : 0;
    std::int64_t mask = 0;
    for (const auto& [exposure, at, gain] : body.darks.have) {
        if (at == binning) mask |= std::int64_t{1} << (gain / 10);
    }
    answer(body, call,
           Message(10027)
               .set("value", dwarf::Value(mask))
               .set("code", 0)
               .set("camId", camera_of(call).value_or(0))
               .set("binning", binning));
}

constexpr Row kRows[] = {{10026, take_darks}, {10027, query_darks}};

}  // namespace

Darks standard_darks() {
    Darks darks;
    for (int seconds = 1; seconds <= 15; ++seconds)
        for (int gain = 30; gain <= 150; gain += 10) darks.have.insert({units(seconds), 1, gain});
    return darks;
}

bool dark_exists(const Darks& darks, double exposure_s, int binning, int gain) {
    return darks.have.contains({units(exposure_s), binning, gain});
}

void end_darks(Body& body) {
    body.schedule.cancel(body.darks.running);
    body.darks.gains_left.clear();
}

std::span<const Row> dark_rows() { return kRows; }

}  // namespace nightstack::device::sim
