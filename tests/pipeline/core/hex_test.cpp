// SPDX-License-Identifier: MIT
#include "pipeline/core/hex.h"

#include <gtest/gtest.h>

#include <string>

namespace nightstack {
namespace {

TEST(Hex, DigitsOfBothCases) {
    const std::string digits = "0123456789abcdef", capitals = "0123456789ABCDEF";
    for (int i = 0; i < 16; ++i) {
        EXPECT_EQ(hex_digit(digits[static_cast<std::size_t>(i)]), i);
        EXPECT_EQ(hex_digit(capitals[static_cast<std::size_t>(i)]), i);
    }
    for (const char c : {'/', ':', '@', 'G', '`', 'g', ' ', '\0', '\xFF'}) EXPECT_EQ(hex_digit(c), -1) << c;
}

TEST(Hex, ByteOfTwoDigits) {
    EXPECT_EQ(hex_byte("%2f", 1), '/');
    EXPECT_EQ(hex_byte("fF", 0), '\xFF');
    EXPECT_EQ(hex_byte("00", 0), '\0');
    for (const char* text : {"", "2", "g0", "0g", "-1"}) EXPECT_FALSE(hex_byte(text, 0)) << text;
    EXPECT_FALSE(hex_byte("%2", 1)) << "ends";
    EXPECT_FALSE(hex_byte("%2f", 2)) << "ends";
    EXPECT_FALSE(hex_byte("%2f", 5)) << "begins behind the end";
}

}  // namespace
}  // namespace nightstack
