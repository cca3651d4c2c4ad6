// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/scope_state.h"

#include <algorithm>
#include <cmath>

#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/replies.h"

namespace nightstack::device::dwarf::jobs {
namespace {

template <class T>
void learn(Fact<T>& fact, const std::optional<T>& told, Moment at) {
    if (told) fact = Known<T>{*told, at};
}

void learn_picture(CameraSettings& camera, const reply::PictureState& told, Moment at) {
    learn(camera.exposure_mode, told.exposure_mode, at);
    learn(camera.exposure, told.exposure, at);
    learn(camera.gain, told.gain, at);
    learn(camera.white_balance_mode, told.white_balance_mode, at);
    learn(camera.colour_temperature_k, told.colour_temperature, at);
    learn(camera.brightness, told.brightness, at);
    learn(camera.contrast, told.contrast, at);
    learn(camera.hue, told.hue, at);
    learn(camera.saturation, told.saturation, at);
    learn(camera.sharpness, told.sharpness, at);
}

// Of a snapshot: what is left out or has an unknown number is unknown now, whatever it was before.
template <class T>
void replace(Fact<T>& fact, const std::optional<T>& told, Moment at) {
    fact.reset();
    learn(fact, told, at);
}

std::optional<std::int64_t> percent(std::optional<std::int64_t> told) {
    if (told && (*told < 0 || *told > 100)) told.reset();
    return told;
}

void learn_text(Fact<std::string>& fact, const std::optional<std::string>& told, Moment at) {
    constexpr std::size_t kLongest = 64;
    if (told && told->size() <= kLongest) fact = Known<std::string>{*told, at};
}

template <class Enum>
std::optional<Enum> choice(std::optional<std::int64_t> wire, int highest) {
    if (!wire || *wire < 0 || *wire > highest) return {};
    return static_cast<Enum>(*wire);
}

std::optional<IrFilter> ir_of(std::optional<std::int64_t> wire) {
    if (wire == 0) return IrFilter::cut;
    if (wire == 3) return IrFilter::pass;
    return {};
}

// Refused with -2 while its camera is closed: a picture setting, a photo.
bool needs_open_camera(int interface) {
    constexpr int kThose[] = {10001, 10003, 10004, 10005, 10006, 10204, 10205,
                              10206, 10207, 10208, 10212, 10213, 10214};
    return std::find(std::begin(kThose), std::end(kThose), interface) != std::end(kThose);
}

std::optional<Seconds> seconds(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return {};
    return Seconds{*value};
}

}  // namespace

void ScopeState::take(const Message& m, Moment at) {
    switch (m.interface()) {
        case 10014:
        case 10023: take_counts(m, at); break;
        case 10022: take_working(m, at); break;
        case 10100:
            if (const reply::MotorReply motor = reply::motor(m); motor.code == -22)
                limit = {MotorLimit{motor.motor, motor.limit}, at};
            break;
        case 10215: take_tele(m, at); break;
        case 10216: learn(tele.ir, reply::ir_state(m), at); break;
        case 10217: take_wide(m, at); break;
        case 11201:
            if (const reply::Tracked now = reply::tracked(m); now.box || now.code)
                tracked = {TrackedBox{now.box.value_or(Box{}), now.code.value_or(0)}, at};
            break;
        case 11203:
        case 11204:
        case 11205: take_astro(m, at); break;
        default: take_system(m, at);
    }
}

void ScopeState::take_working(const Message& m, Moment at) {
    const reply::WorkingState told = reply::working_state(m);
    replace(tele_camera, told.camera, at);
    replace(photo, told.photo, at);
    replace(record, told.record, at);
    replace(track, told.track, at);
    replace(astro, told.astro, at);
    if (told.camera == CameraState::closed) closed(at);
    if (told.astro == AstroState::tracking) {
        pointing = {Pointing::tracking, at};
        calibration = {Calibration::done, at};  // it follows the sky only after a correction
    } else if (told.astro == AstroState::idle && value_of(pointing) == Pointing::tracking) {
        pointing = {Pointing::ended, at};
    }
    // The push with its end got lost: it does not run, and how it went is not known.
    if (told.astro == AstroState::idle && value_of(calibration) == Calibration::running) calibration.reset();
}

// A closed camera may mean a restart, after which neither settings nor the correction hold.
void ScopeState::closed(Moment at) {
    tele_camera = {CameraState::closed, at};
    tele = {};
    binning.reset();
    if (value_of(calibration) == Calibration::done) calibration.reset();
}

void ScopeState::take_tele(const Message& m, Moment at) {
    const reply::TeleState told = reply::tele_state(m);
    learn_picture(tele, told, at);
    learn(tele.gain_mode, told.gain_mode, at);
    learn(tele.ir, told.ir_filter, at);
    learn(tele.preview_quality, told.quality, at);
}

void ScopeState::take_wide(const Message& m, Moment at) {
    const reply::WideState told = reply::wide_state(m);
    learn_picture(wide, told, at);
    learn(wide.gamma, told.gamma, at);
    // Settings are no proof that it is open, but one that was known to be closed may have been opened by another.
    if (value_of(wide_camera) == CameraState::closed && (told.exposure || told.gain)) wide_camera.reset();
}

// Late pushes of fewer frames come, and a push of another total belongs to another capture.
void ScopeState::take_counts(const Message& m, Moment at) {
    if (m.interface() == 10023) {
        const auto count = reply::stacked_count(m).stacked;
        if (count && *count >= 0) stacked = {std::max(*count, value_of(stacked).value_or(0)), at};
        return;
    }
    const reply::RawCount told = reply::raw_count(m);
    const RawCount before = value_of(raw).value_or(RawCount{});
    const std::int64_t total = told.total.value_or(before.total);
    if (!told.current || *told.current < 0 || (before.total != 0 && total != before.total)) return;
    if (total != 0 && *told.current > total) return;
    raw = {RawCount{std::max(*told.current, before.taken), total, told.code.value_or(0)}, at};
}

void ScopeState::take_astro(const Message& m, Moment at) {
    const reply::Progress told = reply::progress(m);
    if (!told.code) return;
    const AstroCode code{*told.code, told.phase.value_or(0)};
    const Step step = step_of(m.interface(), *told.code);
    if (m.interface() == 11205) {
        calibration_code = {code, at};
        calibration = {step == Step::done     ? Calibration::done
                       : step == Step::failed ? Calibration::failed
                                              : Calibration::running,
                       at};
    } else if (m.interface() == 11203) {
        pointing_code = {code, at};
        pointing = {step == Step::done     ? Pointing::tracking
                    : step == Step::failed ? Pointing::failed
                                           : Pointing::slewing,
                    at};
    } else if (step != Step::failed) {
        pointing = {step == Step::done ? Pointing::ended : Pointing::stopping, at};
    }
}

void ScopeState::take_system(const Message& m, Moment at) {
    switch (m.interface()) {
        case 10027:
            if (const reply::DarkGains told = reply::dark_gains(m); told.binning && told.code.value_or(0) == 0)
                learn(dark_gains[static_cast<std::size_t>(*told.binning)], told.gains, at);
            break;
        case 11003: learn(battery_percent, percent(reply::power(m).percent), at); break;
        case 11011: learn(charging, reply::charging(m), at); break;
        case 11405:
            learn(card_size_gb, reply::card_size(m).size, at);
            learn(card_free_gb, reply::card_size(m).available, at);
            break;
        case 11407: take_system_state(m, at); break;
        case 11409: learn(card_present, reply::card_present(m), at); break;
        case 11410: learn_text(firmware, reply::version(m), at); break;
        default: break;
    }
}

void ScopeState::take_system_state(const Message& m, Moment at) {
    const reply::SystemState told = reply::system_state(m);
    learn(charging, told.charge, at);
    learn(card_present, told.card, at);
    learn(power_light, told.power_light, at);
    learn(fast_cpu, told.fast_cpu, at);
    learn(mtp, told.mtp, at);
    learn(battery_percent, percent(told.percent), at);
    learn_text(firmware, told.firmware, at);
}

void ScopeState::answered(const Message& request, const Message& reply, Moment at) {
    take(reply, at);
    if (reply.interface() != request.interface()) return;
    const std::int64_t code = code_of(reply).value_or(0);
    if (code != 0) return take_refusal(request, code, at);
    // The gains of darks: a reply that leaves the binning out means the one that was asked for.
    const auto asked = choice<Binning>(request.integer("binning"), 1);
    if (request.interface() == 10027 && asked)
        learn(dark_gains[static_cast<std::size_t>(*asked)], reply::dark_gains(reply).gains, at);
    take_success(request, at);
}

void ScopeState::take_refusal(const Message& request, std::int64_t code, Moment at) {
    const bool of_wide = lens_of(request) == Lens::wide;
    if (code == -23) card_present = {false, at};
    // The wide camera is a UVC camera inside the scope: it failed to open, or was not found.
    if (of_wide && request.interface() == 10000 && (code == -32 || code == -33))
        wide_camera = {CameraState::closed, at};
    if (code == -1 && request.interface() == 10000) (of_wide ? wide_camera : tele_camera) = {CameraState::open, at};
    if (code != -2) return;
    if (of_wide)
        wide_camera = {CameraState::closed, at};
    else
        closed(at);
}

void ScopeState::take_success(const Message& request, Moment at) {
    const bool of_wide = lens_of(request) == Lens::wide;
    switch (request.interface()) {
        case 10000:
            (of_wide ? wide_camera : tele_camera) = {CameraState::open, at};
            if (!of_wide) learn(binning, choice<Binning>(request.integer("binning"), 1), at);
            break;
        case 10017:
            if (of_wide)
                wide_camera = {CameraState::closed, at};
            else
                closed(at);
            break;
        case 11004: shut_down = {true, at}; break;
        case 11008: break;
        case 11009: power_light = {true, at}; break;
        case 11010: power_light = {false, at}; break;
        case 11408: mtp = {true, at}; break;
        default: take_setting(request, at);
    }
}

void ScopeState::take_setting(const Message& request, Moment at) {
    const Lens lens = lens_of(request).value_or(Lens::tele);
    CameraSettings& s = lens == Lens::wide ? wide : tele;
    if (lens == Lens::wide && needs_open_camera(request.interface())) wide_camera = {CameraState::open, at};
    const auto value = request.integer("value");
    const auto mode = request.integer("mode");
    switch (request.interface()) {
        case 10001: learn(s.exposure_mode, exposure_mode_of(lens, mode.value_or(-1)), at); break;
        case 10003: learn(s.exposure, seconds(request.number("value")), at); break;
        case 10004: learn(s.gain_mode, choice<GainMode>(mode, 1), at); break;
        case 10005: learn(s.gain, value, at); break;
        case 10016: learn(tele.preview_quality, value, at); break;
        case 10203: learn(tele.ir, ir_of(value), at); break;
        case 10204: learn(s.brightness, value, at); break;
        case 10205: learn(s.contrast, value, at); break;
        case 10206: learn(s.saturation, value, at); break;
        case 10207: learn(s.hue, value, at); break;
        case 10208: learn(s.sharpness, value, at); break;
        case 10212: learn(s.white_balance_mode, choice<WhiteBalanceMode>(mode, 1), at); break;
        case 10213: learn(s.white_balance_scene, choice<WhiteBalanceScene>(mode, 6), at); break;
        case 10214:
            learn(s.colour_temperature_k, value, at);
            s.white_balance_scene.reset();
            break;
        default: break;
    }
}

// Settings and the correction may have gone as well; if they have, the camera is found closed.
void ScopeState::lost() {
    for (Fact<CameraState>* camera : {&tele_camera, &wide_camera}) camera->reset();
    photo.reset();
    record.reset();
    track.reset();
    astro.reset();
    if (value_of(calibration) == Calibration::running) calibration.reset();
    pointing.reset();
    tracked.reset();
    mtp.reset();
    tele.white_balance_scene.reset();
    wide.white_balance_scene.reset();
}

void ScopeState::back() { shut_down.reset(); }

void ScopeState::capture_begins(std::int64_t total, Moment at) {
    raw = {RawCount{0, total, 0}, at};
    stacked.reset();
}

}  // namespace nightstack::device::dwarf::jobs
