// SPDX-License-Identifier: MIT
#include "device/targets/horizon.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"
#include "sky_facts.h"

namespace nightstack::device {
namespace {

std::string at(const StarFact& fact) {
    return std::string(fact.utc) + " " + std::to_string(fact.latitude_deg) + " " + std::to_string(fact.place.ra_deg);
}

TEST(Horizon, StarsStandWhereAstropySeesThem) {
    for (const StarFact& fact : star_facts()) {
        const AltAz seen = horizon_of(fact).altaz_of(fact.place);
        EXPECT_LT(between_arcsec(seen.altitude_deg, seen.azimuth_deg, fact.seen.altitude_deg, fact.seen.azimuth_deg), 1)
            << at(fact);
        EXPECT_TRUE(seen.azimuth_deg >= 0 && seen.azimuth_deg < 360) << at(fact);
    }
}

TEST(Horizon, AndBack) {
    for (const StarFact& fact : star_facts()) {
        const Horizon horizon = horizon_of(fact);
        const Equatorial mine = horizon.place_at(fact.seen);
        EXPECT_LT(between_arcsec(mine.dec_deg, mine.ra_deg, fact.place.dec_deg, fact.place.ra_deg), 1) << at(fact);
        const Equatorial again = horizon.place_at(horizon.altaz_of(fact.place));
        EXPECT_LT(between_arcsec(again.dec_deg, again.ra_deg, fact.place.dec_deg, fact.place.ra_deg), 0.001)
            << at(fact);
    }
}

TEST(Horizon, TheFieldTurnsWithTheParallacticAngle) {
    for (const StarFact& fact : star_facts()) {
        const double turn = horizon_of(fact).parallactic_angle_deg(fact.place);
        // The angle is as uncertain as aberration (20 arcsec) is long beside the way to the zenith.
        const double near = 0.006 / std::max(1e-3, std::cos(fact.seen.altitude_deg * 0.0174533));
        EXPECT_LT(std::abs(std::remainder(turn - fact.turn_deg, 360)), near) << at(fact);
    }
    // In the west the top of the picture leans to the east of north.
    const StarFact& west = star_facts()[0];
    EXPECT_GT(west.seen.azimuth_deg, 180);
    EXPECT_GT(west.turn_deg, 0);
}

TEST(Horizon, DatesBeyondReckoningAreRefused) {
    const Site site{13.4, 52.5, 100};
    EXPECT_THROW(Horizon(site, Utc(std::chrono::milliseconds(-400LL * 365 * 86400 * 1000 * 30))), OptionError);
    EXPECT_NO_THROW(Horizon(site, Utc(std::chrono::milliseconds(0))));
    EXPECT_NO_THROW(Horizon(site, instant("2060-01-01T00:00:00")));
}

}  // namespace
}  // namespace nightstack::device
