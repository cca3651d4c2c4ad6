// SPDX-License-Identifier: MIT
#include "pipeline/sky/elementary.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nightstack::sky {
namespace {

TEST(Elementary, LogAgreesWithTheLibrary) {
    for (double x = 1e-300; x < 1e300; x *= 1.37)
        EXPECT_NEAR(log_of(x), std::log(x), 3e-15 * (1 + std::abs(std::log(x)))) << x;
    for (double x = 0.5; x < 2; x += 0.00071)
        EXPECT_NEAR(log_of(x), std::log(x), 3e-16 + 3e-15 * std::abs(std::log(x))) << x;
    EXPECT_EQ(log_of(1), 0);
}

TEST(Elementary, PowerAgreesWithTheLibrary) {
    for (const double y : {-3.0, -0.75, 0.2, 2.5}) {
        for (double x = 0.01; x < 1e4; x *= 1.9) EXPECT_NEAR(power_of(x, y) / std::pow(x, y), 1, 1e-13);
    }
}

TEST(Elementary, DirectionAgreesWithTheLibrary) {
    for (double a = -15; a < 15; a += 0.0173) {
        EXPECT_NEAR(direction_of(a).cos, std::cos(a), 5e-15) << a;
        EXPECT_NEAR(direction_of(a).sin, std::sin(a), 5e-15) << a;
    }
}

}  // namespace
}  // namespace nightstack::sky
