// SPDX-License-Identifier: MIT
#include "pipeline/core/exponential.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nightstack {
namespace {

TEST(Exponential, AgreesWithTheLibrary) {
    for (double x = -690; x < 690; x += 0.3137) EXPECT_NEAR(exp_of(x) / std::exp(x), 1, 3e-15) << x;
    for (double x = -2; x < 2; x += 0.000917) EXPECT_NEAR(exp_of(x) / std::exp(x), 1, 1e-15) << x;
    EXPECT_EQ(exp_of(0), 1);
}

TEST(Exponential, StaysANormalNumberWhateverIsAsked) {
    for (const double x : {700.0, 1e9, std::numeric_limits<double>::infinity()}) {
        EXPECT_TRUE(std::isnormal(exp_of(x))) << x;
        EXPECT_TRUE(std::isnormal(exp_of(-x))) << x;
        EXPECT_EQ(exp_of(x), exp_of(700));
        EXPECT_EQ(exp_of(-x), exp_of(-700));
    }
}

// The same bits in every build, on every processor: what star lists and rendered nights rest upon.
TEST(Exponential, BitsAreFixed) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (int i = -4000; i <= 4000; ++i) {
        hash = (hash ^ std::bit_cast<std::uint64_t>(exp_of(i * 0.1738))) * 0x100000001b3ULL;
    }
    EXPECT_EQ(hash, 11671477987684818980u);
}

}  // namespace
}  // namespace nightstack
