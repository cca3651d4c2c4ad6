// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/absolute.h"

#include <gtest/gtest.h>

#include <clocale>
#include <limits>

#include "pipeline/stages/judge/sentence.h"

namespace nightstack {
namespace {

TEST(Absolute, BlackFrames) {
    EXPECT_EQ(refuse_black(0, 0)->reason, Reason::black);
    EXPECT_EQ(refuse_black(0, 0)->text, "every pixel is 0 ADU");
    EXPECT_EQ(refuse_black(4095, 4095)->text, "every pixel is 4095 ADU");
    EXPECT_EQ(refuse_black(-5, -1)->reason, Reason::black);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(refuse_black(nan, nan)->reason, Reason::black);
    EXPECT_FALSE(refuse_black(0, 1));
    EXPECT_FALSE(refuse_black(-3, 200));
}

TEST(Absolute, SaturatedFrames) {
    EXPECT_FALSE(refuse_saturated(0, 8294400));
    EXPECT_FALSE(refuse_saturated(200, 1000));
    EXPECT_FALSE(refuse_saturated(0, 0));
    const auto j = refuse_saturated(640, 1000);
    ASSERT_TRUE(j);
    EXPECT_EQ(j->verdict, Verdict::rejected);
    EXPECT_EQ(j->reason, Reason::saturated);
    EXPECT_EQ(j->text, "64 % of the pixels are saturated, limit 20 %");
    EXPECT_EQ(refuse_saturated(2001, 10000)->text, "20.01 % of the pixels are saturated, limit 20.00 %");
}

TEST(Absolute, StarlessFrames) {
    EXPECT_FALSE(refuse_starless(1));
    EXPECT_EQ(refuse_starless(0)->text, "no star found");
    EXPECT_EQ(refuse_starless(0)->reason, Reason::no_stars);
    EXPECT_EQ(refuse_starless(2, 4)->text, "only 2 stars found, limit 4");
    EXPECT_FALSE(refuse_starless(4, 4));
}

TEST(Sentence, NumbersReadTheSameEverywhere) {
    EXPECT_EQ(written(3.14159, 2), "3.14");
    EXPECT_EQ(written(-0.004, 2), "0.00");
    EXPECT_EQ(written(-0.006, 2), "-0.01");
    EXPECT_EQ(written(1e300, 0).size(), 301U);
    EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN(), 1), "unknown");
    EXPECT_EQ(decimals_to_tell_apart(4.04, 4.0, 1), 2);
    EXPECT_EQ(decimals_to_tell_apart(4.0, 4.0, 1), 5);
}

}  // namespace
}  // namespace nightstack
