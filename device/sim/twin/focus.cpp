// SPDX-License-Identifier: MIT
#include "device/sim/twin/focus.h"

#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

constexpr SimTime kNormalTime{4000};
constexpr SimTime kAstroTime{20'000};
constexpr double kPxPerStep = 0.035;  // of defocus
constexpr double kTooSoftPx = 30;     // an astro run does not recognise such a star
constexpr double kTooDark_s = 0.05;   // nor finds one on shorter manual exposures

// The answer comes when focus is found (a guess), to every socket: the asker may have gone.
void finish(Body& body, const dwarf::Message& message, double spread, int code) {
    body.focus.running = {};
    body.focus.last_code = code;
    ++body.focus.runs;
    if (code == 0) body.motors.focus.set(body.focus.best_steps + body.random.between(-spread, spread));
    report(body, message);
}

void start(Body& body, const Call& call, SimTime lasts, double spread, int outcome) {
    body.focus.astro = call.request.interface() == 10031;
    body.focus.running = body.schedule.add(body.now + lasts, [message = coded(call, outcome), spread, outcome](
                                                                 Body& b) { finish(b, message, spread, outcome); });
}

void autofocus(Body& body, const Call& call) {
    if (camera_of(call) != 0) return stay_silent(body, call, "only the tele camera focuses");
    if (const int code = tele_blocked(body)) return answer(body, call, code);
    if (body.motors.focus.running()) return answer(body, call, -5);
    const auto mode = call.request.integer("mode").value_or(0);
    if (mode != 0 && mode != 1) return stay_silent(body, call, "no such mode");
    start(body, call, kNormalTime, mode == 0 ? 12 : 6, 0);
}

void astro_autofocus(Body& body, const Call& call) {
    if (camera_of(call) != 0) return stay_silent(body, call, "only the tele camera focuses");
    if (const int code = tele_blocked(body)) return answer(body, call, code);
    if (body.motors.focus.running()) return answer(body, call, -5);
    int outcome = 0;
    if (body.tele.exposure_mode == 1 && body.tele.exposure_s < kTooDark_s)
        outcome = -55;
    else if (fwhm_px(body) > kTooSoftPx)
        outcome = -56;
    start(body, call, kAstroTime, 3, outcome);
}

constexpr Row kRows[] = {{10211, autofocus}, {10031, astro_autofocus}};

}  // namespace

double fwhm_px(const Body& body) {
    return std::hypot(kBestFwhmPx, kPxPerStep * (body.motors.focus.position(body.now) - body.focus.best_steps));
}

std::span<const Row> focus_rows() { return kRows; }

}  // namespace nightstack::device::sim
