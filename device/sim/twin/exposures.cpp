// SPDX-License-Identifier: MIT
#include "device/sim/twin/exposures.h"

#include <cmath>

#include "device/sim/twin/body.h"
#include "device/sim/twin/pointing.h"

namespace nightstack::device::sim {
namespace {

constexpr double kEvening_c = 14, kNightfall_c = 6, kNightfall_h = 5;  // the air, and what it loses in the night
constexpr double kWarming_c = 12, kWarming_min = 20;                   // by the electronics around the sensor

const Fault* struck(Body& body, Exposed& exposed, const char* name, const Occasion& occasion) {
    const Fault* fault = body.faults.strikes(name, occasion, body.random);
    if (fault == nullptr) return nullptr;
    exposed.faults.emplace_back(name);
    body.log.add(body.now, EventKind::fault, kEveryClient, name);
    return fault;
}

void creep(Body& body, Weather& weather, double px_s) {
    Exposures::Creep& so_far = body.exposures.creep;
    so_far.px += so_far.px_s * std::chrono::duration<double>(body.now - so_far.since).count();
    so_far.px_s = px_s;
    so_far.since = body.now;
    weather.drift_px = so_far.px;
    weather.drift_px_s = px_s;
}

void meet_weather(Body& body, Exposed& exposed, const Occasion& occasion) {
    Weather& weather = exposed.weather;
    if (const Fault* f = struck(body, exposed, "sky.cloud", occasion)) weather.cloud = f->args.loss.value_or(0.5);
    if (const Fault* f = struck(body, exposed, "sky.trail", occasion)) weather.satellites = f->args.trails.value_or(1);
    if (struck(body, exposed, "sky.plane", occasion) != nullptr) weather.plane = true;
    if (const Fault* f = struck(body, exposed, "mount.wind", occasion)) weather.wind_px = f->args.px.value_or(8);
    const Fault* drift = struck(body, exposed, "mount.drift", occasion);
    creep(body, weather, drift == nullptr ? 0 : drift->args.px_s.value_or(0.5));
}

void meet_card(Body& body, Exposed& exposed, const Occasion& occasion) {
    if (const Fault* f = struck(body, exposed, "file.grow", occasion)) {
        const int pieces = f->args.pieces.value_or(10);
        exposed.writing = {1.0 / (pieces + 1), pieces, f->args.ms.value_or(3000)};
    }
    if (const Fault* f = struck(body, exposed, "file.half", occasion))
        exposed.writing = {f->args.share.value_or(0.5), f->args.ms ? 1 : 0, f->args.ms.value_or(0)};
}

}  // namespace

double sensor_c(const Body& body) {
    const double minutes = std::chrono::duration<double, std::ratio<60>>(body.now).count();
    const double air = kEvening_c - kNightfall_c * (1 - std::exp(-minutes / 60 / kNightfall_h));
    return air + kWarming_c * (1 - std::exp(-minutes / kWarming_min));
}

namespace {

// What the camera would take now, whoever asks.
Exposed seen_now(const Body& body, Exposed::Kind kind, int camera) {
    const bool tracking = body.astro.state == Astro::State::tracking;
    const Isp& isp = camera == 0 ? body.tele : body.wide;
    Exposed exposed;
    exposed.kind = kind;
    exposed.camera = camera;
    exposed.begin = std::chrono::floor<std::chrono::milliseconds>(sky_utc(body));
    exposed.exposure_s = isp.exposure_s;
    const bool measured = kind != Exposed::Kind::raw && kind != Exposed::Kind::dark;
    exposed.automatic = measured && isp.exposure_mode != 1;
    exposed.automatic_gain = measured && isp.gain_mode == 0;
    exposed.gain = isp.gain;
    exposed.binning = camera == 0 && kind != Exposed::Kind::photo ? body.cameras.tele.binning : 0;
    exposed.ir_pass = camera == 0 && isp.ir == 3;
    exposed.focus = camera == 0 ? fwhm_px(body) / kBestFwhmPx : 1;
    exposed.sensor_c = sensor_c(body);
    exposed.aim = {pointing(body).place, tracking, tracking ? body.astro.target : Equatorial{}};
    exposed.clock_error = body.clock.error;
    if (body.astro.told)
        exposed.told_site = Site{body.astro.told->longitude_east_deg, body.astro.told->latitude_deg, 0};
    return exposed;
}

// Clouds that stand there now: those that strike every exposure.
double cloud_now(const Body& body) {
    for (const Fault& f : body.faults.all()) {
        const bool here = f.name == "sky.cloud" && !f.frame && f.probability >= 1 && body.now >= f.from;
        if (here && !Faults::over(f, body.now)) return f.args.loss.value_or(0.5);
    }
    return 0;
}

}  // namespace

Exposed live_exposure(const Body& body, int camera) {
    Exposed exposed = seen_now(body, Exposed::Kind::sample, camera);
    exposed.binning = camera == 0 ? 1 : 0;  // the stream's pictures are smaller than either
    exposed.weather.cloud = cloud_now(body);
    exposed.number = static_cast<std::uint64_t>(body.now.count());
    return exposed;
}

Exposed begin_exposure(Body& body, Exposed::Kind kind, int camera, std::optional<int> frame) {
    Exposed exposed = seen_now(body, kind, camera);
    exposed.number = ++body.exposures.numbers;
    const Occasion occasion{body.now, {}, frame};
    if (kind != Exposed::Kind::dark) meet_weather(body, exposed, occasion);
    meet_card(body, exposed, occasion);
    return exposed;
}

bool tell_exposed(Body& body, Exposed exposed) {
    if (!body.options.tell_exposures) return false;
    Exposures& out = body.exposures;
    ++out.told;
    if (out.waiting.size() >= Exposures::kMostWaiting) {
        ++out.lost;
        return false;
    }
    out.waiting.push_back(std::move(exposed));
    return true;
}

}  // namespace nightstack::device::sim
