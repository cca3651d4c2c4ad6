// SPDX-License-Identifier: MIT
#include "device/sim/sky/body_axes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr double kAuPerDay = 173.1446;  // light

double sine(double degrees) { return std::sin(std::fmod(degrees, 360.0) * kRad); }
double cosine(double degrees) { return std::cos(std::fmod(degrees, 360.0) * kRad); }

double days(SkyTime time) {
    constexpr SkyTime kJ2000 = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1) + std::chrono::hours(12);
    return std::chrono::duration<double, std::ratio<86400>>(time - kJ2000).count();
}

Vec3 cross(const Vec3& a, const Vec3& b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
Vec3 sum(double a, const Vec3& u, double b, const Vec3& v, double c = 0, const Vec3& w = {}) {
    return {a * u.x + b * v.x + c * w.x, a * u.y + b * v.y + c * w.y, a * u.z + b * v.z + c * w.z};
}
Vec3 unit(const Vec3& v) {
    const double length = std::sqrt(dot(v, v));
    return {v.x / length, v.y / length, v.z / length};
}

// Pole and turn about it.
struct Rotation {
    double ra_deg, dec_deg, turn_deg;
};

Rotation moon(double d) {
    const double e1 = 125.045 - 0.0529921 * d, e2 = 250.089 - 0.1059842 * d, e3 = 260.008 + 13.0120009 * d;
    const double e4 = 176.625 + 13.3407154 * d, e6 = 311.589 + 26.4057084 * d, e5 = 357.529 + 0.9856003 * d;
    return {269.9949 - 3.8787 * sine(e1) - 0.1204 * sine(e2) + 0.0700 * sine(e3) - 0.0172 * sine(e4),
            66.5392 + 1.5419 * cosine(e1) + 0.0239 * cosine(e2) - 0.0278 * cosine(e3) + 0.0068 * cosine(e4),
            38.3213 + 13.17635815 * d + 3.5610 * sine(e1) + 0.1208 * sine(e2) - 0.0642 * sine(e3) + 0.0158 * sine(e4) +
                0.0252 * sine(e5) - 0.0066 * sine(e6)};
}

Rotation rotation(Planet body, double d) {
    if (body == Planet::moon) return moon(d);
    if (body == Planet::saturn) return {40.589, 83.537, 38.90 + 810.7939024 * d};
    return {268.057, 64.495, 284.95 + 870.5360000 * d};
}

}  // namespace

BodyAxes body_axes(Planet body, const BodyView& view, SkyTime time) {
    const Rotation r = rotation(body, days(time) - view.distance_au / kAuPerDay);
    BodyAxes axes;
    axes.pole = direction_of(Equatorial{r.ra_deg, r.dec_deg});
    const Vec3 node{-std::sin(r.ra_deg * kRad), std::cos(r.ra_deg * kRad), 0};
    axes.prime = sum(cosine(r.turn_deg), node, sine(r.turn_deg), cross(axes.pole, node));
    axes.east = cross(axes.pole, axes.prime);
    const Vec3 away = direction_of(view.place);
    axes.towards = {-away.x, -away.y, -away.z};
    axes.up = unit(sum(1, axes.pole, -dot(axes.pole, axes.towards), axes.towards));
    axes.right = cross(axes.up, axes.towards);
    const double a = view.place.ra_deg * kRad, limb = view.bright_limb_deg * kRad;
    const Vec3 east{-std::sin(a), std::cos(a), 0}, north = cross(away, east);
    const Vec3 bright = sum(std::cos(limb), north, std::sin(limb), east);
    axes.sun = sum(std::cos(view.phase_angle_deg * kRad), axes.towards, std::sin(view.phase_angle_deg * kRad), bright);
    return axes;
}

std::array<SmallMoon, 4> moons_of_jupiter(SkyTime time) {
    const double d = days(time);
    const double v = 172.74 + 0.00111588 * d, m = 357.529 + 0.9856003 * d;
    const double n = 20.020 + 0.0830853 * d + 0.329 * sine(v), j = 66.115 + 0.9025179 * d - 0.329 * sine(v);
    const double a = 1.915 * sine(m) + 0.020 * sine(2 * m), b = 5.555 * sine(n) + 0.168 * sine(2 * n);
    const double k = j + a - b;
    const double earth = 1.00014 - 0.01671 * cosine(m) - 0.00014 * cosine(2 * m);
    const double sun = 5.20872 - 0.25208 * cosine(n) - 0.00611 * cosine(2 * n);
    const double distance = std::sqrt(sun * sun + earth * earth - 2 * sun * earth * cosine(k));
    const double psi = std::asin(earth / distance * sine(k)) / kRad;
    const double lambda = 34.35 + 0.083091 * d + 0.329 * sine(v) + b;
    const double tilt = 3.12 * sine(lambda + 42.8) - 2.22 * sine(psi) * cosine(lambda + 22) -
                        1.30 * (sun - distance) / distance * sine(lambda - 100.5);
    const double t = d - distance / 173;
    double u1 = 163.8069 + 203.4058646 * t + psi - b, u2 = 358.4140 + 101.2916335 * t + psi - b;
    double u3 = 5.7176 + 50.2345180 * t + psi - b, u4 = 224.8092 + 21.4879800 * t + psi - b;
    const double g = 331.18 + 50.310482 * t, h = 87.45 + 21.569231 * t;
    const double r1 = 5.9057 - 0.0244 * cosine(2 * (u1 - u2)), r2 = 9.3966 - 0.0882 * cosine(2 * (u2 - u3));
    const double r3 = 14.9883 - 0.0216 * cosine(g), r4 = 26.3627 - 0.1939 * cosine(h);
    const double c1 = 0.473 * sine(2 * (u1 - u2)), c2 = 1.065 * sine(2 * (u2 - u3));
    u1 += c1;
    u2 += c2;
    u3 += 0.165 * sine(g);
    u4 += 0.843 * sine(h);
    const auto at = [&](double u, double r, double magnitude) {
        return SmallMoon{r * sine(u), -r * cosine(u) * sine(tilt), cosine(u) < 0, magnitude};
    };
    return {at(u1, r1, 5.02), at(u2, r2, 5.29), at(u3, r3, 4.61), at(u4, r4, 5.65)};
}

}  // namespace nightstack::device::sim
