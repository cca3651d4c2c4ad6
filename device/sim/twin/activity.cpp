// SPDX-License-Identifier: MIT
#include "device/sim/twin/activity.h"

namespace nightstack::device::sim {

Activity activity(const Body& body) {
    if (body.raw.active()) return Activity::raw;
    if (body.darks.running) return Activity::darks;
    if (body.panorama.running) return Activity::panorama;
    if (body.astro.state == Astro::State::calibrating) return Activity::calibrating;
    if (body.astro.state == Astro::State::seeking) return Activity::seeking;
    if (body.astro.state == Astro::State::stopping) return Activity::astro_stopping;
    if (body.focus.running) return body.focus.astro ? Activity::astro_focusing : Activity::focusing;
    if (body.shots.photos_left > 0) return Activity::photo;
    if (body.shots.video) return Activity::video;
    if (body.shots.time_lapse) return Activity::time_lapse;
    return Activity::none;
}

std::string_view activity_name(Activity what) {
    switch (what) {
        case Activity::none: return "none";
        case Activity::photo: return "photo";
        case Activity::video: return "video";
        case Activity::time_lapse: return "time_lapse";
        case Activity::panorama: return "panorama";
        case Activity::raw: return "raw";
        case Activity::darks: return "darks";
        case Activity::calibrating: return "calibrating";
        case Activity::seeking: return "seeking";
        case Activity::astro_stopping: return "astro_stopping";
        case Activity::focusing: return "focusing";
        case Activity::astro_focusing: return "astro_focusing";
    }
    return "";
}

int busy_code(Activity what) {
    switch (what) {
        case Activity::none: return 0;
        case Activity::photo: return -4;
        case Activity::video: return -3;
        case Activity::time_lapse: return -35;
        case Activity::panorama: return -40;
        case Activity::raw: return -63;
        case Activity::darks: return -63;
        case Activity::calibrating: return -29;
        case Activity::seeking: return -28;
        case Activity::astro_stopping: return -31;
        case Activity::focusing: return -36;
        case Activity::astro_focusing: return -47;
    }
    return 0;
}

namespace {

int blocked(const Body& body, const Camera& camera) {
    if (camera.closing) return -44;
    if (!camera.open) return -2;
    return busy_code(activity(body));
}

}  // namespace

int tele_blocked(const Body& body) { return blocked(body, body.cameras.tele); }

int capture_blocked(const Body& body, int camera) {
    if (const int code = blocked(body, body.cameras.of(camera))) return code;
    return card_usable(body.system.card) && room_gb(body.system.card) > 0 ? 0 : -23;
}

}  // namespace nightstack::device::sim
