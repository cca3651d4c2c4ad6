// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/calibrate.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr Milliseconds kBetweenPolls{5000};
const std::string kDoing = "calibration";

Outcome verdict(const ScopeState& state) {
    if (value_of(state.calibration) == Calibration::done) return done("calibrated; the scope knows how it stands");
    const std::int64_t code = state.calibration_code ? state.calibration_code->value.code : 1002;
    Outcome no = failed_with(code, kDoing);
    no.words += ". Are stars in view, is the lid off, do site and time agree?";
    return no;
}

bool ended(const ScopeState& state) {
    const auto told = value_of(state.calibration);
    return told == Calibration::done || told == Calibration::failed;
}

void report(Driver& driver, std::int64_t& phase) {
    const auto& told = driver.state().calibration_code;
    if (!told || told->value.code != 1001 || told->value.phase == phase) return;
    phase = told->value.phase;
    driver.step("calibration: field " + std::to_string(phase) + " of stars");
}

// It does not run any more: how it went is told, or is about to be.
std::optional<Outcome> idle_end(Driver& driver) {
    if (value_of(driver.state().tele_camera) == CameraState::closed)
        return failed(
            "calibration ended: the camera is closed, so the scope restarted or somebody closed it. "
            "Prepare it again");
    if (settle(driver, corrects, kReturnTime) != false) return {};
    const Moment last = driver.now() + kLastWord;
    while (!ended(driver.state()) && !driver.stop_asked() && driver.now() < last) driver.listen(last);
    if (ended(driver.state())) return verdict(driver.state());
    if (driver.stop_asked()) return {};
    return unknown("calibration ended without saying how. Try the goto: the scope refuses it when calibration failed");
}

// A last word may be that of an older calibration, told late: while the scope says that it runs, it is not over.
bool over(Driver& driver) { return ended(driver.state()) && look(driver, corrects) != true && ended(driver.state()); }

Outcome watch(Driver& driver, Milliseconds within) {
    const Moment last = driver.now() + within;
    Moment poll = driver.now() + kBetweenPolls;
    std::int64_t phase = 0;
    Fact<Calibration> judged;
    while (driver.now() < last) {
        report(driver, phase);
        if (const auto word = driver.state().calibration; word != judged) {
            judged = word;
            if (over(driver)) return verdict(driver.state());
        }
        if (driver.stop_asked()) return end(driver, request::stop_goto(), kDoing, busy_with_sky);
        if (driver.now() >= poll) {
            if (look(driver, corrects) == false) {
                if (const auto outcome = idle_end(driver)) return *outcome;
            }
            poll = driver.now() + kBetweenPolls;
        }
        driver.listen(std::min(poll, last));
    }
    return unknown("calibration did not end within " + std::to_string(within.count() / 1000) +
                   " s. Look where the scope points; stop it (scope stop) and try another part of the sky");
}

}  // namespace

Outcome calibrate(Driver& driver, const CalibrationPlan& plan) {
    if (const auto no = meet(driver, kDoing)) return *no;
    const Message start = request::calibrate(plan.site, plan.utc, name_for(NameKind::go_to, plan.utc));
    if (const auto no = refuse(driver.state(), start)) return trouble({Sent::Fate::refused, {}, no}, kDoing);
    driver.state().calibration.reset();
    driver.state().calibration_code.reset();
    driver.step("calibration begins; it takes one to four minutes");
    const Begun begun = begin(driver, start, {request::stop_goto(), busy_with_sky}, kDoing, corrects, Again::when_idle);
    if (begun.no) return *begun.no;
    return watch(driver, plan.within);
}

}  // namespace nightstack::device::dwarf::jobs
