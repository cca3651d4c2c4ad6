// SPDX-License-Identifier: MIT
// Brain and pictures reckon alike: where the scope says it points is what its pictures show.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numbers>

#include "device/sim/sky/attitude.h"
#include "device/sim/sky/twin_sky.h"
#include "device/targets/solar_system.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

constexpr Site kSite{9, 48, 300};
constexpr double kArcsec = std::numbers::pi / 180 / 3600;
constexpr double kMiss_arcsec = 22 * 2.991;  // sigma of each axis of a goto: the pointing error that is meant

double arcsec(const Vec3& a, const Vec3& b) {
    const Vec3 d{a.x - b.x, a.y - b.y, a.z - b.z};
    return 2 * std::asin(std::sqrt(dot(d, d)) / 2) / kArcsec;
}

double arcsec(const AltAz& a, const AltAz& b) { return separation_deg(a, b) * 3600; }

TwinOptions telling() {
    TwinOptions o = options();
    o.tell_exposures = true;
    return o;
}

// The frame of a RAW capture of one, where the scope stands now.
Exposed raw_frame(Player& p) {
    EXPECT_EQ(p.code(R"({"interface":10011,"camId":0,"exp":5,"gain":80,"binning":1,"count":1,"name":"DWARF_RAW_1"})"),
              0);
    p.pass_s(8);
    const std::vector<Exposed> taken = p.twin.take_exposed();
    EXPECT_FALSE(taken.empty());
    return taken.empty() ? Exposed{} : taken.back();
}

Vec3 told_pointing(Player& p) {
    return direction_of(Equatorial{p.at("/pointing/ra_deg").get<double>(), p.at("/pointing/dec_deg").get<double>()});
}

TEST(PointingAndPicture, AgreeToAnArcsecondButForTheErrorThatIsMeant) {
    Player p(telling());
    SerialRunner runner;
    TwinSky sky({1, kSite, PixelScale::twelve_bit}, runner);
    p.track();
    const Exposed frame = raw_frame(p);
    const Vec3 says = told_pointing(p);
    EXPECT_LT(arcsec(direction_of(frame.aim.told), says), 0.1);
    EXPECT_LT(arcsec(frame.aim.place, Horizon(kSite, frame.begin).altaz_of(frame.aim.told)), 0.1) << "the true sky's";
    EXPECT_LT(arcsec(attitude_at(frame.aim.place, frame.begin, kSite).ahead, says), 0.5) << "before the mount's error";
    const FrameRecord record = sky.record(frame, frame);
    const double off = arcsec(direction_of(Equatorial{record.ra_deg, record.dec_deg}), says);
    EXPECT_LT(off, 5 * kMiss_arcsec);
    EXPECT_GT(off, 1);
}

TEST(PointingAndPicture, AgreeWhereNothingTracks) {
    Player p(telling());
    SerialRunner runner;
    TwinSky sky({1, kSite, PixelScale::twelve_bit}, runner);
    p.open();
    ASSERT_EQ(p.code(R"({"interface":10100,"id":2,"mode":2,"mStep":1,"speed":1000,"direction":1,"pulse":2400})"), 0);
    p.pass_s(5);
    const AltAz says{p.at("/pointing/altitude_deg").get<double>(), p.at("/pointing/azimuth_deg").get<double>()};
    EXPECT_GT(says.altitude_deg, 20);
    const Exposed frame = raw_frame(p);
    const FrameRecord record = sky.record(frame, frame);
    const Equatorial centre{record.ra_deg, record.dec_deg};
    EXPECT_LT(arcsec(Horizon(kSite, record.middle).altaz_of(centre), says), 1);
}

// A third of a degree off it was, and the Moon one, with a reckoning of the brain's own.
TEST(PointingAndPicture, TheMoonStandsInTheMiddle) {
    TwinOptions late = telling();
    late.switched_on += std::chrono::hours(2);
    Player p(late);
    p.open();
    const std::string place = R"("lon":-9.0,"lat":48.0,"date":"2023-09-01 23:00:00","path":"x")";
    p.send(R"({"interface":11205,"camId":0,)" + place + "}");
    ASSERT_TRUE(p.wait(11205, 1009, 300));
    p.send(R"({"interface":11203,"camId":0,)" + place + R"(,"planet":7,"ra":0,"dec":0})");
    ASSERT_TRUE(p.wait(11203, 1005, 120));
    const Exposed frame = raw_frame(p);
    // The told date is that of the calibration's beginning, minutes ago: the Moon goes half an arcsec in a second.
    const Vec3 moon = direction_of(view_of(Planet::moon, Horizon(kSite, frame.begin)).place);
    EXPECT_LT(arcsec(direction_of(frame.aim.told), moon), 200);
}

}  // namespace
}  // namespace nightstack::device::sim::test
