// SPDX-License-Identifier: MIT
// One test for each way in which the wire differs from sense.
#include "device/dwarf/protocol/quirks.h"

#include <gtest/gtest.h>

#include <random>

#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/ladders.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

using namespace std::chrono_literals;

// 1 September 2023, 21:05:07.9 UTC
Utc september() { return std::chrono::sys_days(std::chrono::year(2023) / 9 / 1) + 21h + 5min + 7s + 900ms; }

TEST(DwarfQuirks, LongitudeIsPositiveWestOnTheWire) {
    Message message(11205);
    set_site(message, {11.5, 48.25, 0});
    EXPECT_EQ(message.number("lon"), -11.5);
    EXPECT_EQ(message.number("lat"), 48.25);
    EXPECT_EQ(site_of(message)->longitude_deg, 11.5);
    EXPECT_EQ(wire_longitude(-75.5), 75.5);
    EXPECT_EQ(wire_longitude(180), 180);
    EXPECT_EQ(wire_longitude(-180), 180);
    EXPECT_FALSE(std::signbit(wire_longitude(0)));
    EXPECT_THROW(wire_longitude(180.1), OptionError);
    EXPECT_THROW(set_site(message, {0, 90.5, 0}), OptionError);
    EXPECT_FALSE(site_of(Message(11205).set("lon", 1)));
    EXPECT_FALSE(site_of(Message(11205).set("lon", 181).set("lat", 0)));
}

TEST(DwarfQuirks, GotoTakesHoursWithSevenDecimals) {
    EXPECT_EQ(wire_ra_hours(83.6331145), 5.5755410);
    EXPECT_EQ(wire_ra_hours(360), 0);
    EXPECT_EQ(wire_ra_hours(359.9999999999), 0);
    EXPECT_THROW(wire_ra_hours(-0.1), OptionError);
    EXPECT_THROW(wire_ra_hours(361), OptionError);
    Message message(11203);
    set_place(message, Equatorial{83.6331145, 22.0145});
    EXPECT_EQ(encode(message), R"({"interface":11203,"ra":5.575541,"dec":22.0145})");
    const auto place = std::get<Equatorial>(*place_of(message));
    EXPECT_NEAR(place.ra_deg, 83.6331145, 1e-6);
    EXPECT_EQ(place.dec_deg, 22.0145);
    EXPECT_FALSE(place_of(Message(11203).set("ra", 25).set("dec", 0)));
    EXPECT_FALSE(place_of(Message(11203).set("ra", "5h").set("dec", 0)));
}

TEST(DwarfQuirks, APlanetGoesWithZeroes) {
    Message message(11203);
    set_place(message, Planet::moon);
    EXPECT_EQ(encode(message), R"({"interface":11203,"planet":7,"ra":0,"dec":0})");
    EXPECT_EQ(std::get<Planet>(*place_of(message)), Planet::moon);
    EXPECT_FALSE(place_of(Message(11203).set("planet", 8)));
}

TEST(DwarfQuirks, RawTakesPlacesAsText) {
    EXPECT_EQ(wire_ra_text((9 + 45 / 60.0 + 51.10 / 3600) * 15), "09h45m51.10s");
    EXPECT_EQ(wire_dec_text(23 + 46 / 60.0 + 27.0 / 3600),
              "+23\xC2\xB0"
              "46'27.0");
    EXPECT_EQ(wire_ra_text(0), "00h00m00.00s");
    EXPECT_EQ(wire_ra_text(359.99999999), "00h00m00.00s");
    EXPECT_EQ(wire_ra_text(14.99999999), "01h00m00.00s") << "rounds up without 60 in a place";
    EXPECT_EQ(wire_dec_text(-0.5),
              "-00\xC2\xB0"
              "30'00.0")
        << "the sign survives a zero degree";
    EXPECT_EQ(wire_dec_text(89.9999999),
              "+90\xC2\xB0"
              "00'00.0");
    EXPECT_THROW(wire_dec_text(91), OptionError);
    EXPECT_NEAR(*ra_deg_of_text("0h42m44s"), 10.6833333, 1e-6);
    EXPECT_NEAR(*dec_deg_of_text("+23\xC2\xB0"
                                 "46'27.0\""),
                23.774166, 1e-5);
    for (const char* bad : {"", "9h", "9h61m00s", "24h00m00s", "9h45m51.10", "xh45m51s", "9h45m51s ", "-9h45m51s"})
        EXPECT_FALSE(ra_deg_of_text(bad)) << bad;
    for (const char* bad : {"", "+",
                            "91\xC2\xB0"
                            "00'00",
                            "23d46'27",
                            "23\xC2\xB0"
                            "46'99"})
        EXPECT_FALSE(dec_deg_of_text(bad)) << bad;
}

TEST(DwarfQuirks, PlacesAsTextComeBack) {
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        const double ra = std::uniform_real_distribution(0.0, 360.0)(random);
        const double dec = std::uniform_real_distribution(-90.0, 90.0)(random);
        const double back = *ra_deg_of_text(wire_ra_text(ra));
        EXPECT_NEAR(std::remainder(back - ra, 360), 0, 0.005 * 15 / 3600 + 1e-9) << ra;
        EXPECT_NEAR(*dec_deg_of_text(wire_dec_text(dec)), dec, 0.05 / 3600 + 1e-9) << dec;
    }
}

TEST(DwarfQuirks, DatesAreUtcText) {
    EXPECT_EQ(wire_date(september()), "2023-09-01 21:05:07");
    EXPECT_EQ(utc_of_date("2023-09-01 21:05:07"), september() - 900ms);
    for (const char* bad :
         {"", "2023-09-01T21:05:07", "2023-02-29 00:00:00", "2023-09-01 24:00:00", "2023-9-1 21:05:07",
          "2023-09-01 21:05:0x", "4046-09-01 21:05:07", "1969-12-31 23:59:59", "2023-09-01 21:05:077"})
        EXPECT_FALSE(utc_of_date(bad)) << bad;
}

TEST(DwarfQuirks, NamesArePrefixAndDigitsOnly) {
    EXPECT_EQ(name_for(NameKind::raw, september()), "DWARF_RAW_20230901210507");
    EXPECT_EQ(name_for(NameKind::dark, september()), "DWARF_DARK_20230901210507");
    EXPECT_EQ(name_for(NameKind::go_to, september()), "DWARF_GOTO_20230901210507");
    EXPECT_EQ(name_for(NameKind::panorama, september()), "DWARF_PANORAMA_20230901210507");
    EXPECT_EQ(name_for(NameKind::time_lapse, september()), "DWARF_TL_20230901210507");
    EXPECT_EQ(name_for(NameKind::photo, september()), "DWARF_20230901210507");
    EXPECT_TRUE(well_named(NameKind::raw, "DWARF_RAW_20230901210507"));
    EXPECT_FALSE(well_named(NameKind::raw, "DWARF_RAW_M31_20230901210507")) << "the album does not show it";
    EXPECT_FALSE(well_named(NameKind::raw, "DWARF_RAW_"));
    EXPECT_FALSE(well_named(NameKind::raw, "DWARF_DARK_20230901210507"));
}

TEST(DwarfQuirks, TheWideCameraCountsAutoAsThree) {
    EXPECT_EQ(request::exposure_mode(Lens::wide, ExposureMode::automatic).integer("mode"), 3);
    EXPECT_EQ(request::exposure_mode(Lens::tele, ExposureMode::automatic).integer("mode"), 0);
    EXPECT_EQ(request::exposure_mode(Lens::wide, ExposureMode::manual).integer("mode"), 1);
    EXPECT_EQ(exposure_mode_of(Lens::wide, 3), ExposureMode::automatic);
    EXPECT_FALSE(exposure_mode_of(Lens::wide, 0));
    EXPECT_FALSE(exposure_mode_of(Lens::tele, 3));
}

TEST(DwarfQuirks, MotorModesHaveTwoNumberings) {
    EXPECT_EQ(wire_motor_mode(MotorMode::continuous), 1);
    EXPECT_EQ(wire_motor_mode(MotorMode::pulse), 2);
    EXPECT_EQ(motor_mode_of(2), MotorMode::pulse);
    EXPECT_EQ(run_mode_of(0), MotorMode::pulse);
    EXPECT_EQ(run_mode_of(1), MotorMode::continuous);
    EXPECT_FALSE(run_mode_of(2));
}

TEST(DwarfQuirks, TheSpeedAnswerSaysIdWhereOthersSayMotorId) {
    EXPECT_EQ(motor_of(Message(10107).set("id", 2)), Motor::pitch);
    EXPECT_EQ(motor_of(Message(10101).set("motorId", 3)), Motor::focus);
    EXPECT_FALSE(motor_of(Message(10101).set("motorId", 4)));
    const Message request = request::motor_speed(Motor::spin, 100, 10, Trend::accelerate);
    EXPECT_EQ(answers(request, Message(10107).set("id", 1).set("code", 0)), Match::yes);
    EXPECT_EQ(answers(request, Message(10107).set("id", 2).set("code", 0)), Match::no);
}

TEST(DwarfQuirks, GainsOfDarksAreABitMask) {
    const int two[] = {0, 10};
    EXPECT_EQ(gain_mask(two), 3);
    std::vector<int> app;
    for (int gain = 30; gain <= 150; gain += 10) app.push_back(gain);
    EXPECT_EQ(gain_mask(app), 65528);
    EXPECT_EQ(gains_of_mask(65528), app);
    EXPECT_EQ(gains_of_mask(-1).size(), 25U);
    for (const int bad : {-10, 5, 250}) EXPECT_THROW(gain_mask(std::span(&bad, 1)), OptionError);
}

TEST(DwarfQuirks, DarkExposureHasTwoNamesAndTwoUnits) {
    Message message(10026);
    set_dark_exposure(message, 15s);
    EXPECT_EQ(message.integer("darkExp"), 52) << "the last gear";
    EXPECT_EQ(message.integer("darkExposure"), 15);
    const auto read = [](const char* name, double value) {
        const auto seconds = dark_exposure_of(Message(10026).set(name, value));
        return seconds ? seconds->count() : -1;
    };
    EXPECT_EQ(read("darkExposure", 15), 15);
    EXPECT_EQ(read("darkExposure", 0.1), 0.1);
    EXPECT_EQ(read("darkExposure", 52), 15) << "a gear under the other name";
    EXPECT_EQ(read("darkExp", 0), 0.0001);
    EXPECT_EQ(read("darkExp", 52), 15);
    EXPECT_EQ(read("darkExp", 156), 15) << "gears counted in threes";
    EXPECT_EQ(read("darkExp", 0.4), 0.4) << "seconds under the other name";
    EXPECT_EQ(read("darkExp", 155), -1);
    EXPECT_EQ(read("darkExp", 157), -1);
    EXPECT_EQ(read("darkExp", -1), -1);
    EXPECT_EQ(dark_exposure_of(message), Seconds(15)) << "both forms together";
    EXPECT_FALSE(dark_exposure_of(Message(10026)));
}

TEST(DwarfQuirks, ADarkExposureThatIsNoGearGoesAsSecondsOnly) {
    Message message(10026);
    set_dark_exposure(message, 3s);
    EXPECT_EQ(message.find("darkExp"), nullptr);
    EXPECT_EQ(dark_exposure_of(message), Seconds(3));
}

TEST(DwarfQuirks, ADarkRequestMayBeAnsweredByAPowerMessage) {
    const Message darks = request::take_darks({.gains = {80}, .name = "DWARF_DARK_20230901"});
    const Message power = Message(11003).set("value", 100).set("code", 0);
    EXPECT_EQ(answers(darks, power), Match::perhaps);
    EXPECT_EQ(answers(request::version(), power), Match::no);
    EXPECT_EQ(answers(request::power(), power), Match::yes);
    EXPECT_EQ(answers(darks, Message(10026).set("camId", 0).set("code", 0)), Match::yes);
}

TEST(DwarfQuirks, AnswersAreFoundAmongPushes) {
    const Message open = request::open_camera(Lens::tele, Binning::two);
    EXPECT_EQ(answers(open, Message(11011).set("value", 1)), Match::no);
    EXPECT_EQ(answers(open, Message(10000).set("camId", 1).set("code", 0)), Match::no) << "of the other camera";
    EXPECT_EQ(answers(open, Message(10000).set("code", 0)), Match::yes) << "fields may be missing";
    const Message motor = request::start_motor({.motor = Motor::spin});
    EXPECT_EQ(answers(motor, Message(10100).set("motorId", 1).set("code", 0)), Match::yes);
    EXPECT_EQ(answers(motor, Message(10100).set("motorId", 1).set("code", -22).set("limit", 0)), Match::perhaps);
    EXPECT_EQ(answers(motor, Message(10100).set("motorId", 2).set("code", -22).set("limit", 0)), Match::no);
}

TEST(DwarfQuirks, StopRawAlwaysNamesItsCamera) {
    EXPECT_EQ(encode(request::stop_raw()), R"({"interface":10015,"camId":0})");
}

TEST(DwarfQuirks, CodesSayHowFarACommandIs) {
    EXPECT_EQ(step_of(11205, 1001), Step::going);
    EXPECT_EQ(step_of(11205, 1004), Step::going);
    EXPECT_EQ(step_of(11205, 1009), Step::done);
    EXPECT_EQ(step_of(11205, 1002), Step::failed);
    EXPECT_EQ(step_of(11205, -18), Step::failed);
    EXPECT_EQ(step_of(11203, 1004), Step::going);
    EXPECT_EQ(step_of(11203, 1005), Step::done);
    EXPECT_EQ(step_of(11203, 0), Step::done);
    EXPECT_EQ(step_of(11203, -45), Step::failed);
    EXPECT_EQ(step_of(11204, -31), Step::going) << "not an error here";
    EXPECT_EQ(step_of(11204, 1008), Step::done);
    EXPECT_EQ(step_of(10000, -1), Step::done) << "open already";
    EXPECT_EQ(step_of(10003, -1), Step::failed);
    EXPECT_EQ(step_of(10003, 0), Step::done);
}

TEST(DwarfQuirks, PingsAreEmpty) { EXPECT_TRUE(kPingPayload.empty()); }

TEST(DwarfQuirks, WholeNumbersGoWithoutAPoint) {
    EXPECT_EQ(encode(Message(10003).set("value", wire_number(15.0))), R"({"interface":10003,"value":15})");
    EXPECT_EQ(encode(Message(10003).set("value", wire_number(0.01))), R"({"interface":10003,"value":0.01})");
}

TEST(DwarfLadders, HaveTheirGears) {
    EXPECT_EQ(exposure_gears(Lens::tele).size(), 53U);
    EXPECT_EQ(exposure_gears(Lens::wide).size(), 36U);
    EXPECT_EQ(gear_of(Lens::tele, 1.0 / 30), 25);
    EXPECT_EQ(gear_of(Lens::wide, 0.1), 25);
    EXPECT_FALSE(gear_of(Lens::tele, 7));
    for (const Lens lens : {Lens::tele, Lens::wide}) {
        const auto gears = exposure_gears(lens);
        for (std::size_t i = 1; i < gears.size(); ++i) EXPECT_LT(gears[i - 1].seconds, gears[i].seconds);
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf
