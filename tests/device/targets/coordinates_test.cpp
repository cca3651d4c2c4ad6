// SPDX-License-Identifier: MIT
#include "device/targets/coordinates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

TEST(Coordinates, AllUsualSpellingsAreOnePlace) {
    for (const char* text : {"05h34m31.9s +22d00m52s", "5h34m31.9s, +22d0m52s", "5:34:31.9 +22:00:52",
                             "05 34 31.9 +22 00 52", "05 34 31.9 22 00 52", "83.6329 22.0144", "83.6329,22.0144",
                             "83.6329d +22.0144d", "5.57553h 22.0144", "05h34m31.9s+22\u00B000\u203252\u2033",
                             "05H34M31.9S +22\u00B000'52\"", "  83.6329   22.0144 ", "83d37m58.4s 22d00m52s"}) {
        const auto place = parse_coordinates(text);
        ASSERT_TRUE(place) << text;
        EXPECT_NEAR(place->ra_deg, 83.6329, 2e-4) << text;
        EXPECT_NEAR(place->dec_deg, 22.0144, 2e-4) << text;
    }
}

TEST(Coordinates, TheSignOfASmallDeclinationCounts) {
    EXPECT_NEAR(parse_coordinates("5h35m17s -0d23m28s").value().dec_deg, -0.3911, 1e-4);
    EXPECT_NEAR(parse_coordinates("5:35:17 \u22120:23:28").value().dec_deg, -0.3911, 1e-4);
}

TEST(Coordinates, NamesAreNone) {
    for (const char* text : {"", " ", "m31", "vega", "NGC 7000", "61 Cygni", "h Persei", "dms", "+", "\xFF"})
        EXPECT_FALSE(parse_coordinates(text)) << text;
    EXPECT_FALSE(parse_coordinates(std::string(1000, '1')));
}

TEST(Coordinates, WhatIsWrongIsSaid) {
    const std::pair<const char*, const char*> cases[] = {
        {"5:34:32", "two angles"},    {"25:00:00 +10:00:00", "0 to 24 h"},
        {"361 10", "0 to 24 h"},      {"-10 10", "0 to 24 h"},
        {"10 95", "-90 to 90"},       {"5h70m00s +10d", "below 60"},
        {"5h10s20m +10d", "order"},   {"10 20 30 40 50", "two angles"},
        {"10,20,30", "two angles"},   {"5h30m +3h", "declination is in"},
        {"1:2:3:4 +5", "one to three"}};
    for (const auto& [text, word] : cases) {
        try {
            parse_coordinates(text);
            ADD_FAILURE() << text;
        } catch (const OptionError& e) {
            EXPECT_NE(std::string(e.what()).find(word), std::string::npos) << text << ": " << e.what();
        }
    }
}

TEST(Coordinates, WrittenAndReadAgain) {
    for (const Equatorial place :
         {Equatorial{83.6329, 22.0144}, Equatorial{0, -0.5}, Equatorial{359.99999, -89.99999}}) {
        const std::string text = format_coordinates(place);
        const Equatorial again = parse_coordinates(text).value();
        EXPECT_NEAR(again.dec_deg, place.dec_deg, 2e-4) << text;
        EXPECT_NEAR(std::remainder(again.ra_deg - place.ra_deg, 360), 0, 4e-4) << text;
    }
}

}  // namespace
}  // namespace nightstack::device
