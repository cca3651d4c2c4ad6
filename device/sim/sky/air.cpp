// SPDX-License-Identifier: MIT
#include "device/sim/sky/air.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/sim/sky/camera.h"
#include "device/sim/sky/starlight.h"
#include "device/targets/solar_system.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr double kNight_mag = 19.0;  // green light of a square second of arc in the zenith: the edge of a small town
constexpr double kTownAzimuth_deg = 235;
constexpr sky::Rgb kTownColour{0.8, 1.0, 0.75};
constexpr sky::Rgb kTwilightColour{0.65, 1.0, 1.1};
constexpr sky::Rgb kMoonlightColour{0.75, 1.0, 0.85};

enum Stream : std::uint64_t { haze_stream = 301, seeing_stream };

// Magnitudes of a square second of arc by the Sun's altitude, measured in many places; linear in between.
double twilight_mag(double sun_altitude_deg) {
    struct Step {
        double altitude_deg, mag;
    };
    constexpr Step kSteps[] = {{-18, 26}, {-16, 22.4}, {-14, 20.9}, {-12, 19.3}, {-9, 16.4}, {-6, 13},
                               {-3, 9.8}, {0, 7},      {5, 5},      {20, 3.8},   {90, 3.4}};
    if (sun_altitude_deg <= kSteps[0].altitude_deg) return 40;
    for (std::size_t i = 1; i < std::size(kSteps); ++i) {
        const Step &a = kSteps[i - 1], &b = kSteps[i];
        if (sun_altitude_deg > b.altitude_deg) continue;
        const double t = (sun_altitude_deg - a.altitude_deg) / (b.altitude_deg - a.altitude_deg);
        return a.mag + t * (b.mag - a.mag);
    }
    return kSteps[std::size(kSteps) - 1].mag;
}

// Krisciunas and Schaefer 1991, PASP 103, 1033: magnitudes of a square second of arc of moonlight alone.
double moonlight_mag(const AltAz& place, const Lights& lights) {
    if (lights.moon.altitude_deg <= 0) return 40;
    constexpr double k = 0.2;
    const double phase = lights.moon_phase_deg;
    const double moon = std::pow(10, -0.4 * (3.84 + 0.026 * phase + 4e-9 * std::pow(phase, 4)));
    const double away = std::max(separation_deg(place, lights.moon), 1.0);
    const double c = std::cos(away * kRad);
    const double scattered = std::pow(10, 5.36) * (1.06 + c * c) + std::pow(10, 6.15 - away / 40);
    const double path = airmass(place.altitude_deg), moon_path = airmass(lights.moon.altitude_deg);
    const double nanolamberts =
        scattered * moon * std::pow(10, -0.4 * k * moon_path) * (1 - std::pow(10, -0.4 * k * path));
    return (20.7233 - std::log(std::max(nanolamberts, 1e-6) / 34.08)) / 0.92104;
}

// Brighter towards the horizon, most so over the town.
double town_factor(const AltAz& place) {
    const double low = std::min(airmass(place.altitude_deg), 6.0) - 1;
    return 1 + low * (0.45 + 0.3 * std::cos((place.azimuth_deg - kTownAzimuth_deg) * kRad));
}

sky::Rgb added(const sky::Rgb& a, const sky::Rgb& b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }

// Electrons per pixel of what has these magnitudes a square second of arc.
sky::Rgb patch(const Exposed& exposed, double mag, const sky::Rgb& colour) {
    const double arcsec = 206264.806 / camera_facts(exposed.camera).focal_px;
    return coloured_electrons(exposed, mag - 2.5 * std::log10(arcsec * arcsec), colour);
}

double brightening(const Exposed& exposed) { return (1 + 1.1 * exposed.weather.cloud) * (exposed.ir_pass ? 1.3 : 1); }

}  // namespace

Lights lights_at(SkyTime time, const Site& site) {
    const Horizon horizon(site, time);
    const BodyView moon = view_of(Planet::moon, horizon);
    return {horizon.altaz_of(sun_place(horizon)), horizon.altaz_of(moon.place), moon.phase_angle_deg};
}

sky::Rgb sky_light(const Exposed& exposed, const AltAz& place, const Lights& lights) {
    sky::Rgb light = patch(exposed, kNight_mag, kTownColour).times(town_factor(place));
    light = added(light, patch(exposed, moonlight_mag(place, lights), kMoonlightColour));
    return added(light.times(brightening(exposed)), day_light(exposed, lights));
}

sky::Rgb day_light(const Exposed& exposed, const Lights& lights) {
    return patch(exposed, twilight_mag(lights.sun.altitude_deg), kTwilightColour).times(brightening(exposed));
}

double transparency(const Exposed& exposed, double altitude_deg, std::uint64_t seed) {
    const std::uint64_t key = sky::stream_key(seed, haze_stream);
    const double hours = std::chrono::duration<double, std::ratio<3600>>(exposed.begin.time_since_epoch()).count();
    const double slow = std::sin(2 * std::numbers::pi * (std::fmod(hours / 1.3, 1.0) + sky::uniform_at(key, 0)));
    const double quick = sky::uniform_at(sky::stream_key(seed, haze_stream, exposed.number + 1), 0);
    const double haze = 0.02 * (1 + slow) + 0.012 * quick;
    return extinction(altitude_deg) * (1 - haze) * (1 - std::clamp(exposed.weather.cloud, 0.0, 1.0));
}

double star_fwhm_px(const Exposed& exposed, double altitude_deg, std::uint64_t seed) {
    const double z = sky::normal_at(sky::stream_key(seed, seeing_stream, exposed.number), 0);
    const double low = std::pow(std::min(airmass(altitude_deg), 10.0), 0.25);
    const double fwhm = camera_facts(exposed.camera).best_fwhm_px * low * std::clamp(1 + 0.03 * z, 0.9, 1.15);
    return std::clamp(fwhm * std::max(exposed.focus, 1.0), 1.2, 150.0);
}

}  // namespace nightstack::device::sim
