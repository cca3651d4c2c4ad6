// SPDX-License-Identifier: MIT
#include "pipeline/core/nesting.h"

#include <gtest/gtest.h>

#include <string>

namespace nightstack {
namespace {

std::string times(int n, const std::string& piece) {
    std::string text;
    for (int i = 0; i < n; ++i) text += piece;
    return text;
}

TEST(Nesting, SixteenDeepIsTakenAndSeventeenNot) {
    for (const char* piece : {"[", "{", "{a=[", ".a"}) {
        const int each = std::string(piece) == "{a=[" ? 2 : 1;
        EXPECT_EQ(line_nested_too_deep("a" + times(16 / each, piece)), std::nullopt) << piece;
        EXPECT_EQ(line_nested_too_deep("a" + times(16 / each + 1, piece)), 1U) << piece;
    }
    EXPECT_EQ(line_nested_too_deep("\n\n" + times(10, "[") + "\n" + times(10, "[")), 4U);
    EXPECT_EQ(line_nested_too_deep("a = " + times(10, "[") + times(10, ".a")), 1U) << "together";
}

TEST(Nesting, WidthIsNoDepth) {
    EXPECT_EQ(line_nested_too_deep(times(1000, "[a.b]\nx = [1.5, 2.5, {y = 3.5}]\n")), std::nullopt);
    EXPECT_EQ(line_nested_too_deep("x = [" + times(1000, "1.5, ") + "]"), std::nullopt);
    EXPECT_EQ(line_nested_too_deep(times(1000, "a.b = 1\n")), std::nullopt);
    EXPECT_EQ(line_nested_too_deep(""), std::nullopt);
}

TEST(Nesting, StringsAndCommentsDoNotCount) {
    const std::string deep = times(100, "[");
    for (const std::string& text :
         {"x = \"" + deep + "\"", "x = \"\\\"" + deep + "\"", "x = '" + deep + "'", "# " + deep + "\nx = 1",
          "x = \"\"\"\n\"" + deep + "\n\\\"\"\"" + deep + "\"\"\"", "x = '''\n'" + deep + "\n'''"})
        EXPECT_EQ(line_nested_too_deep(text), std::nullopt) << text;
}

// What only looks like a string hides nothing.
TEST(Nesting, BehindStringsItCounts) {
    const std::string deep = times(100, "[");
    for (const std::string before : {"\"\"", "''", "'\\'", "\"\"\"x\"\"\"\"\"", "\"\"\"x\"\"\"\"", "'''x''''", "''''''",
                                     "\"open\n", "'open\n", "# \"\n", "\"#\""})
        EXPECT_NE(line_nested_too_deep("x = " + before + deep), std::nullopt) << before;
    for (const char* open : {"\"", "'", "\"\"\"", "'''", "\"\\", "\"\"\"\\", "#"})
        EXPECT_EQ(line_nested_too_deep(open), std::nullopt) << "ends with the text";
}

}  // namespace
}  // namespace nightstack
