// SPDX-License-Identifier: MIT
#include "pipeline/core/natural_order.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace nightstack {
namespace {

TEST(NaturalLess, PeopleCountFrames) {
    std::vector<std::string> names{"f10", "f9", "F8", "f010", "f1", "g1", "f", "", "f1a", "10", "9", "00009"};
    std::sort(names.begin(), names.end(), natural_less);
    EXPECT_THAT(names, testing::ElementsAre("", "00009", "9", "10", "f", "f1", "f1a", "F8", "f9", "f010", "f10", "g1"));
}

// A sort with an order that contradicts itself runs past its ends.
TEST(NaturalLess, IsAnOrder) {
    std::mt19937 random(7);
    std::vector<std::string> names;
    for (int i = 0; i < 60; ++i) {
        std::string name;
        for (auto n = random() % 6; n > 0; --n) name += "019aA_\xC3\xFF"[random() % 8];
        names.push_back(name);
    }
    for (const auto& a : names) {
        for (const auto& b : names) {
            EXPECT_FALSE(natural_less(a, b) && natural_less(b, a)) << a << " " << b;
            EXPECT_TRUE(a == b || natural_less(a, b) || natural_less(b, a)) << a << " " << b;
            for (const auto& c : names) {
                EXPECT_TRUE(!natural_less(a, b) || !natural_less(b, c) || natural_less(a, c))
                    << a << ' ' << b << ' ' << c;
            }
        }
    }
}

}  // namespace
}  // namespace nightstack
