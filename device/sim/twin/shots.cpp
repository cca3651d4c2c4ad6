// SPDX-License-Identifier: MIT
#include "device/sim/twin/shots.h"

#include <algorithm>
#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/exposures.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

constexpr SimTime kPhoto{700};  // a frame of a burst, or one photo
constexpr int kMostPhotos = 999;
constexpr int kMostOut_s = 3600;
constexpr int kFramesPerSecond = 25;  // of the time lapse's film
constexpr SimTime kFilmEvery{5000};   // a video is shown by a picture every so often

// `taken`: a photo has been exposed by now, a picture of a film is on its way.
Exposed picture(Body& body, Exposed::Kind kind, int index, int count) {
    Exposed exposed = begin_exposure(body, kind, kind == Exposed::Kind::photo ? body.shots.camera : 0);
    exposed.begin -= SimTime(std::lround(exposed.exposure_s * 1000));
    exposed.session = body.shots.name;
    exposed.index = index;
    exposed.count = count;
    return exposed;
}

// A picture of the running film, and the next one's time.
void film_goes_on(Body& body) {
    Shots& shots = body.shots;
    const auto kind = shots.video ? Exposed::Kind::video : Exposed::Kind::time_lapse;
    tell_exposed(body, picture(body, kind, shots.pictures++, shots.pictures_wanted));
    const SimTime every = shots.video ? kFilmEvery : std::chrono::seconds(shots.interval_s);
    shots.film = body.schedule.add(body.now + every, film_goes_on);
}

void film_ends(Body& body, Exposed::Kind kind) {
    Shots& shots = body.shots;
    body.schedule.cancel(shots.film);
    Exposed last = picture(body, kind, shots.pictures++, shots.pictures_wanted);
    last.last = true;
    tell_exposed(body, std::move(last));
}

void film_begins(Body& body, int pictures) {
    body.shots.pictures = 0;
    body.shots.pictures_wanted = pictures;
    film_goes_on(body);
}

void photo_taken(Body& body) {
    Shots& shots = body.shots;
    shots.photo = {};
    ++(shots.camera == 0 ? shots.photos : shots.wide_photos);
    Exposed photo = picture(body, Exposed::Kind::photo, shots.photos_wanted - shots.photos_left, shots.photos_wanted);
    photo.last = shots.photos_left == 1;
    tell_exposed(body, std::move(photo));
    if (--shots.photos_left > 0) shots.photo = body.schedule.add(body.now + kPhoto, photo_taken);
}

bool refused(Body& body, const Call& call) {
    if (camera_of(call) != 0) {
        stay_silent(body, call, "only the tele camera takes films");
        return true;
    }
    const int code = capture_blocked(body);
    if (code != 0) answer(body, call, code);
    return code != 0;
}

void take_photo(Body& body, const Call& call) {
    const auto camera = camera_of(call);
    if (!camera) return stay_silent(body, call, "no such camera");
    if (const int code = capture_blocked(body, *camera)) return answer(body, call, code);
    const auto mode = call.request.integer("mode").value_or(0);
    const auto count = call.request.integer("count").value_or(1);
    if ((mode != 0 && mode != 1) || count < 1) return stay_silent(body, call, "mode or count");
    body.shots.camera = *camera;
    body.shots.photos_left = mode == 0 ? 1 : static_cast<int>(std::min<std::int64_t>(count, kMostPhotos));
    body.shots.photos_wanted = body.shots.photos_left;
    body.shots.name = safe_name(call, "name", "DWARF_" + compact_time(body));
    body.shots.photo = body.schedule.add(body.now + kPhoto, photo_taken);
    answer(body, call, 0);
}

void start_video(Body& body, const Call& call) {
    if (refused(body, call)) return;
    body.shots.video = true;
    body.shots.name = safe_name(call, "name", "DWARF_" + compact_time(body));
    film_begins(body, 0);
    answer(body, call, 0);
}

// A stop when nothing runs is answered with 0: the wish is fulfilled (a guess).
void stop_video(Body& body, const Call& call) {
    if (body.shots.video) {
        ++body.shots.videos;
        film_ends(body, Exposed::Kind::video);
    }
    body.shots.video = false;
    answer(body, call, 0);
}

void time_lapse_over(Body& body) {
    body.shots.time_lapse = {};
    ++body.shots.time_lapses;
    film_ends(body, Exposed::Kind::time_lapse);
}

void start_time_lapse(Body& body, const Call& call) {
    if (refused(body, call)) return;
    const auto interval = call.request.integer("interval").value_or(0);
    const auto out = call.request.integer("outTime").value_or(0);
    if (interval < 1 || interval > 60 || out < 1) return stay_silent(body, call, "interval or outTime");
    const auto seconds = interval * std::min<std::int64_t>(out, kMostOut_s) * kFramesPerSecond;
    body.shots.interval_s = static_cast<int>(interval);
    body.shots.name = safe_name(call, "name", "DWARF_TL_" + compact_time(body));
    body.shots.time_lapse = body.schedule.add(body.now + std::chrono::seconds(seconds), time_lapse_over);
    film_begins(body, static_cast<int>(seconds / interval));
    answer(body, call, 0);
}

void stop_time_lapse(Body& body, const Call& call) {
    if (body.shots.time_lapse) {
        body.schedule.cancel(body.shots.time_lapse);
        time_lapse_over(body);
    }
    answer(body, call, 0);
}

constexpr Row kRows[] = {{10006, take_photo},
                         {10007, start_video},
                         {10009, stop_video},
                         {10018, start_time_lapse},
                         {10019, stop_time_lapse}};

}  // namespace

void end_shots(Body& body) {
    body.schedule.cancel(body.shots.photo);
    body.schedule.cancel(body.shots.time_lapse);
    body.schedule.cancel(body.shots.film);
    body.shots.photos_left = 0;
    body.shots.video = false;
}

std::span<const Row> shot_rows() { return kRows; }

}  // namespace nightstack::device::sim
