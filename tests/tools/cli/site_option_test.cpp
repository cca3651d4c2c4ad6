// SPDX-License-Identifier: MIT
#include "tools/cli/site_option.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

TEST(SiteOption, LatitudeThenLongitudeEast) {
    const device::Site site = parse_site("-33.9, +151.2, 20");
    EXPECT_DOUBLE_EQ(site.latitude_deg, -33.9);
    EXPECT_DOUBLE_EQ(site.longitude_deg, 151.2);
    EXPECT_DOUBLE_EQ(site.height_m, 20);
    EXPECT_DOUBLE_EQ(parse_site("48,9").height_m, 0);
    EXPECT_DOUBLE_EQ(parse_site("31.5,35.5,-430").height_m, -430) << "the shore of the Dead Sea";
}

TEST(SiteOption, WhatIsNoPlaceIsRefused) {
    for (const char* text : {"", "48", "48,9,1,2", "91,0", "0,181", "48;9", "nan,0", "48,9,x", "48,9,", "48,9,10001",
                             "+-48,9", "48,9,inf"})
        EXPECT_THROW(parse_site(text), OptionError) << text;
}

}  // namespace
}  // namespace nightstack::tools
