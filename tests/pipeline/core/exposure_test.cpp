// SPDX-License-Identifier: MIT
#include "pipeline/core/exposure.h"

#include <gtest/gtest.h>

namespace nightstack {
namespace {

TEST(Exposure, OnePerCentIsRounding) {
    const auto same = [](double a, double b) { return same_exposure(Seconds(a), Seconds(b)); };
    EXPECT_TRUE(same(15, 15.00001));
    EXPECT_TRUE(same(15.14, 15));
    EXPECT_FALSE(same(15, 15.2));
    EXPECT_FALSE(same(0.001, 0.002));
    EXPECT_TRUE(same(0, 0));
}

TEST(Exposure, UnknownIsLikeUnknownOnly) {
    EXPECT_TRUE(same_exposure(std::nullopt, std::nullopt));
    EXPECT_FALSE(same_exposure(Seconds(15), std::nullopt));
    EXPECT_FALSE(same_exposure(std::nullopt, Seconds(15)));
}

}  // namespace
}  // namespace nightstack
