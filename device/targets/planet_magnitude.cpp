// SPDX-License-Identifier: MIT
#include "device/targets/planet_magnitude.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <initializer_list>

namespace nightstack::device {
namespace {

// North pole of Saturn and its rings at J2000: right ascension 40.589, declination 83.537.
constexpr UnitVector kSaturnPole{0.0854788, 0.0732358, 0.9936448};

constexpr double kMoonDistance_au = 0.00257;  // mean

double polynomial(double x, std::initializer_list<double> coefficients) {
    double sum = 0, power = 1;
    for (const double c : coefficients) {
        sum += c * power;
        power *= x;
    }
    return sum;
}

double length(const UnitVector& a) { return std::sqrt(dot(a, a)); }

// The rings count when eye and Sun see the same side.
double saturn(const Lighting& light) {
    const double eye = -dot(light.sight, kSaturnPole) / length(light.sight);
    const double sun = dot(light.to_sun, kSaturnPole) / length(light.to_sun);
    const double tilt = eye * sun > 0 ? std::sqrt(eye * sun) : 0;
    const double a = light.phase_angle_deg;
    return -8.914 - 1.825 * tilt + 0.026 * a - 0.378 * tilt * std::exp(-2.25 * a);
}

// At 1 au from Sun and eye.
double at_unit_distance(Planet body, const Lighting& light) {
    const double a = light.phase_angle_deg;
    switch (body) {
        case Planet::mercury:
            return polynomial(a, {-0.613, 6.3280e-2, -1.6336e-3, 3.3644e-5, -3.4265e-7, 1.6893e-9, -3.0334e-12});
        case Planet::venus:
            return a < 163.7 ? polynomial(a, {-4.384, -1.044e-3, 3.687e-4, -2.814e-6, 8.938e-9})
                             : polynomial(a, {236.05828, -2.81914, 8.39034e-3});
        case Planet::mars:
            return a < 50 ? polynomial(a, {-1.601, 0.02267, -0.0001302}) : polynomial(a, {-0.367, -0.02573, 0.0003445});
        case Planet::jupiter: return polynomial(std::min(a, 12.0), {-9.395, -3.7e-4, 6.16e-4});
        case Planet::saturn: return saturn(light);
        case Planet::uranus: return polynomial(a, {-7.110, 6.587e-3, 1.045e-4});
        case Planet::neptune: return -7.00;
        case Planet::moon: return polynomial(a, {-12.73, 0.026, 0, 0, 4e-9}) - 5 * std::log10(kMoonDistance_au);
    }
    assert(false);
    return 0;
}

}  // namespace

double planet_magnitude(Planet body, const Lighting& light) {
    return at_unit_distance(body, light) + 5 * std::log10(length(light.sight) * length(light.to_sun));
}

}  // namespace nightstack::device
