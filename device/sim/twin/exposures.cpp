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

void meet_weather(Body& body, Exposed& exposed, const Occasion& occasion) {
    Weather& weather = exposed.weather;
    if (const Fault* f = struck(body, exposed, "sky.cloud", occasion)) weather.cloud = f->args.loss.value_or(0.5);
    if (const Fault* f = struck(body, exposed, "sky.trail", occasion)) weather.satellites = f->args.trails.value_or(1);
    if (struck(body, exposed, "sky.plane", occasion) != nullptr) weather.plane = true;
    if (const Fault* f = struck(body, exposed, "mount.wind", occasion)) weather.wind_px = f->args.px.value_or(8);
    if (const Fault* f = struck(body, exposed, "mount.drift", occasion))
        weather.drift_px_s = f->args.px_s.value_or(0.5);
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

Exposed begin_exposure(Body& body, Exposed::Kind kind, int camera, std::optional<int> frame) {
    const bool tracking = body.astro.state == Astro::State::tracking;
    const Isp& isp = camera == 0 ? body.tele : body.wide;
    Exposed exposed;
    exposed.kind = kind;
    exposed.camera = camera;
    exposed.begin = std::chrono::floor<std::chrono::milliseconds>(sky_utc(body));
    exposed.exposure_s = isp.exposure_s;
    exposed.automatic = isp.exposure_mode != 1 && kind != Exposed::Kind::raw && kind != Exposed::Kind::dark;
    exposed.gain = isp.gain;
    exposed.binning = camera == 0 && kind != Exposed::Kind::photo ? body.cameras.tele.binning : 0;
    exposed.ir_pass = camera == 0 && isp.ir == 3;
    exposed.focus = camera == 0 ? fwhm_px(body) / kBestFwhmPx : 1;
    exposed.sensor_c = sensor_c(body);
    exposed.aim = {pointing(body).place, tracking, tracking ? body.astro.target : Equatorial{}};
    exposed.clock_error = body.clock.error;
    if (body.astro.told)
        exposed.told_site = Site{body.astro.told->longitude_east_deg, body.astro.told->latitude_deg, 0};
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
