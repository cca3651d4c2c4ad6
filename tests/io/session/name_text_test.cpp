// SPDX-License-Identifier: MIT
#include "io/session/name_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightstack::io {
namespace {

using namespace std::chrono;

ScopeTime at(int y, unsigned mo, unsigned d, int h = 0, int mi = 0, int s = 0, int ms = 0) {
    return ScopeTime{local_days{year{y} / month{mo} / day{d}}} + hours{h} + minutes{mi} + seconds{s} + milliseconds{ms};
}

TEST(NameText, StampsOfEveryGeneration) {
    EXPECT_EQ(parse_stamp("2024-01-18-21-04-26-954"), at(2024, 1, 18, 21, 4, 26, 954));
    EXPECT_EQ(parse_stamp("20251018-045226559"), at(2025, 10, 18, 4, 52, 26, 559));
    EXPECT_EQ(parse_stamp("20240730-224436"), at(2024, 7, 30, 22, 44, 36));
    EXPECT_EQ(parse_stamp("20230704213819"), at(2023, 7, 4, 21, 38, 19));
    EXPECT_EQ(parse_stamp("2023-06-10T21:38:19.442"), at(2023, 6, 10, 21, 38, 19, 442));
    EXPECT_EQ(parse_stamp("1688500000000"), at(2023, 7, 4, 19, 46, 40));
    EXPECT_EQ(parse_stamp("20230704", true), at(2023, 7, 4));
}

TEST(NameText, NotEveryNumberIsATime) {
    for (const char* text : {"", "0011", "20230704", "20231304213819", "20230230213819", "20230704253819",
                             "99990704213819", "2023-06-10T21:38", "-------", "0000000000000", "12345678901234567890"})
        EXPECT_FALSE(parse_stamp(text)) << text;
}

TEST(NameText, NumbersAreTheWholeTextAndFinite) {
    EXPECT_EQ(whole_number_or_decimal("0.0025"), 0.0025);
    EXPECT_EQ(whole_number_or_decimal("-5"), -5);
    for (const char* text : {"", "-", ".5", "1,5", "1e3", "inf", "nan", "15s", " 1", "99999999999"})
        EXPECT_FALSE(whole_number_or_decimal(text)) << text;
}

}  // namespace
}  // namespace nightstack::io
