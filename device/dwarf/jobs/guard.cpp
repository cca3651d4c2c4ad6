// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/guard.h"

#include <algorithm>
#include <initializer_list>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::jobs {
namespace {

bool among(const Message& request, std::initializer_list<int> numbers) {
    return std::find(numbers.begin(), numbers.end(), request.interface()) != numbers.end();
}

// --- what a request is about
bool any(const Message&) { return true; }
bool is_capture(const Message& m) { return among(m, {10006, 10007, 10018, 10011, 10026, 10103}); }
bool is_raw(const Message& m) { return m.interface() == 10011; }
bool is_astro(const Message& m) { return among(m, {11203, 11205, 10031}); }
bool is_goto(const Message& m) { return m.interface() == 11203; }
bool is_setting(const Message& m) {
    return among(m, {10001, 10003, 10004, 10005, 10203, 10204, 10205, 10206, 10207, 10208, 10212, 10213, 10214});
}
bool is_exposing(const Message& m) { return among(m, {10001, 10003, 10004, 10005}); }
bool needs_camera(const Message& m) {
    return is_capture(m) || is_setting(m) || is_astro(m) || among(m, {10016, 10020, 10211, 11200, 11201});
}
bool is_start(const Message& m) { return is_capture(m) || is_astro(m) || among(m, {10211, 11200, 11201}); }
bool is_close(const Message& m) { return m.interface() == 10017; }
bool is_track(const Message& m) { return m.interface() == 11201; }
bool turns_motor(const Message& m) {
    const auto motor = motor_of(m);
    return among(m, {10100, 10107, 10108}) && motor && *motor != Motor::focus;
}
bool starts_motion(const Message& m) { return turns_motor(m) || among(m, {10103, 11203, 11205, 11201}); }

// --- what is known of the scope
bool wide_meant(const Message& m) { return lens_of(m) == Lens::wide; }
bool not_offered(const ScopeState&, const Message& m) {
    const Interface* row = find_interface(m.interface());
    return row != nullptr && !row->offered;
}
bool is_off(const ScopeState& s, const Message&) { return value_of(s.shut_down) == true; }
bool camera_closed(const ScopeState& s, const Message& m) {
    return value_of(wide_meant(m) ? s.wide_camera : s.tele_camera) == CameraState::closed;
}
bool card_lent(const ScopeState& s, const Message&) { return value_of(s.mtp) == true; }
bool card_missing(const ScopeState& s, const Message&) { return value_of(s.card_present) == false; }
bool takes(const ScopeState& s, PhotoState state) { return value_of(s.photo) == state; }
bool takes_panorama(const ScopeState& s, const Message&) { return takes(s, PhotoState::panorama); }
bool takes_darks(const ScopeState& s, const Message&) { return takes(s, PhotoState::dark); }
bool takes_raw(const ScopeState& s, const Message&) { return takes(s, PhotoState::raw); }
bool takes_photo(const ScopeState& s, const Message&) { return takes(s, PhotoState::photo); }
bool takes_anything(const ScopeState& s, const Message&) {
    const auto photo = value_of(s.photo);
    const auto record = value_of(s.record);
    return (photo && *photo != PhotoState::idle) || (record && *record != RecordState::idle);
}
bool takes_frames(const ScopeState& s, const Message& m) { return takes_raw(s, m) || takes_darks(s, m); }
bool records_video(const ScopeState& s, const Message&) { return value_of(s.record) == RecordState::video; }
bool records_lapse(const ScopeState& s, const Message&) { return value_of(s.record) == RecordState::time_lapse; }
bool not_calibrated(const ScopeState& s, const Message&) { return value_of(s.calibration) == Calibration::failed; }
bool calibrates(const ScopeState& s, const Message&) {
    return value_of(s.astro) == AstroState::correcting || value_of(s.calibration) == Calibration::running;
}
bool calculates(const ScopeState& s, const Message&) { return value_of(s.astro) == AstroState::calculating; }
bool stops_goto(const ScopeState& s, const Message&) { return value_of(s.astro) == AstroState::stopping; }
bool follows_sky(const ScopeState& s, const Message&) { return value_of(s.astro) == AstroState::tracking; }
bool tracker_missing(const ScopeState& s, const Message&) { return value_of(s.track) == TrackState::uninitialised; }
bool tracker_starts(const ScopeState& s, const Message&) { return value_of(s.track) == TrackState::initialising; }
bool dark_missing(const ScopeState& s, const Message& m) {
    const auto bin = m.integer("binning");
    const auto gain = m.integer("gain");
    if (!gain || !bin || (*bin != 0 && *bin != 1)) return false;
    const auto& gains = s.dark_gains[static_cast<std::size_t>(*bin)];
    return gains && std::find(gains->value.begin(), gains->value.end(), *gain) == gains->value.end();
}

constexpr GuardRule kRules[] = {
    {"firmware update", any, not_offered, {}, "firmware updates are not offered here; use the vendor's app"},
    {"shut down", any, is_off, {}, "the scope was shut down; switch it on with its button and connect again"},
    {"camera closed", needs_camera, camera_closed, -2, "the camera is closed; open it first (scope open)"},
    {"card lent", is_capture, card_lent, -23,
     "the card is lent to a computer over USB (MTP); unplug it, then switch the scope off and on"},
    {"no card", is_capture, card_missing, -23, "there is no card in the scope; put one in"},
    {"panorama runs", is_start, takes_panorama, -40, "a panorama is being taken; wait or stop it first (scope stop)"},
    {"darks run", is_start, takes_darks, -63, "dark frames are being taken; wait until they are done"},
    {"RAW runs", is_start, takes_raw, -63, "RAW frames are being taken; wait or stop them first (scope stop)"},
    {"photo runs", is_start, takes_photo, -4, "a photo is being taken; wait a moment"},
    {"video runs", is_start, records_video, -3, "a video is being recorded; stop it first (scope stop)"},
    {"time lapse runs", is_start, records_lapse, -35, "a time lapse is being recorded; stop it first (scope stop)"},
    {"frames run", is_exposing, takes_frames, -63,
     "frames are being taken; exposure and gain stay until they are done, or stop them first (scope stop)"},
    {"close while taking", is_close, takes_anything, -4, "pictures are being taken; stop that first (scope stop)"},
    {"move while taking", turns_motor, takes_anything, -63, "pictures are being taken; moving would blur them"},
    {"goto stopping", starts_motion, stops_goto, -31, "the last goto is just stopping; try again in a moment"},
    {"calibration runs", starts_motion, calibrates, -29, "calibration is running; wait until it is done"},
    {"plate solving", starts_motion, calculates, -28, "the scope is finding its place in the sky; wait"},
    {"follows the sky", turns_motor, follows_sky, -30, "the scope follows the sky; stop that first (scope stop)"},
    {"not calibrated", is_goto, not_calibrated, -19, "the last calibration failed; calibrate again before a goto"},
    {"tracker not ready", is_track, tracker_missing, -12, "tracking was not prepared; start it with scope track"},
    {"tracker starting", is_track, tracker_starts, -13, "tracking is being prepared; try again in a moment"},
    {"no darks", is_raw, dark_missing, -41,
     "there are no dark frames for this gain and binning; put the lid on and take them (scope darks)"},
};

}  // namespace

std::span<const GuardRule> guard_rules() { return kRules; }

std::optional<Refusal> refuse(const ScopeState& state, const Message& request) {
    for (const GuardRule& rule : kRules) {
        if (rule.concerns(request) && rule.holds(state, request)) return Refusal{rule.code, std::string(rule.words)};
    }
    return {};
}

}  // namespace nightstack::device::dwarf::jobs
