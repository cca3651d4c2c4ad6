// SPDX-License-Identifier: MIT
#include "device/sim/twin/sky_math.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;

double turn(double degrees) {
    const double rest = std::fmod(degrees, 360.0);
    return rest < 0 ? rest + 360 : rest;
}

struct Direction {
    double x, y, z;
};

Direction direction(double around_deg, double up_deg) {
    return {std::cos(up_deg * kRad) * std::cos(around_deg * kRad),
            std::cos(up_deg * kRad) * std::sin(around_deg * kRad), std::sin(up_deg * kRad)};
}

double up_deg(const Direction& d) { return std::asin(std::clamp(d.z, -1.0, 1.0)) / kRad; }

// Hour angle and declination to azimuth (from north over east) and altitude; the same turn leads back.
Direction tilt(double hour_angle_deg, double dec_deg, double latitude_deg) {
    const Direction d = direction(hour_angle_deg, dec_deg);
    const double s = std::sin(latitude_deg * kRad), c = std::cos(latitude_deg * kRad);
    return {d.z * c - d.x * s, -d.y, d.x * c + d.z * s};
}

}  // namespace

double days_since_j2000(std::chrono::system_clock::time_point utc) {
    constexpr double kNoonOf2000 = 946'728'000;  // Unix seconds
    return (std::chrono::duration<double>(utc.time_since_epoch()).count() - kNoonOf2000) / 86'400;
}

double sidereal_deg(std::chrono::system_clock::time_point utc, double longitude_east_deg) {
    return turn(280.46061837 + 360.98564736629 * days_since_j2000(utc) + longitude_east_deg);
}

Horizontal horizontal(RaDec place, double sidereal, double latitude_deg) {
    const Direction d = tilt(sidereal - place.ra_deg, place.dec_deg, latitude_deg);
    return {up_deg(d), turn(std::atan2(d.y, d.x) / kRad)};
}

RaDec equatorial(Horizontal place, double sidereal, double latitude_deg) {
    const Direction d = tilt(place.azimuth_deg, place.altitude_deg, latitude_deg);
    return {turn(sidereal - std::atan2(d.y, d.x) / kRad), up_deg(d)};
}

double separation_deg(Horizontal a, Horizontal b) {
    const Direction p = direction(a.azimuth_deg, a.altitude_deg), q = direction(b.azimuth_deg, b.altitude_deg);
    return std::acos(std::clamp(p.x * q.x + p.y * q.y + p.z * q.z, -1.0, 1.0)) / kRad;
}

}  // namespace nightstack::device::sim
