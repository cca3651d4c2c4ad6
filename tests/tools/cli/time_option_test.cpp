// SPDX-License-Identifier: MIT
#include "tools/cli/time_option.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

TEST(TimeOption, IsUtc) {
    using namespace std::chrono;
    EXPECT_EQ(parse_time("2026-01-18T21:04:26Z"), sys_days(2026y / January / 18) + 21h + 4min + 26s);
    EXPECT_EQ(parse_time("2026-01-18T21:04:26"), parse_time("2026-01-18T21:04:26Z"));
}

TEST(TimeOption, WhatIsNoTimeIsRefused) {
    for (const char* text : {"", "now", "21:04", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z"})
        EXPECT_THROW(parse_time(text), OptionError) << text;
}

}  // namespace
}  // namespace nightstack::tools
