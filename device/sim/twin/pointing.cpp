// SPDX-License-Identifier: MIT
#include "device/sim/twin/pointing.h"

#include <cmath>

namespace nightstack::device::sim {
namespace {

device::Utc whole_ms(Utc time) { return std::chrono::floor<std::chrono::milliseconds>(time); }

}  // namespace

Horizon true_horizon(const Body& body) { return {body.options.site, whole_ms(sky_utc(body))}; }

Horizon told_horizon(const Body& body, const ToldPlace& told) {
    return {Site{told.longitude_east_deg, told.latitude_deg, 0}, whole_ms(sky_utc(body) + told.clock_error)};
}

AltAz true_altaz(const Body& body, const Equatorial& place) { return true_horizon(body).altaz_of(place); }

Pointing pointing(const Body& body) {
    const Horizon horizon = true_horizon(body);
    if (body.astro.state == Astro::State::tracking) return {body.astro.target, horizon.altaz_of(body.astro.target)};
    const double azimuth = std::fmod(kTripodAzimuth_deg + body.motors.spin.position(body.now) + 360, 360.0);
    const AltAz place{body.motors.pitch.position(body.now), azimuth};
    return {horizon.place_at(place), place};
}

void point_at(Body& body, const AltAz& place) {
    body.motors.spin.set(std::remainder(place.azimuth_deg - kTripodAzimuth_deg, 360.0));
    body.motors.pitch.set(place.altitude_deg);
    body.motors.angle_known = true;
}

}  // namespace nightstack::device::sim
