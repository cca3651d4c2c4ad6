// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "device/targets/embedded_atlas.h"
#include "device/targets/find_target.h"
#include "device/targets/star_atlas.h"

namespace nightstack::device {
namespace {

using Kind = AtlasObject::Kind;

Equatorial place_of(const char* words) { return std::get<Equatorial>(find_target(words).place); }

TEST(ExtendedObjects, WhatBelongsToAName) {
    const struct {
        const char* words;
        Kind kind;
        double magnitude, major, minor, angle;
    } known[] = {{"M 31", Kind::galaxy, 3.4, 178, 70, 35},
                 {"M 51", Kind::galaxy, 8.4, 13.7, 11.7, 163},
                 {"M 13", Kind::globular_cluster, 5.8, 16.5, 16.5, 0},
                 {"M 57", Kind::planetary_nebula, 8.8, 1.3, 1.3, 0},
                 {"M 42", Kind::nebula, 4, 90, 60, 0},
                 {"M 45", Kind::open_cluster, 1.6, 110, 110, 0},
                 {"M 15", Kind::globular_cluster, 6.2, 11.1, 11.1, 0}};
    for (const auto& [words, kind, magnitude, major, minor, angle] : known) {
        const auto found = objects_near(place_of(words), 0, magnitude + 1.5);
        const auto is = [&](const AtlasObject& object) {
            return object.kind == kind && std::abs(object.major_arcmin - major) < 1;
        };
        const auto object = std::find_if(found.begin(), found.end(), is);
        ASSERT_NE(object, found.end()) << words;
        EXPECT_NEAR(object->magnitude, magnitude, 1) << words;
        EXPECT_NEAR(object->minor_arcmin, minor, 1) << words;
        EXPECT_NEAR(object->angle_deg, angle, 1) << words;
    }
}

TEST(ExtendedObjects, AllAreInRangeAndBrightestFirst) {
    const auto all = objects_near({0, 0}, 180, 99);
    EXPECT_GT(all.size(), 11000U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const AtlasObject& object = all[i];
        EXPECT_TRUE(object.major_arcmin >= object.minor_arcmin && object.minor_arcmin > 0 && object.major_arcmin < 400);
        EXPECT_TRUE(object.angle_deg >= 0 && object.angle_deg < 180);
        EXPECT_TRUE(object.place.ra_deg >= 0 && object.place.ra_deg < 360 && std::abs(object.place.dec_deg) <= 90);
        EXPECT_TRUE(object.magnitude > 1 && object.magnitude < 25);
        EXPECT_GE(object.magnitude, all[i > 0 ? i - 1 : 0].magnitude);
    }
}

TEST(ExtendedObjects, ReachIntoACone) {
    // The Andromeda Galaxy reaches 1.5 degrees from its middle.
    const auto has_m31 = [](const Equatorial& centre, double radius) {
        const auto found = objects_near(centre, radius, 5);
        return std::any_of(found.begin(), found.end(), [](auto& object) { return object.major_arcmin > 170; });
    };
    EXPECT_TRUE(has_m31({10.68, 43.27}, 1));
    EXPECT_FALSE(has_m31({10.68, 44.27}, 1));
    EXPECT_TRUE(objects_near({10.68, 41.27}, 1, 3).empty());
}

TEST(ExtendedObjects, CarryTheirLicence) {
    EXPECT_NE(object_list().substr(0, 600).find("Attribution-ShareAlike 4.0"), std::string_view::npos);
    EXPECT_NE(object_list().find("Mattia Verga"), std::string_view::npos);
}

}  // namespace
}  // namespace nightstack::device
