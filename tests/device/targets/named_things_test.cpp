// SPDX-License-Identifier: MIT
#include "device/targets/named_things.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nightstack::device {
namespace {

std::vector<std::string> names_near(const Equatorial& place, double radius_deg, double faintest) {
    std::vector<std::string> names;
    for (const NamedThing& thing : named_near(place, radius_deg, faintest)) names.push_back(thing.name);
    return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(NamedThings, AndromedaAndHerCompanionsBrightestFirst) {
    const auto things = named_near({10.68, 41.27}, 1, 9);
    ASSERT_GE(things.size(), 3u);
    EXPECT_EQ(things[0].name, "M 31 Andromeda Galaxy");
    EXPECT_NEAR(things[0].magnitude, 3.56, 0.01);
    EXPECT_NEAR(things[0].major_arcmin, 177.83, 0.1);
    EXPECT_FALSE(things[0].star);
    EXPECT_TRUE(has(names_near({10.68, 41.27}, 1, 9), "M 32"));
    EXPECT_TRUE(has(names_near({10.68, 41.27}, 1, 9), "M 110"));
    for (std::size_t i = 1; i < things.size(); ++i) EXPECT_GE(things[i].magnitude, things[i - 1].magnitude);
}

TEST(NamedThings, StarsWithTheirBrightness) {
    const auto things = named_near({279.23, 38.78}, 0.5, 9);
    ASSERT_FALSE(things.empty());
    EXPECT_EQ(things[0].name, "Vega");
    EXPECT_TRUE(things[0].star);
    EXPECT_NEAR(things[0].magnitude, 0.03, 0.1);
}

TEST(NamedThings, WhatNoNumberNames) {
    EXPECT_TRUE(has(names_near({344.3, 62.5}, 0.2, 10), "Sh2-155 Cave Nebula"));
    EXPECT_TRUE(has(names_near({56.85, 24.12}, 1, 9), "M 45 Pleiades"));
    EXPECT_TRUE(has(names_near({56.85, 24.12}, 1, 9), "Alcyone"));
}

TEST(NamedThings, NothingTwiceAndNothingFaint) {
    for (const Equatorial place : {Equatorial{187, 12.5}, Equatorial{0.01, 89.9}, Equatorial{0, -89.9}}) {
        auto names = names_near(place, 6, 12);
        EXPECT_FALSE(names.empty());
        std::sort(names.begin(), names.end());
        EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
        for (const NamedThing& thing : named_near(place, 6, 12)) EXPECT_LT(thing.magnitude, 12);
    }
    EXPECT_GT(names_near({187, 12.5}, 6, 12).size(), 30u);
}

TEST(NamedThings, AcrossRightAscensionZero) {
    EXPECT_TRUE(has(names_near({359.9, 29.1}, 3, 4), "Alpheratz"));
    EXPECT_TRUE(has(names_near({2.0, 89.0}, 2, 4), "Polaris"));
}

}  // namespace
}  // namespace nightstack::device
