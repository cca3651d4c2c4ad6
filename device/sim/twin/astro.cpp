// SPDX-License-Identifier: MIT
#include "device/sim/twin/astro.h"

#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/astro_place.h"
#include "device/sim/twin/pointing.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

constexpr double kSlew_deg_s = 6;
constexpr double kNearZenith_deg = 88;  // beyond, the motors' limits are in the way
constexpr double kTooSoft_px = 40;      // no plate is solved on such stars
constexpr SimTime kStopping{1000};
constexpr SimTime kStopped{3000};

void tell(Body& body, int interface, int code) { report(body, Message(interface).set("code", code)); }

void rest(Body& body) {
    body.astro.step = {};
    body.astro.state = Astro::State::idle;
}

// A fault named for that number, or an unnamed goto.fail for the goto.
std::optional<int> told_to_fail(Body& body, int interface, int standard) {
    const Fault* fault = body.faults.strikes("goto.fail", {body.now, interface, {}}, body.random, interface == 11203);
    if (fault == nullptr) return {};
    body.log.add(body.now, EventKind::fault, kEveryClient, "goto.fail");
    return fault->args.code.value_or(standard);
}

SimTime solving(Body& body) { return SimTime(6000 + body.random.below(9000)); }

// ---- calibration: slews to several fields and solves each.
void calibration_step(Body& body) {
    Astro& astro = body.astro;
    if (astro.phase == astro.phases) {
        const auto failure = told_to_fail(body, 11205, 1002);
        const int code = failure ? *failure : fwhm_px(body) > kTooSoft_px ? -18 : 1009;
        rest(body);
        if (code == 1009) astro.calibrated = true;
        return tell(body, 11205, code);
    }
    ++astro.phase;
    point_at(body, {55, 90.0 + 60.0 * astro.phase});
    report(body, Message(11205).set("code", 1001).set("value", astro.phase));
    astro.step = body.schedule.add(body.now + SimTime(10'000) + solving(body), calibration_step);
}

// What stands in the way of a goto or a calibration. A new goto while one tracks is taken.
int astro_blocked(const Body& body) {
    if (const int code = tele_blocked(body)) return code;
    if (body.motors.spin.running() || body.motors.pitch.running()) return -5;
    return body.tracker.state == Tracker::State::tracking ? -15 : 0;
}

void calibrate(Body& body, const Call& call) {
    const auto reply = [&](int code) { answer(body, call, Message(11205).set("code", code)); };
    if (const int code = astro_blocked(body)) return reply(code);
    if (body.astro.state == Astro::State::tracking) return reply(-30);
    const auto told = told_place(body, call);
    if (!told) return reply(-19);  // without a place there is nothing to calibrate to
    Astro& astro = body.astro;
    astro.told = told;
    astro.calibrated = false;
    astro.state = Astro::State::calibrating;
    astro.phase = 0;
    astro.phases = 3 + body.random.below(4);
    astro.path = safe_name(call, "path", "DWARF_GOTO_" + compact_time(body));
    tell(body, 11205, 1000);
    astro.step = body.schedule.add(body.now + SimTime(5000), calibration_step);
}

// ---- goto
void solved(Body& body) {
    Astro& astro = body.astro;
    const auto failure = told_to_fail(body, 11203, -18);
    const bool sees_stars = true_altaz(body, astro.target).altitude_deg > 0 && fwhm_px(body) < kTooSoft_px;
    const int code = failure ? *failure : sees_stars ? 1005 : -18;
    rest(body);
    if (code == 1005) {
        astro.state = Astro::State::tracking;
        ++astro.gotos;
        body.exposures.creep = {};
    }
    tell(body, 11203, code);
}

void arrived(Body& body) {
    point_at(body, true_altaz(body, body.astro.target));
    tell(body, 11203, 1004);
    body.astro.step = body.schedule.add(body.now + solving(body), solved);
}

// 0, or why it cannot be reached as the scope sees its sky.
int target_code(const Body& body, const GotoTarget& target, const ToldPlace& told) {
    const double altitude = told_horizon(body, told).altaz_of(target.place).altitude_deg;
    if (altitude <= 0) return -45;
    return altitude > kNearZenith_deg ? -46 : 0;
}

void go_to(Body& body, const Call& call) {
    const auto reply = [&](int code) { answer(body, call, Message(11203).set("code", code)); };
    if (const int code = astro_blocked(body)) return reply(code);
    if (!body.astro.calibrated) return reply(-19);
    const auto told = told_place(body, call);
    const ToldPlace place = told ? *told : *body.astro.told;
    const auto target = goto_target(body, call, place);
    if (!target) return reply(1006);
    if (const int code = target_code(body, *target, place)) return reply(code);
    const double way = separation_deg(pointing(body).place, true_altaz(body, target->place));
    Astro& astro = body.astro;
    astro.target = target->place;
    astro.planet = target->planet;
    astro.path = safe_name(call, "path", "DWARF_GOTO_" + compact_time(body));
    astro.state = Astro::State::seeking;
    tell(body, 11203, 1003);
    const auto slew = SimTime(std::lround(2000 + way / kSlew_deg_s * 1000));
    astro.step = body.schedule.add(body.now + slew, arrived);
}

// ---- stop
void ended(Body& body) {
    rest(body);
    tell(body, 11204, 1008);
}

void stop_goto(Body& body, const Call& call) {
    const auto reply = [&](int code) { answer(body, call, Message(11204).set("code", code)); };
    Astro& astro = body.astro;
    if (body.faults.strikes("stop.ignored", {body.now, 11204, {}}, body.random, false) != nullptr) {
        body.log.add(body.now, EventKind::fault, call.from, "stop.ignored");
        return;
    }
    if (astro.state == Astro::State::stopping) return reply(-31);
    if (astro.state == Astro::State::idle) return reply(1008);
    if (body.raw.active()) return reply(busy_code(Activity::raw));
    // Where tracking ends, the motors stand.
    if (astro.state == Astro::State::tracking) point_at(body, pointing(body).place);
    body.schedule.cancel(astro.step);
    astro.state = Astro::State::stopping;
    reply(-31);
    body.schedule.add(body.now + kStopping, [](Body& b) {
        if (b.astro.state == Astro::State::stopping) tell(b, 11204, 1007);
    });
    astro.step = body.schedule.add(body.now + kStopped, ended);
}

constexpr Row kRows[] = {{11203, go_to}, {11204, stop_goto}, {11205, calibrate}};

}  // namespace

std::span<const Row> astro_rows() { return kRows; }

}  // namespace nightstack::device::sim
