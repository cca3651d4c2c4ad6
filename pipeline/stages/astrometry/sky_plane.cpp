// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/sky_plane.h"

#include <cassert>
#include <cmath>

namespace nightstack {
namespace {

double turned_positive(double degrees) {
    const double turned = std::fmod(std::fmod(degrees, 360) + 360, 360);
    return turned < 360 ? turned : 0;
}

}  // namespace

Direction direction_of(const SkyPoint& sky) {
    const double ra = sky.ra_deg * kRadiansPerDegree;
    const double dec = sky.dec_deg * kRadiansPerDegree;
    return {std::cos(dec) * std::cos(ra), std::cos(dec) * std::sin(ra), std::sin(dec)};
}

SkyPoint sky_of(const Direction& d) {
    return {turned_positive(std::atan2(d.y, d.x) / kRadiansPerDegree),
            std::atan2(d.z, std::hypot(d.x, d.y)) / kRadiansPerDegree};
}

TangentPlane::TangentPlane(const Direction& touch, double arcsec_per_px)
    : touch_(touch), px_per_radian_(3600 / kRadiansPerDegree / arcsec_per_px) {
    // At a pole every direction is south; there the one of RA 90 degrees is called east.
    const double across = std::hypot(touch.x, touch.y);
    east_ = across > 0 ? Direction{-touch.y / across, touch.x / across, 0} : Direction{0, 1, 0};
    north_ = {touch.y * east_.z - touch.z * east_.y, touch.z * east_.x - touch.x * east_.z,
              touch.x * east_.y - touch.y * east_.x};
}

Point TangentPlane::place(const Direction& d) const {
    const double depth = dot(touch_, d);
    assert(depth > 0);
    const double factor = -px_per_radian_ / depth;
    return {factor * dot(east_, d), factor * dot(north_, d)};
}

Direction TangentPlane::direction(Point p) const {
    const double e = -p.x / px_per_radian_;
    const double n = -p.y / px_per_radian_;
    const double length = std::sqrt(1 + e * e + n * n);
    return {(touch_.x + e * east_.x + n * north_.x) / length, (touch_.y + e * east_.y + n * north_.y) / length,
            (touch_.z + e * east_.z + n * north_.z) / length};
}

double position_angle_deg(const SkyPoint& from, const SkyPoint& to) {
    const double d1 = from.dec_deg * kRadiansPerDegree;
    const double d2 = to.dec_deg * kRadiansPerDegree;
    const double ra = (to.ra_deg - from.ra_deg) * kRadiansPerDegree;
    const double east = std::cos(d2) * std::sin(ra);
    const double north = std::cos(d1) * std::sin(d2) - std::sin(d1) * std::cos(d2) * std::cos(ra);
    return turned_positive(std::atan2(east, north) / kRadiansPerDegree);
}

}  // namespace nightstack
