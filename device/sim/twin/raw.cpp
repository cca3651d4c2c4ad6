// SPDX-License-Identifier: MIT
#include "device/sim/twin/raw.h"

#include <algorithm>
#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/astro_place.h"
#include "device/sim/twin/exposures.h"
#include "device/sim/twin/incidents.h"
#include "device/sim/twin/wire.h"
#include "pipeline/core/utf8.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

constexpr double kOverhead_s = 1.2;     // reading out and writing
constexpr double kStackedShare = 0.92;  // of the frames; real sessions lie between 0.14 and 0.997
constexpr int kMostFrames = 999;
constexpr std::size_t kLongestTarget = 100;  // bytes
constexpr int kLowBattery = 10;
constexpr double kFrameGb[] = {0.0166, 0.0042};  // by binning

SimTime frame_time(const Raw& raw) { return SimTime(std::lround((raw.exposure_s + kOverhead_s) * 1000)); }

void announce(Body& body, const FrameCount& count) {
    const double keep = count.last ? 0.8 : 0;
    push(body,
         Message(10014)
             .set("code", count.code)
             .set("camId", 0)
             .set("totalCount", count.total)
             .set("currentCount", count.taken),
         keep, count.taken);
    if (count.stacked > 0)
        push(body, Message(10023).set("code", 0).set("camId", 0).set("stackedCount", count.stacked), keep, count.taken);
}

// What of a frame finds no room: the beginning of a file.
void tell_torn(Body& body) {
    Exposed torn = body.raw.exposing;
    torn.index = body.raw.taken;
    torn.writing = {0.3, 0, 0};
    torn.faults.emplace_back("card.full");
    tell_exposed(body, std::move(torn));
}

// Taken away or full: one count with the code and no more frames (a guess).
bool card_lost(Body& body) {
    const Card& card = body.system.card;
    if (card_usable(card) && room_gb(card) >= kFrameGb[body.raw.binning]) return false;
    if (card_usable(card)) tell_torn(body);
    FrameCount lost{0, -23, body.raw.taken, body.raw.count, 0, true};
    std::vector<FrameCount>& waiting = body.raw.uncounted;
    if (waiting.empty()) {
        announce(body, lost);
    } else {
        lost.exposure = waiting.back().exposure;  // not before what was taken earlier
        waiting.push_back(lost);
    }
    end_raw(body, "no card or no room on it");
    return true;
}

void frame_taken(Body& body);

void begin_frame(Body& body) {
    Raw& raw = body.raw;
    Exposed frame = begin_exposure(body, Exposed::Kind::raw, 0, raw.taken + 1);
    frame.exposure_s = raw.exposure_s;
    frame.gain = raw.gain;
    frame.binning = raw.binning;
    frame.format = raw.format;
    if (raw.told.ra_deg != 0 || raw.told.dec_deg != 0) frame.aim.told = raw.told;
    frame.session = raw.name;
    frame.target = raw.target == "NULL" ? "" : raw.target;
    frame.index = raw.taken;
    frame.count = raw.count;
    raw.exposing = std::move(frame);
    raw.running = body.schedule.add(body.now + frame_time(raw), frame_taken);
}

// The scope's own stacker: the first frame is what the others are laid upon.
bool stacked_inside(Body& body, Exposed& frame) {
    const bool good = body.raw.taken == 1 || body.random.chance() < kStackedShare;
    if (body.faults.strikes("frame.failed_mark", {body.now, {}, body.raw.taken}, body.random) == nullptr) return good;
    frame.faults.emplace_back("frame.failed_mark");
    return false;
}

void frame_taken(Body& body) {
    Raw& raw = body.raw;
    raw.running = {};
    if (card_lost(body)) return;
    Exposed frame = std::move(raw.exposing);
    ++raw.taken;
    ++raw.frames;
    body.system.card.available_gb -= kFrameGb[raw.binning];
    const bool last = raw.taken >= raw.count;
    const bool stacked = stacked_inside(body, frame);
    if (stacked) ++raw.stacked;
    frame.stacked = raw.stacked;
    frame.failed = !stacked;
    frame.last = last;
    const FrameCount count{frame.number, 0, raw.taken, raw.count, stacked ? raw.stacked : 0, last};
    const bool told = tell_exposed(body, std::move(frame));
    if (!last) begin_frame(body);
    const int boot = body.boots;
    happen_at_frame(body, count.taken);
    if (body.boots != boot) return;  // the power went, and all of this with it
    raw.finishing = last;
    raw.uncounted.push_back(count);
    // Without anybody who writes files, they are whole at once.
    if (!body.options.counts_wait || !told) frame_written(body, count.exposure, told || !body.options.tell_exposures);
}

// Darks normally cover gains 30 to 150; beyond, only what was taken for it is legal.
int dark_code(const Body& body, const Raw& wanted) {
    const bool there = dark_exists(body.darks, wanted.exposure_s, wanted.binning, wanted.gain);
    if (there) return 0;
    return wanted.gain < 30 || wanted.gain > 150 || wanted.gain % 10 != 0 ? -64 : -41;
}

bool album_name(const std::string& name) {
    constexpr std::string_view kStart = "DWARF_RAW_";
    if (name.size() <= kStart.size() || !name.starts_with(kStart)) return false;
    return std::all_of(name.begin() + kStart.size(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Raw> wanted(Body& body, const Call& call) {
    Raw raw;
    raw.exposure_s = call.request.number("exp").value_or(body.tele.exposure_s);
    const auto gain = call.request.integer("gain").value_or(body.tele.gain);
    const auto count = call.request.integer("count").value_or(1);
    if (!(raw.exposure_s > 0 && raw.exposure_s <= 15) || count < 1 || gain < 0 || gain > 10'000) return {};
    raw.gain = static_cast<int>(gain);
    raw.count = static_cast<int>(std::min<std::int64_t>(count, kMostFrames));
    raw.binning = call.request.integer("binning").value_or(1) == 0 ? 0 : 1;
    raw.format = call.request.integer("format").value_or(0) == 1 ? 1 : 0;
    raw.name = safe_name(call, "name", "DWARF_RAW_" + compact_time(body));
    raw.in_album = album_name(raw.name);
    raw.target = utf8_prefix(call.request.text("target").value_or("NULL"), kLongestTarget);
    raw.told = request_place(call).value_or(Equatorial{});
    return raw;
}

void take_raw(Body& body, const Call& call) {
    if (const int code = capture_blocked(body)) return answer(body, call, code);
    if (body.tracker.state == Tracker::State::tracking) return answer(body, call, -15);
    if (battery_percent(body.system.battery, body.now) < kLowBattery) return answer(body, call, -43);
    std::optional<Raw> next = wanted(body, call);
    if (!next) return stay_silent(body, call, "exposure, gain or count");
    if (const int code = dark_code(body, *next)) return answer(body, call, code);
    if (room_gb(body.system.card) < kFrameGb[next->binning]) return answer(body, call, -23);
    next->sessions = body.raw.sessions + 1;
    next->frames = body.raw.frames;
    next->source = body.raw.source;  // what 10020 chose stays chosen
    body.raw = std::move(*next);
    begin_frame(body);
    answer(body, call, 0);
}

void stop_raw(Body& body, const Call& call) {
    // Seen on a real scope: without a camera no answer, and the camera goes on.
    if (call.request.find("camId") == nullptr) return stay_silent(body, call, "no camId: the capture goes on");
    if (camera_of(call) != 0) return stay_silent(body, call, "no such camera");
    if (body.faults.strikes("stop.ignored", {body.now, 10015, {}}, body.random) != nullptr) {
        body.log.add(body.now, EventKind::fault, call.from, "stop.ignored");
        return;
    }
    if (body.raw.active()) end_raw(body, "stopped");
    end_darks(body);
    answer(body, call, 0);
}

void choose_source(Body& body, const Call& call) {
    const auto source = call.request.integer("source");
    if (!source || *source < 0 || *source > 2) return stay_silent(body, call, "no such source");
    if (!body.cameras.tele.open) return answer(body, call, -2);
    body.raw.source = static_cast<int>(*source);
    answer(body, call, 0);
}

constexpr Row kRows[] = {{10011, take_raw}, {10015, stop_raw}, {10020, choose_source}};

}  // namespace

void tell_raw_over(Body& body) {
    Exposed over;
    over.session = body.raw.name;
    over.index = body.raw.taken;
    over.count = body.raw.count;
    over.stacked = body.raw.stacked;
    over.over = true;
    tell_exposed(body, std::move(over));
}

void end_raw(Body& body, const char* why) {
    if (body.raw.taken < body.raw.count) tell_raw_over(body);
    body.schedule.cancel(body.raw.running);
    body.raw.finishing = false;
    forget_preview_settings(body.tele);
    body.log.add(body.now, EventKind::note, kEveryClient,
                 "RAW " + body.raw.name + " ends after " + std::to_string(body.raw.taken) + ": " + why);
}

void frame_written(Body& body, std::uint64_t exposure, bool whole) {
    std::vector<FrameCount>& waiting = body.raw.uncounted;
    while (true) {
        const auto at = std::ranges::find(waiting, exposure, &FrameCount::exposure);
        if (at == waiting.end()) return;
        const FrameCount count = *at;
        waiting.erase(at);
        if (whole || count.code != 0) announce(body, count);
        if (count.last && body.raw.finishing) end_raw(body, "all frames taken");
    }
}

std::span<const Row> raw_rows() { return kRows; }

}  // namespace nightstack::device::sim
