// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/catalogue_field.h"

#include <gtest/gtest.h>

#include <limits>

namespace nightstack {
namespace {

TEST(CatalogueField, RanksAmongNeighboursOnly) {
    // A crowd of ten at one place, two lonely stars fainter than all of them two degrees away.
    std::vector<CatalogueStar> stars;
    for (int i = 0; i < 10; ++i) stars.push_back({{100 + 0.01 * i, 0}, 5 + 0.1 * i});
    stars.push_back({{102, 0}, 9});
    stars.push_back({{102.1, 0}, 9.5});
    const CatalogueField field(stars, {101, 0}, 3, 1, 5);
    ASSERT_EQ(field.stars().size(), 12u);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(field.stars()[static_cast<std::size_t>(i)].rank, i);
    EXPECT_EQ(field.stars()[10].rank, 0);
    EXPECT_EQ(field.stars()[11].rank, 1);
    const BrightSky bright = field.brighter_than_rank(3, 2, 0.95);
    EXPECT_EQ(bright.sky.size(), 5u);
    EXPECT_EQ(bright.anchors, 0) << "both groups begin a degree away";
    EXPECT_EQ(field.brighter_than_rank(3, 1, 1.05).anchors, 2);
    EXPECT_EQ(field.in_cone(direction_of({102, 0}), 0.5).size(), 2u);
}

TEST(CatalogueField, LeavesOutTwinsStrangersAndWhatLiesElsewhere) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<CatalogueStar> stars{{{0, 80}, 7},      {{0.001, 80}, 6},  // 0.6 arcsec
                                           {{360.05, 80}, 8}, {{180, 80}, 3},   {{nan, 80}, 1},
                                           {{0, nan}, 1},     {{0, 80.2}, nan}, {{0, 95}, 1}};
    const CatalogueField field(stars, {359.9, 80}, 1, 1, 5);
    ASSERT_EQ(field.stars().size(), 2u);
    EXPECT_LT(separation_deg(sky_of(field.stars()[0].direction), {0.001, 80}), 1e-9) << "the brighter of the twins";
}

TEST(CatalogueField, HasABottom) {
    std::vector<CatalogueStar> stars;
    for (int i = 0; i < 2 * kMostRank; ++i) stars.push_back({{0.002 * i, 0}, 0.01 * i});
    EXPECT_EQ(CatalogueField(stars, {0.4, 0}, 3, 4, 1).stars().size(), static_cast<std::size_t>(kMostRank));
}

}  // namespace
}  // namespace nightstack
