// SPDX-License-Identifier: MIT
#include "device/sim/sky/mount.h"

#include <bit>
#include <cmath>
#include <numbers>

#include "device/sim/sky/camera.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

// All in pixels of the tele camera at 1x1 (3 seconds of arc); what a small alt-az mount with plastic gears does.
constexpr double kMiss_px = 22;          // sigma, each axis, of a goto
constexpr double kDrift_px_s = 0.015;    // about a minute of arc in half an hour
constexpr double kWobble_px = 1.0;       // amplitude
constexpr double kWobblePeriod_s = 260;  // of a turn of the gear
constexpr double kTremble_px = 0.3;      // sigma, each axis, of a frame

enum Stream : std::uint64_t { miss_stream = 201, drift_stream, wobble_stream, tremble_stream, weather_stream };

double seconds(SkyTime from, SkyTime to) { return std::chrono::duration<double>(to - from).count(); }

// The same for all frames of one goto.
std::uint64_t key_of(const Equatorial& told, std::uint64_t seed, Stream what) {
    const std::uint64_t place =
        sky::mixed(std::bit_cast<std::uint64_t>(told.ra_deg)) ^ std::bit_cast<std::uint64_t>(told.dec_deg);
    return sky::stream_key(seed, what, place);
}

Point along(double length, double turns) {
    return {length * std::cos(kTwoPi * turns), length * std::sin(kTwoPi * turns)};
}

Point added(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }

Point wobble(SkyTime time, std::uint64_t seed) {
    const std::uint64_t key = sky::stream_key(seed, wobble_stream);
    const double turns = seconds(SkyTime{}, time) / kWobblePeriod_s;
    const auto wave = [&](double harmonic, std::uint64_t i) {
        return std::sin(kTwoPi * (std::fmod(turns * harmonic, 1.0) + sky::uniform_at(key, i)));
    };
    return {kWobble_px * (wave(1, 0) + 0.15 * wave(3, 1)), kWobble_px * 0.6 * (wave(1, 2) + 0.2 * wave(2, 3))};
}

// How far the stars stand from where they should, pixels of the tele camera.
Point astray(const Exposed& exposed, const Exposed& first, SkyTime time, std::uint64_t seed) {
    const std::uint64_t miss = key_of(exposed.aim.told, seed, miss_stream);
    const std::uint64_t drift = key_of(exposed.aim.told, seed, drift_stream);
    const std::uint64_t tremble = sky::stream_key(seed, tremble_stream, exposed.number);
    const double since = seconds(first.begin, time);
    Point p{kMiss_px * sky::normal_at(miss, 0), kMiss_px * sky::normal_at(miss, 1)};
    const double rate = kDrift_px_s * (0.5 + sky::uniform_at(drift, 0));
    p = added(p, along(rate * since, sky::uniform_at(drift, 1)));
    const double blown = sky::uniform_at(sky::stream_key(seed, weather_stream), 0);
    const Weather& weather = exposed.weather;
    p = added(p, along(weather.drift_px + weather.drift_px_s * seconds(exposed.begin, time), blown));
    p = added(p, wobble(time, seed));
    return added(p, {kTremble_px * sky::normal_at(tremble, 0), kTremble_px * sky::normal_at(tremble, 1)});
}

}  // namespace

SkyTime middle_of(const Exposed& exposed) {
    return exposed.begin + std::chrono::milliseconds(std::llround(exposed.exposure_s * 500));
}

SkyTime end_of(const Exposed& exposed) {
    return exposed.begin + std::chrono::milliseconds(std::llround(exposed.exposure_s * 1000));
}

Attitude camera_attitude(const Exposed& exposed, const Exposed& first, SkyTime time, const Site& site,
                         std::uint64_t seed) {
    if (!exposed.aim.tracking) return attitude_at(exposed.aim.place, time, site);
    const Vec3 target = attitude_at(exposed.aim.place, exposed.begin, site).ahead;
    const Point off = astray(exposed, first, time, seed);
    const Vec3 ahead = moved(attitude_towards(target, time, site), camera_facts(0).focal_px, off.x, off.y);
    return attitude_towards(ahead, time, site);
}

}  // namespace nightstack::device::sim
