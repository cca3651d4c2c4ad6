// SPDX-License-Identifier: MIT
// What astropy and PyEphem say about stars and planets above some sites: make_sky_facts.py.
#pragma once

#include <cstdio>
#include <span>

#include "device/targets/horizon.h"

namespace nightstack::device {

struct StarFact {
    double longitude_deg, latitude_deg, height_m;
    const char* utc;
    Equatorial place;
    AltAz seen;
    double turn_deg;  // position angle of the zenith
};

struct BodyFact {
    double longitude_deg, latitude_deg, height_m;
    const char* utc;
    int body;
    Equatorial place;  // astropy
    double distance_au;
    AltAz seen;  // PyEphem, as all that follows
    double illuminated, magnitude, diameter_arcsec;
};

inline Utc instant(const char* text) {
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    std::sscanf(text, "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &s);
    using namespace std::chrono;
    const auto month_of = month(static_cast<unsigned>(mo));
    return sys_days(year(y) / month_of / day(static_cast<unsigned>(d))) + hours(h) + minutes(mi) + seconds(s);
}

template <class Fact>
Horizon horizon_of(const Fact& fact) {
    return Horizon({fact.longitude_deg, fact.latitude_deg, fact.height_m}, instant(fact.utc));
}

std::span<const StarFact> star_facts();
std::span<const BodyFact> body_facts();

// Between two directions: latitude-like and longitude-like angles.
double between_arcsec(double lat_a_deg, double lon_a_deg, double lat_b_deg, double lon_b_deg);

}  // namespace nightstack::device
