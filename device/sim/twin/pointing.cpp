// SPDX-License-Identifier: MIT
#include "device/sim/twin/pointing.h"

#include <cmath>

namespace nightstack::device::sim {
namespace {

double true_sidereal(const Body& body) { return sidereal_deg(sky_utc(body), body.options.site.longitude_deg); }

}  // namespace

Horizontal true_horizontal(const Body& body, RaDec place) {
    return horizontal(place, true_sidereal(body), body.options.site.latitude_deg);
}

Pointing pointing(const Body& body) {
    if (body.astro.state == Astro::State::tracking)
        return {body.astro.target, true_horizontal(body, body.astro.target)};
    const double azimuth = std::fmod(kTripodAzimuth_deg + body.motors.spin.position(body.now) + 360, 360.0);
    const Horizontal place{body.motors.pitch.position(body.now), azimuth};
    return {equatorial(place, true_sidereal(body), body.options.site.latitude_deg), place};
}

void point_at(Body& body, Horizontal place) {
    body.motors.spin.set(std::remainder(place.azimuth_deg - kTripodAzimuth_deg, 360.0));
    body.motors.pitch.set(place.altitude_deg);
    body.motors.angle_known = true;
}

}  // namespace nightstack::device::sim
