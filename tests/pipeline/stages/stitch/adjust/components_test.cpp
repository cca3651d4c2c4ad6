// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/components.h"

#include <gtest/gtest.h>

#include <random>

namespace nightstack {
namespace {

TEST(Groups, AreNumberedByTheirFirstTile) {
    const std::vector<RelativeTurn> turns = {{5, 3, {}, 1}, {1, 4, {}, 1}, {4, 6, {}, 1}};
    EXPECT_EQ(groups_of(7, turns), (std::vector<int>{0, 1, 2, 3, 1, 3, 1}));
    EXPECT_EQ(groups_of(0, {}), std::vector<int>{});
    EXPECT_EQ(groups_of(2, {}), (std::vector<int>{0, 1}));
}

TEST(Groups, AreThoseOfASlowFlood) {
    std::mt19937 rng(3);
    for (int round = 0; round < 50; ++round) {
        constexpr int n = 30;
        std::vector<RelativeTurn> turns;
        for (int i = 0; i < 18; ++i) turns.push_back({static_cast<int>(rng() % n), static_cast<int>(rng() % n), {}, 1});
        std::vector<int> slow(n, -1);
        int next = 0;
        for (std::size_t first = 0; first < n; ++first) {
            if (slow[first] >= 0) continue;
            slow[first] = next;
            for (bool more = true; more;) {
                more = false;
                for (const RelativeTurn& t : turns) {
                    int &a = slow[static_cast<std::size_t>(t.a)], &b = slow[static_cast<std::size_t>(t.b)];
                    if ((a == next) == (b == next)) continue;
                    a = b = next;
                    more = true;
                }
            }
            ++next;
        }
        EXPECT_EQ(groups_of(n, turns), slow);
    }
}

TEST(Tree, TakesTheSurestTurns) {
    std::mt19937 rng(4);
    std::vector<Rotation> truth;
    for (int i = 0; i < 12; ++i) truth.push_back(Rotation::looking(0.3 * i, 0.1 * (i % 3), 0.05 * i));
    std::vector<RelativeTurn> turns;
    for (int i = 0; i < 12; ++i)
        for (int j = i + 1; j < 12; ++j) {
            const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
            const bool good = j == i + 1 || rng() % 3 == 0;
            // Whichever is named first.
            const bool swapped = rng() % 2 == 0;
            Rotation turn = truth[a].inverse() * truth[b];
            if (!good) turn = Rotation::about({1, 2, 3});
            turns.push_back(swapped ? RelativeTurn{j, i, turn.inverse(), good ? 10.0 : 1.0}
                                    : RelativeTurn{i, j, turn, good ? 10.0 : 1.0});
        }
    const auto found = turned_along_tree(12, turns);
    for (std::size_t i = 0; i < 12; ++i)
        EXPECT_LT((found[i].inverse() * truth[0].inverse() * truth[i]).angle_rad(), 1e-9);
}

TEST(Tree, StartsEachGroupStraightAhead) {
    const Rotation turn = Rotation::looking(0.4, 0, 0);
    const auto found = turned_along_tree(5, std::vector<RelativeTurn>{{3, 1, turn, 1}});
    EXPECT_EQ(found[0], Rotation());
    EXPECT_EQ(found[1], Rotation());
    EXPECT_EQ(found[4], Rotation());
    EXPECT_LT((found[3] * turn).angle_rad(), 1e-12);
    EXPECT_TRUE(turned_along_tree(0, {}).empty());
}

TEST(Tree, OfALongChainIsNoDeepCall) {
    constexpr int n = 20000;
    std::vector<RelativeTurn> turns;
    for (int i = 1; i < n; ++i) turns.push_back({i - 1, i, Rotation::about({0, 1e-3, 0}), 1});
    const auto found = turned_along_tree(n, turns);
    EXPECT_TRUE(is_rotation(found.back().row_major()));
    EXPECT_EQ(groups_of(n, turns).back(), 0);
}

}  // namespace
}  // namespace nightstack
