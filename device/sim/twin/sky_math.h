// SPDX-License-Identifier: MIT
// Directions in the sky, good to a third of a degree (no precession, no refraction): enough to
// tell up from down. Degrees, longitude positive EAST, azimuth from north over east. Pure functions.
#pragma once

#include <chrono>

namespace nightstack::device::sim {

struct Horizontal {
    double altitude_deg = 0;
    double azimuth_deg = 0;
};
struct RaDec {
    double ra_deg = 0;
    double dec_deg = 0;
};

double days_since_j2000(std::chrono::system_clock::time_point utc);
double sidereal_deg(std::chrono::system_clock::time_point utc, double longitude_east_deg);  // local, 0..360
Horizontal horizontal(RaDec place, double sidereal_deg, double latitude_deg);
RaDec equatorial(Horizontal place, double sidereal_deg, double latitude_deg);
double separation_deg(Horizontal a, Horizontal b);

// Where the wire's planet 0..7 (Mercury, Venus, Mars, Jupiter, Saturn, Uranus, Neptune, Moon) stands.
// Keplerian mean elements (JPL, 1800 to 2050) and the Astronomical Almanac's short series of the Moon.
RaDec planet_place(int planet, std::chrono::system_clock::time_point utc);

}  // namespace nightstack::device::sim
