// SPDX-License-Identifier: MIT
// Hostile text: UTF-8, what may be shown, percent signs.
#include <gtest/gtest.h>

#include "pipeline/core/percent.h"
#include "pipeline/core/printable.h"
#include "pipeline/core/utf8.h"

namespace nightstack {
namespace {

TEST(Utf8, LengthsByTheTable) {
    EXPECT_EQ(utf8_length("a"), 1U);
    EXPECT_EQ(utf8_length("\xC3\xA9"), 2U);
    EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3U);
    EXPECT_EQ(utf8_length("\xF0\x9F\x8C\x8C"), 4U);
    EXPECT_EQ(utf8_length("x\xC3\xA9", 1), 2U);
    for (const char* bad : {"", "\x80", "\xC3", "\xC0\xAF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xE2\x82g"})
        EXPECT_EQ(utf8_length(bad), 0U) << bad;
    EXPECT_TRUE(valid_utf8("M 31 \xE2\x82\xAC"));
    EXPECT_FALSE(valid_utf8("M 31 \xE2\x82"));
}

TEST(Utf8, IsCutBetweenCharacters) {
    EXPECT_EQ(utf8_prefix("abc", 5), "abc");
    EXPECT_EQ(utf8_prefix("abc", 2), "ab");
    EXPECT_EQ(utf8_prefix("a\xE2\x82\xAC", 3), "a");
    EXPECT_EQ(utf8_prefix("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
    EXPECT_EQ(utf8_prefix("\xE2\x82\xAC", 1), "");
    EXPECT_EQ(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size(), 5U) << "no text at all";
}

// A name must not look like another: "gnp.exe" that is shown as "exe.png".
TEST(Printable, MarksOfDirectionAreShownAsNumbers) {
    for (const char* mark :
         {"\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
          "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9"}) {
        const std::string shown = printable(std::string("a") + mark + "b");
        EXPECT_EQ(shown.substr(0, 5), "a\\xE2") << shown;
        EXPECT_EQ(shown.size(), 14U);
    }
    for (const char* harmless : {"\xE2\x80\x8D", "\xE2\x80\x90", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\xA5",
                                 "\xE2\x81\xAA", "\xD7\x90", "\xC2\xB0"})
        EXPECT_EQ(printable(harmless), harmless);
    EXPECT_EQ(printable("\xC2\x85"), "\\xC2\\x85");
}

TEST(Percent, SignsWithTwoDigitsAreBytes) {
    EXPECT_EQ(percent_decoded("a%20b%C3%a9"), "a b\xC3\xA9");
    EXPECT_EQ(percent_decoded("100%, %4g%4"), "100%, %4g%4");
    EXPECT_EQ(percent_decoded("a+b"), "a+b");
    EXPECT_EQ(percent_decoded("a+b%2B", ' '), "a b+");
}

}  // namespace
}  // namespace nightstack
