// SPDX-License-Identifier: MIT
#include "device/targets/solar_system.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sky_facts.h"

namespace nightstack::device {
namespace {

std::string at(const BodyFact& fact) {
    return std::string(fact.utc) + " " + std::to_string(fact.latitude_deg) + " body " + std::to_string(fact.body);
}

BodyView view_of(const BodyFact& fact) { return view_of(static_cast<Planet>(fact.body), horizon_of(fact)); }

TEST(SolarSystem, PlacesAreAstropys) {
    for (const BodyFact& fact : body_facts()) {
        const BodyView view = view_of(fact);
        EXPECT_LT(between_arcsec(view.place.dec_deg, view.place.ra_deg, fact.place.dec_deg, fact.place.ra_deg), 2)
            << at(fact);
        EXPECT_NEAR(view.distance_au, fact.distance_au, 2e-6) << at(fact);
        EXPECT_TRUE(view.place.ra_deg >= 0 && view.place.ra_deg < 360) << at(fact);
    }
}

// PyEphem uses other series throughout, so this is how good ERFA's are.
TEST(SolarSystem, AndNearThoseOfOtherTheories) {
    const double within_arcsec[] = {20, 20, 20, 90, 90, 90, 15, 20};
    for (const BodyFact& fact : body_facts()) {
        const AltAz seen = horizon_of(fact).altaz_of(view_of(fact).place);
        EXPECT_LT(between_arcsec(seen.altitude_deg, seen.azimuth_deg, fact.seen.altitude_deg, fact.seen.azimuth_deg),
                  within_arcsec[fact.body])
            << at(fact);
    }
}

TEST(SolarSystem, LooksOfTheDiscs) {
    for (const BodyFact& fact : body_facts()) {
        const BodyView view = view_of(fact);
        EXPECT_NEAR(view.illuminated, fact.illuminated, 0.005) << at(fact);
        // PyEphem's Venus has an atmosphere.
        EXPECT_NEAR(view.diameter_arcsec, fact.diameter_arcsec, 0.015 * fact.diameter_arcsec) << at(fact);
        // PyEphem's magnitudes are of 1984, the Moon's only a rule of thumb, Mercury's before the Sun a guess.
        if (fact.body != static_cast<int>(Planet::moon)) {
            EXPECT_NEAR(view.magnitude, fact.magnitude, fact.illuminated < 0.05 ? 1.5 : 0.45) << at(fact);
        }
    }
}

TEST(SolarSystem, TheMoonsBrightness) {
    // Full on 2024-06-22 01:08 UT, in its last quarter on 2024-06-28 21:53 UT.
    const BodyView full = view_of(Planet::moon, Horizon({0, 0, 0}, instant("2024-06-22T01:08:00")));
    EXPECT_NEAR(full.magnitude, -12.7, 0.2);
    EXPECT_GT(full.illuminated, 0.997);
    const BodyView half = view_of(Planet::moon, Horizon({0, 0, 0}, instant("2024-06-28T21:53:00")));
    EXPECT_NEAR(half.magnitude, -10.1, 0.3);
    EXPECT_NEAR(half.illuminated, 0.5, 0.02);
}

TEST(SolarSystem, TheBrightLimbFacesTheSun) {
    for (const BodyFact& fact : body_facts()) {
        const Horizon horizon = horizon_of(fact);
        const BodyView view = view_of(fact);
        const Equatorial sun = sun_place(horizon);
        // A step along the position angle of the limb comes nearer to the Sun, one to the side does not matter.
        const double step = 0.01, angle = view.bright_limb_deg * 0.017453292519943295;
        const double shrink = std::cos(view.place.dec_deg * 0.0174533);
        const auto distance = [&](double turn) {
            return between_arcsec(view.place.dec_deg + step * std::cos(angle + turn),
                                  view.place.ra_deg + step * std::sin(angle + turn) / shrink, sun.dec_deg, sun.ra_deg);
        };
        const double here = between_arcsec(view.place.dec_deg, view.place.ra_deg, sun.dec_deg, sun.ra_deg);
        EXPECT_NEAR(here - distance(0), 36, 0.5) << at(fact);
        EXPECT_NEAR(distance(1.5707963), distance(-1.5707963), 1) << at(fact);
    }
}

TEST(SolarSystem, TheSunAtAnEquinoxAndASolstice) {
    // Astronomical Almanac: equinox 2024-03-20 03:06 UT, solstice 2024-06-20 20:51 UT. J2000 lags by a third of a
    // degree.
    const Equatorial march = sun_place(Horizon({0, 0, 0}, instant("2024-03-20T03:06:00")));
    EXPECT_NEAR(std::remainder(march.ra_deg, 360), -0.31, 0.02);
    EXPECT_NEAR(march.dec_deg, -0.135, 0.01);
    EXPECT_NEAR(sun_place(Horizon({0, 0, 0}, instant("2024-06-20T20:51:00"))).dec_deg, 23.436, 0.005);
}

}  // namespace
}  // namespace nightstack::device
