// SPDX-License-Identifier: MIT
#include "tools/cli/number_between.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace nightstack::tools {
namespace {

TEST(NumberBetween, TakesNumbersWithinBothLimits) {
    for (const char* text : {"0.5", "2", "1.25", "1e0"}) {
        std::string said = text;
        EXPECT_EQ(number_between(0.5, 2.0)(said), "") << text;
    }
    for (const char* text : {"0.4", "2.01", "nan", "-nan", "NAN", "inf", "-inf", "two", "", "1x"}) {
        std::string said = text;
        EXPECT_NE(number_between(0.5, 2.0)(said), "") << text;
    }
    std::string whole = "3";
    EXPECT_EQ(number_between(1, 3)(whole), "");
    whole = "4";
    EXPECT_NE(number_between(1, 3)(whole), "");
}

}  // namespace
}  // namespace nightstack::tools
