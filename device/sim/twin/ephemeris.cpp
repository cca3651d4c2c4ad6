// SPDX-License-Identifier: MIT
// Planets and Moon to a fraction of a degree; declared in sky_math.h.
#include <cmath>
#include <numbers>

#include "device/sim/twin/sky_math.h"

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr double kObliquity_deg = 23.43928;

// At J2000 and per century: axis (au), eccentricity, inclination, mean longitude, longitude of
// perihelion, longitude of the node (degrees). E. M. Standish, JPL, "Keplerian Elements for
// Approximate Positions of the Major Planets", table 1.
struct Elements {
    double at[6];
    double rate[6];
};
constexpr Elements kEarth = {{1.00000261, 0.01671123, -0.00001531, 100.46457166, 102.93768193, 0},
                             {0.00000562, -0.00004392, -0.01294668, 35999.37244981, 0.32327364, 0}};
constexpr Elements kPlanets[] = {
    {{0.38709927, 0.20563593, 7.00497902, 252.25032350, 77.45779628, 48.33076593},
     {0.00000037, 0.00001906, -0.00594749, 149472.67411175, 0.16047689, -0.12534081}},
    {{0.72333566, 0.00677672, 3.39467605, 181.97909950, 131.60246718, 76.67984255},
     {0.00000390, -0.00004107, -0.00078890, 58517.81538729, 0.00268329, -0.27769418}},
    {{1.52371034, 0.09339410, 1.84969142, -4.55343205, -23.94362959, 49.55953891},
     {0.00001847, 0.00007882, -0.00813131, 19140.30268499, 0.44441088, -0.29257343}},
    {{5.20288700, 0.04838624, 1.30439695, 34.39644051, 14.72847983, 100.47390909},
     {-0.00011607, -0.00013253, -0.00183714, 3034.74612775, 0.21252668, 0.20469106}},
    {{9.53667594, 0.05386179, 2.48599187, 49.95424423, 92.59887831, 113.66242448},
     {-0.00125060, -0.00050991, 0.00193609, 1222.49362201, -0.41897216, -0.28867794}},
    {{19.18916464, 0.04725744, 0.77263783, 313.23810451, 170.95427630, 74.01692503},
     {-0.00196176, -0.00004397, -0.00242939, 428.48202785, 0.40805281, 0.04240589}},
    {{30.06992276, 0.00859048, 1.77004347, -55.12002969, 44.96476227, 131.78422574},
     {0.00026291, 0.00005105, 0.00035372, 218.45945325, -0.32241464, -0.00508664}},
};

struct Vector {
    double x, y, z;
};

Vector heliocentric(const Elements& planet, double centuries) {
    double e[6];
    for (int i = 0; i < 6; ++i) e[i] = planet.at[i] + planet.rate[i] * centuries;
    const double anomaly = std::remainder(e[3] - e[4], 360.0) * kRad;
    double eccentric = anomaly;
    for (int i = 0; i < 8; ++i)
        eccentric -= (eccentric - e[1] * std::sin(eccentric) - anomaly) / (1 - e[1] * std::cos(eccentric));
    const double x = e[0] * (std::cos(eccentric) - e[1]);
    const double y = e[0] * std::sqrt(1 - e[1] * e[1]) * std::sin(eccentric);
    const double w = (e[4] - e[5]) * kRad, node = e[5] * kRad, tilt = e[2] * kRad;
    const double u = x * std::cos(w) - y * std::sin(w), v = x * std::sin(w) + y * std::cos(w);
    return {u * std::cos(node) - v * std::cos(tilt) * std::sin(node),
            u * std::sin(node) + v * std::cos(tilt) * std::cos(node), v * std::sin(tilt)};
}

RaDec of_ecliptic(const Vector& v) {
    const double s = std::sin(kObliquity_deg * kRad), c = std::cos(kObliquity_deg * kRad);
    const double y = v.y * c - v.z * s, z = v.y * s + v.z * c;
    const double ra = std::atan2(y, v.x) / kRad;
    return {ra < 0 ? ra + 360 : ra, std::atan2(z, std::hypot(v.x, y)) / kRad};
}

RaDec moon(double centuries) {
    const auto wave = [&](double start, double rate) { return std::sin((start + rate * centuries) * kRad); };
    const double longitude = 218.32 + 481267.881 * centuries + 6.29 * wave(135.0, 477198.87) -
                             1.27 * wave(259.3, -413335.36) + 0.66 * wave(235.7, 890534.22) +
                             0.21 * wave(269.9, 954397.74) - 0.19 * wave(357.5, 35999.05) -
                             0.11 * wave(186.5, 966404.03);
    const double latitude = 5.13 * wave(93.3, 483202.02) + 0.28 * wave(228.2, 960400.89) - 0.28 * wave(318.3, 6003.15) -
                            0.17 * wave(217.6, -407332.21);
    return of_ecliptic({std::cos(latitude * kRad) * std::cos(longitude * kRad),
                        std::cos(latitude * kRad) * std::sin(longitude * kRad), std::sin(latitude * kRad)});
}

}  // namespace

RaDec planet_place(int planet, std::chrono::system_clock::time_point utc) {
    const double centuries = days_since_j2000(utc) / 36'525;
    if (planet < 0 || planet > 6) return moon(centuries);
    const Vector there = heliocentric(kPlanets[planet], centuries);
    const Vector here = heliocentric(kEarth, centuries);
    return of_ecliptic({there.x - here.x, there.y - here.y, there.z - here.z});
}

}  // namespace nightstack::device::sim
