// SPDX-License-Identifier: MIT
#include "tools/cli/columns.h"

#include <gtest/gtest.h>

namespace nightstack::tools {
namespace {

TEST(Columns, AreThoseOfATerminal) {
    EXPECT_EQ(columns_of(""), 0);
    EXPECT_EQ(columns_of("M 42"), 4);
    EXPECT_EQ(columns_of("Jürgen"), 6);
    EXPECT_EQ(columns_of("e\xCC\x81"), 1);         // an accent that sits on a letter
    EXPECT_EQ(columns_of("猎户座"), 6);            // two each
    EXPECT_EQ(columns_of("\xF0\x9F\x94\xAD"), 2);  // a telescope
    EXPECT_EQ(columns_of("\xFF\xFE"), 2);          // no UTF-8: no harm
}

TEST(Fitted, CutsBetweenCharacters) {
    EXPECT_EQ(fitted("M 42", 4), "M 42");
    EXPECT_EQ(fitted("Orion Nebula", 8), "Orion ..");
    EXPECT_EQ(fitted("猎户座大星云", 7), "猎户..");
    EXPECT_EQ(fitted("猎户座", 5), "猎..");  // half a character is none
    EXPECT_EQ(fitted("Orion", 2), "..");
    EXPECT_EQ(fitted("Orion", 0), "");
    EXPECT_EQ(fitted("Orion", -3), "");
}

TEST(Fitted, IsNeverWider) {
    const std::string text = "a猎b\xCC\x81ü\xF0\x9F\x94\xAD\xFF x";
    for (int columns = 0; columns < 14; ++columns) EXPECT_LE(columns_of(fitted(text, columns)), columns);
}

}  // namespace
}  // namespace nightstack::tools
