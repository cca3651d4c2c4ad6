// SPDX-License-Identifier: MIT
#include "device/targets/solar_system.h"

#include <erfa.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "device/targets/planet_magnitude.h"
#include "device/targets/sky_cells.h"

namespace nightstack::device {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kKmPerAu = 149597870.7;
constexpr double kDaysPerAu = 499.004783836 / 86400;  // light

// Equatorial radii in km; IAU Working Group on Cartographic Coordinates 2015. In the order of Planet.
constexpr double kRadius_km[] = {2440.53, 6051.8, 3396.19, 71492, 60268, 25559, 24764, 1737.4};

UnitVector minus(const UnitVector& a, const UnitVector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double length(const UnitVector& a) { return std::sqrt(dot(a, a)); }

Equatorial direction_of(const UnitVector& a) {
    const double ra = std::atan2(a[1], a[0]) / kDegree;
    return {ra < 0 ? ra + 360 : ra, std::atan2(a[2], std::hypot(a[0], a[1])) / kDegree};
}

// From the barycentre at a time; au.
UnitVector place_of(Planet body, double tt1, double tt2) {
    double sun_to_earth[2][3], earth[2][3], own[2][3];
    eraEpv00(tt1, tt2, sun_to_earth, earth);
    UnitVector place{};
    if (body == Planet::moon) {
        eraMoon98(tt1, tt2, own);
        for (std::size_t i = 0; i < 3; ++i) place[i] = earth[0][i] + own[0][i];
        return place;
    }
    const int number = static_cast<int>(body) + (body >= Planet::mars ? 2 : 1);  // ERFA counts the Earth as 3
    eraPlan94(tt1, tt2, number, own);
    for (std::size_t i = 0; i < 3; ++i) place[i] = earth[0][i] - sun_to_earth[0][i] + own[0][i];
    return place;
}

// Position angle of `towards` (a difference of places) at a direction on the sky, 0..360.
double position_angle_deg(const Equatorial& at, const UnitVector& towards) {
    const double ra = at.ra_deg * kDegree, dec = at.dec_deg * kDegree;
    const UnitVector east{-std::sin(ra), std::cos(ra), 0};
    const UnitVector north{-std::sin(dec) * std::cos(ra), -std::sin(dec) * std::sin(ra), std::cos(dec)};
    const double angle = std::atan2(dot(towards, east), dot(towards, north)) / kDegree;
    return angle < 0 ? angle + 360 : angle;
}

double angle_between_deg(const UnitVector& a, const UnitVector& b) {
    return std::acos(std::clamp(dot(a, b) / length(a) / length(b), -1.0, 1.0)) / kDegree;
}

}  // namespace

BodyView view_of(Planet body, const Horizon& from) {
    const auto [tt1, tt2] = from.terrestrial_time();
    const UnitVector site = from.site_au();
    UnitVector there = place_of(body, tt1, tt2);
    for (int i = 0; i < 2; ++i) there = place_of(body, tt1, tt2 - length(minus(there, site)) * kDaysPerAu);

    const UnitVector sight = minus(there, site);
    const UnitVector to_sun = minus(from.sun_au(), there);
    BodyView view;
    view.place = direction_of(sight);
    view.distance_au = length(sight);
    view.diameter_arcsec =
        2 * std::asin(kRadius_km[static_cast<int>(body)] / kKmPerAu / view.distance_au) / kDegree * 3600;
    view.phase_angle_deg = angle_between_deg(minus(site, there), to_sun);
    view.illuminated = (1 + std::cos(view.phase_angle_deg * kDegree)) / 2;
    view.bright_limb_deg = position_angle_deg(view.place, to_sun);
    view.magnitude = planet_magnitude(body, {sight, to_sun, view.phase_angle_deg});
    return view;
}

Equatorial sun_place(const Horizon& from) { return direction_of(minus(from.sun_au(), from.site_au())); }

}  // namespace nightstack::device
