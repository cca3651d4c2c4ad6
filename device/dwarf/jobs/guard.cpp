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
    return among(m, {10001, 10003, 10004, 10005, 10203, 10204, 10205, 10206, 10207, 10208, 10212, 10213, 10214, 10016});
}
bool needs_camera(const Message& m) {
    return is_capture(m) || is_setting(m) || is_astro(m) || among(m, {10020, 10211, 11200, 11201});
}
bool writes_to_card(const Message& m) { return is_capture(m) && m.interface() != 10026; }  // darks stay inside
bool wide_meant(const Message& m) { return lens_of(m) == Lens::wide; }
bool sets_tele(const Message& m) { return is_setting(m) && !wide_meant(m); }
// What the scope does only while it does nothing else. The wide camera goes its own ways.
bool needs_rest(const Message& m) {
    if (m.interface() == 11408) return true;
    return !wide_meant(m) && (is_capture(m) || is_astro(m) || among(m, {10017, 10211, 11200, 11201}));
}
bool is_panorama(const Message& m) { return m.interface() == 10103; }
bool is_track(const Message& m) { return m.interface() == 11201; }
bool starts_motor(const Message& m) { return m.interface() == 10100; }
bool turns_scope(const Message& m) {
    const auto motor = motor_of(m);
    return starts_motor(m) && motor && *motor != Motor::focus;
}
bool needs_rest_or_turns(const Message& m) { return needs_rest(m) || turns_scope(m); }
bool ends_tracking(const Message& m) { return among(m, {10011, 10103, 11201, 11203, 11205}); }
bool leaves_the_sky(const Message& m) { return turns_scope(m) || among(m, {10103, 11201, 11205}); }

// --- what is known of the scope
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
bool follows_a_box(const ScopeState& s, const Message&) { return value_of(s.track) == TrackState::tracking; }
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
    {"card lent", writes_to_card, card_lent, -23,
     "the card is lent to a computer over USB (MTP); unplug it, then switch the scope off and on"},
    {"no card", writes_to_card, card_missing, -23, "there is no card in the scope; put one in"},
    {"panorama again", is_panorama, takes_panorama, -8, "a panorama is being taken already (scope stop ends it)"},
    {"panorama runs", needs_rest, takes_panorama, -40, "a panorama is being taken; wait or stop it first (scope stop)"},
    {"panorama turns", starts_motor, takes_panorama, -40, "a panorama is being taken; it turns the motors itself"},
    {"darks run", needs_rest, takes_darks, -63, "dark frames are being taken; wait until they are done"},
    {"RAW runs", needs_rest, takes_raw, -63, "RAW frames are being taken; wait or stop them first (scope stop)"},
    {"photo runs", needs_rest, takes_photo, -4, "a photo is being taken; wait a moment"},
    {"video runs", needs_rest, records_video, -3, "a video is being recorded; stop it first (scope stop)"},
    {"time lapse runs", needs_rest, records_lapse, -35, "a time lapse is being recorded; stop it first (scope stop)"},
    {"frames run", sets_tele, takes_frames, -63,
     "frames are being taken; the camera's settings stay until they are done, or stop them first (scope stop)"},
    // The scope may well obey; the frames would be lost.
    {"move while taking", turns_scope, takes_raw, -63, "RAW frames are being taken; moving would blur them"},
    {"goto stopping", needs_rest_or_turns, stops_goto, -31, "the last goto is just stopping; try again in a moment"},
    {"calibration runs", needs_rest_or_turns, calibrates, -29, "calibration is running; wait until it is done"},
    {"plate solving", needs_rest_or_turns, calculates, -28, "the scope is finding its place in the sky; wait"},
    {"follows a box", ends_tracking, follows_a_box, -15, "the scope tracks an object; stop that first (scope stop)"},
    {"follows the sky", leaves_the_sky, follows_sky, -30, "the scope follows the sky; stop that first (scope stop)"},
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
