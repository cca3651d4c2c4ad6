// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/link_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nightstack {
namespace {

bool every(int, int) { return true; }

TEST(LinkPairs, OfFewTilesAreAll) {
    const auto none = [](int, int) { return 0; };
    for (int n = 0; n <= kFewToLink; ++n)
        EXPECT_EQ(pairs_to_link(n, pairs_to_compare(n, every, none), none).size(),
                  static_cast<std::size_t>(n * (n - 1) / 2 * (n > 0)));
    EXPECT_EQ(pairs_to_compare(kFewToCompare, every, none).size(), 300u);
}

// Neighbours along a line look alike, the nearer the more.
TEST(LinkPairs, OfManyAreTheBestOfEach) {
    const auto alike = [](int i, int j) { return std::max(0, 20 - 2 * (j - i)); };
    const auto pairs = pairs_to_link(200, pairs_to_compare(200, every, alike), alike);
    EXPECT_LT(pairs.size(), 200u * 8);
    const std::set<TilePair> set(pairs.begin(), pairs.end());
    EXPECT_EQ(set.size(), pairs.size());
    for (int i = 0; i + 4 < 200; ++i)
        for (int k = 1; k <= 4; ++k) EXPECT_TRUE(set.contains({i, i + k}));
    EXPECT_TRUE(std::is_sorted(pairs.begin(), pairs.end()));
}

// A thousand copies of one picture must not make half a million pairs.
TEST(LinkPairs, OfAllAlikeStayFew) {
    const auto alike = [](int, int) { return 200; };
    const auto compared = pairs_to_compare(1000, every, alike);
    EXPECT_LE(compared.size(), 24000u);
    EXPECT_LE(pairs_to_link(1000, compared, alike).size(), 16000u);
}

TEST(LinkPairs, AreNoneOfUnlikeTilesAndThoseNotAskedFor) {
    const auto none = [](int, int) { return 0; };
    const auto some = [](int, int) { return 5; };
    EXPECT_TRUE(pairs_to_link(50, pairs_to_compare(50, every, none), none).empty());
    for (const int n : {5, 20, 50})
        for (const auto& [i, j] : pairs_to_link(n,
                                                pairs_to_compare(
                                                    n, [](int a, int b) { return a == 3 || b == 3; }, some),
                                                some))
            EXPECT_TRUE(i == 3 || j == 3);
}

}  // namespace
}  // namespace nightstack
