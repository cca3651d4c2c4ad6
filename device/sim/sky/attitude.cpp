// SPDX-License-Identifier: MIT
#include "device/sim/sky/attitude.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;

Vec3 sum(double a, const Vec3& u, double b, const Vec3& v, double c = 0, const Vec3& w = {}) {
    return {a * u.x + b * v.x + c * w.x, a * u.y + b * v.y + c * w.y, a * u.z + b * v.z + c * w.z};
}

Vec3 unit(const Vec3& v) {
    const double length = std::sqrt(dot(v, v));
    return {v.x / length, v.y / length, v.z / length};
}

Vec3 cross(const Vec3& a, const Vec3& b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

// Level with the ground, to the right of who looks there. Light bends on its way to a moving Earth, by 20 seconds of
// arc at most: so much the ground is no plane in the sky, and by so much `right` is first turned upright to `ahead`.
Attitude attitude_in(const Horizon& horizon, const Vec3& ahead, double azimuth_deg) {
    const Vec3 level = direction_of(horizon.place_at({0, azimuth_deg + 90}));
    const Vec3 right = unit(sum(1, level, -dot(level, ahead), ahead));
    return {right, cross(right, ahead), ahead};
}

}  // namespace

Vec3 direction_of(const Equatorial& place) {
    const double a = place.ra_deg * kRad, d = place.dec_deg * kRad;
    return {std::cos(d) * std::cos(a), std::cos(d) * std::sin(a), std::sin(d)};
}

Equatorial place_of(const Vec3& d) {
    const double ra = std::atan2(d.y, d.x) / kRad;
    return {ra < 0 ? ra + 360 : ra, std::atan2(d.z, std::hypot(d.x, d.y)) / kRad};
}

Attitude attitude_at(const AltAz& place, SkyTime time, const Site& site) {
    const Horizon horizon(site, time);
    return attitude_in(horizon, direction_of(horizon.place_at(place)), place.azimuth_deg);
}

Attitude attitude_towards(const Vec3& ahead, SkyTime time, const Site& site) {
    const Horizon horizon(site, time);
    return attitude_in(horizon, ahead, horizon.altaz_of(place_of(ahead)).azimuth_deg);
}

AltAz altaz_of(const Vec3& direction, SkyTime time, const Site& site) {
    return Horizon(site, time).altaz_of(place_of(direction));
}

Vec3 moved(const Attitude& a, double focal_px, double dx, double dy) {
    return unit(sum(1, a.ahead, -dx / focal_px, a.right, dy / focal_px, a.up));
}

double rotation_deg(const Attitude& attitude) {
    const Equatorial place = place_of(attitude.ahead);
    const double a = place.ra_deg * kRad, d = place.dec_deg * kRad;
    const Vec3 north{-std::sin(d) * std::cos(a), -std::sin(d) * std::sin(a), std::cos(d)};
    const Vec3 east{-std::sin(a), std::cos(a), 0};
    return std::atan2(dot(attitude.up, east), dot(attitude.up, north)) / kRad;
}

Point pixel_of(const Vec3& d, const Attitude& a, const Plane& plane) {
    const Point middle = plane.middle();
    const double scale = plane.focal_px / dot(d, a.ahead);
    return {middle.x + scale * dot(d, a.right), middle.y - scale * dot(d, a.up)};
}

Vec3 direction_of(Point pixel, const Attitude& a, const Plane& plane) {
    const Point middle = plane.middle();
    return unit(sum(plane.focal_px, a.ahead, pixel.x - middle.x, a.right, middle.y - pixel.y, a.up));
}

Transform to_from(const Attitude& to, const Attitude& from, const Plane& plane) {
    const Point c = plane.middle();
    const double f = plane.focal_px;
    const Transform rays_from_pixels({1 / f, 0, -c.x / f, 0, 1 / f, -c.y / f, 0, 0, 1});
    const Transform pixels_from_rays({f, 0, c.x, 0, f, c.y, 0, 0, 1});
    const Vec3 down_from{-from.up.x, -from.up.y, -from.up.z};
    const Vec3* source[3] = {&from.right, &down_from, &from.ahead};
    const Vec3 down_to{-to.up.x, -to.up.y, -to.up.z};
    const Vec3* target[3] = {&to.right, &down_to, &to.ahead};
    std::array<double, 9> turn{};
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) turn[static_cast<std::size_t>(3 * i + j)] = dot(*target[i], *source[j]);
    }
    std::array<double, 9> m = (pixels_from_rays * Transform(turn) * rays_from_pixels).row_major();
    const double last = m[8];
    for (double& v : m) v /= last;
    return Transform(m);
}

}  // namespace nightstack::device::sim
