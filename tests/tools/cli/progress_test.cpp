// SPDX-License-Identifier: MIT
#include "tools/cli/progress.h"

#include <gtest/gtest.h>

namespace nightstack::tools {
namespace {

TEST(DurationText, ReadsAsPeopleSayIt) {
    EXPECT_EQ(duration_text(0), "0.0 s");
    EXPECT_EQ(duration_text(3.44), "3.4 s");
    EXPECT_EQ(duration_text(125), "2 min 05 s");
    EXPECT_EQ(duration_text(3599.6), "1 h 00 min");
    EXPECT_EQ(duration_text(4320), "1 h 12 min");
}

TEST(DurationText, NeverSaysSixtySeconds) { EXPECT_EQ(duration_text(59.97), "1 min 00 s"); }

}  // namespace
}  // namespace nightstack::tools
