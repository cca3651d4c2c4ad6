// SPDX-License-Identifier: MIT
// Calibration, goto, the sky behind them. Where M 31 stands: astropy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "device/sim/twin/astro_place.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

using namespace std::chrono;

TEST(AstroPlace, AnglesAsText) {
    EXPECT_NEAR(sexagesimal("0h42m44s").value(), 0.712222, 1e-6);
    EXPECT_NEAR(sexagesimal("+41d16m09s").value(), 41.269167, 1e-6);
    EXPECT_NEAR(sexagesimal("-23°46'27.0").value(), -23.774167, 1e-6);
    EXPECT_NEAR(sexagesimal("-0:30:00").value(), -0.5, 1e-9);
    EXPECT_NEAR(sexagesimal("12.5").value(), 12.5, 1e-9);
    for (const char* bad : {"", "-", "h", "1h2m3s4", "nan", "inf", "1e300", "--1", "0x10h", "12 apples 3"})
        EXPECT_FALSE(sexagesimal(bad)) << bad;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    if (at != std::string::npos) text.replace(at, what.size(), by);
    return text;
}

// A target ten degrees up in the east: with the longitude's sign turned it has not risen, as the scope
// sees it. One that has set in the west: farther west it would be up, but it is not found.
TEST(Goto, TheSignOfTheLongitudeCounts) {
    TwinOptions far = options();
    far.site = {45, 48, 0};
    Player p(far);
    p.open();
    const Equatorial east = standing_at({10, 90}, 45, SimTime(0));
    const auto text = [&](const char* number, const char* lon, const std::string& more) {
        return std::string(R"({"interface":)") + number + R"(,"camId":0,"lon":)" + lon +
               R"(,"lat":48,"date":"2023-09-01 21:00:00")" + more + "}";
    };
    const std::string place =
        R"(,"ra":)" + std::to_string(east.ra_deg / 15) + R"(,"dec":)" + std::to_string(east.dec_deg);
    p.send(text("11205", "-45", ""));
    ASSERT_TRUE(p.wait(11205, 1009, 300));
    EXPECT_EQ(p.code(text("11203", "45", place)), -45);
    EXPECT_EQ(p.code(text("11203", "-45", place)), 1003);
    ASSERT_TRUE(p.wait(11203, 1005, 90));
    EXPECT_NEAR(p.at("/astro/told/longitude_east_deg"), 45, 1e-9);

    const Equatorial west = standing_at({-10, 270}, 45, SimTime(0));
    const std::string below =
        R"(,"ra":)" + std::to_string(west.ra_deg / 15) + R"(,"dec":)" + std::to_string(west.dec_deg);
    EXPECT_EQ(p.code(text("11203", "-45", below)), -45);
    EXPECT_EQ(p.code(text("11203", "0", below)), 1003) << "there it would be up";
    EXPECT_TRUE(p.wait(11203, -18, 90)) << "but no star is seen there";
}

TEST(Goto, ADateThatIsWrongMisleadsTheScope) {
    Player p;
    p.calibrate();
    const std::string good = goto_text(p, 12, 270);
    EXPECT_EQ(p.code(replaced(good, "2023-09-01 21", "2023-09-01 23")), -45) << "two hours later it has set";
    EXPECT_EQ(p.code(good), 1003);
}

TEST(Goto, PointsWhereTheStarStands) {
    // astropy: M 31 at 21:00:00.
    const Equatorial m31 = standing_at({43.91709, 72.38945}, 9, SimTime(0));
    EXPECT_NEAR(m31.ra_deg, 10.68333, 2e-3);
    EXPECT_NEAR(m31.dec_deg, 41.26917, 2e-3);
    Player p;
    p.calibrate();
    EXPECT_EQ(p.code(R"({"interface":11203,"camId":0,"lon":-9,"lat":48,"date":"2023-09-01 21:00:00",)"
                     R"("ra":"0h42m44s","dec":"+41d16m09s"})"),
              1003);
    ASSERT_TRUE(p.wait(11203, 1005, 90));
    const AltAz looks{p.at("/pointing/altitude_deg").get<double>(), p.at("/pointing/azimuth_deg").get<double>()};
    const Equatorial there = standing_at(looks, 9, p.now);
    EXPECT_NEAR(there.ra_deg, 10.68333, 1e-4);
    EXPECT_NEAR(there.dec_deg, 41.26917, 1e-4);
}

TEST(Goto, PlanetsAndTexts) {
    Player p;
    p.calibrate();
    // Saturn is 30 degrees up that evening, Mars has set.
    const auto planet = [&](int n) {
        return R"({"interface":11203,"camId":0,"lon":-9,"lat":48,"date":"2023-09-01 22:00:00","path":"x","planet":)" +
               std::to_string(n) + "}";
    };
    EXPECT_EQ(p.code(planet(2)), -45);
    EXPECT_EQ(p.code(planet(9)), 1006);
    EXPECT_EQ(p.code(planet(4)), 1003);
    ASSERT_TRUE(p.wait(11203, 1005, 90));
    EXPECT_EQ(p.at("/astro/planet"), 4);
    EXPECT_NEAR(p.at("/pointing/ra_deg"), 335.7, 0.3);
    // The text form of July 2023.
    EXPECT_EQ(p.code(R"({"interface":11203,"camId":0,"lon":-9,"lat":48,"date":"2023-09-01 21:00:00",)"
                     R"("ra":"0h42m44s","dec":"+41d16m09s"})"),
              1003);
    ASSERT_TRUE(p.wait(11203, 1005, 90));
    EXPECT_NEAR(p.at("/pointing/ra_deg"), 10.6833, 1e-3);
    EXPECT_EQ(p.code(goto_text(p, 89.5)), -46);
    EXPECT_EQ(p.code(R"({"interface":11203,"camId":0})"), 1006);
}

TEST(Goto, TrackingFollowsTheSkyAndStandsAfterIt) {
    Player p;
    p.track();
    const double ra = p.at("/pointing/ra_deg");
    const double azimuth = p.at("/pointing/azimuth_deg");
    p.pass_s(1800);
    EXPECT_NEAR(p.at("/pointing/ra_deg"), ra, 1e-9);
    EXPECT_GT(p.at("/pointing/azimuth_deg").get<double>(), azimuth + 5);
    p.send(R"({"interface":11204,"camId":0})");
    ASSERT_TRUE(p.wait(11204, 1008, 10));
    const double stands = p.at("/pointing/azimuth_deg");
    const double ra_then = p.at("/pointing/ra_deg");
    p.pass_s(1800);
    EXPECT_NEAR(p.at("/pointing/azimuth_deg"), stands, 1e-9);
    EXPECT_NEAR(std::remainder(p.at("/pointing/ra_deg").get<double>() - ra_then, 360), 7.5, 0.1) << "the sky goes on";
}

TEST(Calibration, NeedsAPlaceAndAFocus) {
    Player p;
    p.open();
    EXPECT_EQ(p.code(R"({"interface":11205,"camId":0,"date":"2023-09-01 21:00:00"})"), -19);
    EXPECT_EQ(p.code(R"({"interface":11205,"camId":0,"lon":500,"lat":48})"), -19);
    EXPECT_EQ(p.code(R"({"interface":10100,"id":3,"mode":1,"mStep":8,"speed":2000,"direction":1})"), 0);
    p.pass_s(20);
    EXPECT_GT(p.at("/focus/fwhm_px"), 50) << "at its end";
    p.send(calibration_text(p));
    EXPECT_TRUE(p.wait(11205, -18, 300));
    EXPECT_EQ(p.code(goto_text(p)), -19);
}

TEST(Calibration, CanBeStopped) {
    Player p;
    p.open();
    p.send(calibration_text(p));
    p.pass_s(10);
    EXPECT_EQ(p.code(R"({"interface":11204,"camId":0})"), -31);
    ASSERT_TRUE(p.wait(11204, 1008, 10));
    p.pass_s(200);
    EXPECT_EQ(p.at("/astro/state"), "idle");
    EXPECT_FALSE(p.at("/astro/calibrated"));
}

}  // namespace
}  // namespace nightstack::device::sim::test
