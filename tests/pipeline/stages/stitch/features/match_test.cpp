// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/every_level.h"

namespace nightstack {
namespace {

std::vector<Description> random_looks(std::size_t count, unsigned seed, unsigned most = 256) {
    std::mt19937 rng(seed);
    std::vector<Description> out(count);
    for (Description& d : out)
        for (std::uint8_t& v : d) v = static_cast<std::uint8_t>(rng() % most);
    return out;
}

// Those of `in` a little changed, in another order.
std::vector<Description> blurred_looks(std::vector<Description> in, unsigned seed) {
    std::mt19937 rng(seed);
    std::shuffle(in.begin(), in.end(), rng);
    for (Description& d : in)
        for (std::uint8_t& v : d)
            v = static_cast<std::uint8_t>(std::clamp(v + static_cast<int>(rng() % 60) - 30, 0, 255));
    return in;
}

long long apart(const Description& a, const Description& b) {
    long long sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

struct SlowNearest {
    int index = -1;
    long long first = std::numeric_limits<int>::max(), second = std::numeric_limits<int>::max();
};

SlowNearest slow_nearest(const Description& one, const std::vector<Description>& all) {
    SlowNearest out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const long long d = apart(one, all[i]);
        if (d < out.first) {
            out.second = out.first;
            out.first = d;
            out.index = static_cast<int>(i);
        } else {
            out.second = std::min(out.second, d);
        }
    }
    return out;
}

std::vector<FeatureMatch> slow_match(const std::vector<Description>& a, const std::vector<Description>& b,
                                     float most_ratio) {
    std::vector<FeatureMatch> out;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const SlowNearest n = slow_nearest(a[i], b);
        if (n.index < 0) continue;
        const SlowNearest back = slow_nearest(b[static_cast<std::size_t>(n.index)], a);
        if (back.index != static_cast<int>(i)) continue;
        const long long second = std::min(n.second, back.second);
        const float ratio = second > 0 ? std::sqrt(static_cast<float>(n.first) / static_cast<float>(second)) : 1.0F;
        if (ratio < most_ratio) out.push_back({static_cast<int>(i), n.index, ratio});
    }
    std::stable_sort(out.begin(), out.end(), [](const auto& p, const auto& q) { return p.distance < q.distance; });
    return out;
}

void expect_same(const std::vector<FeatureMatch>& found, const std::vector<FeatureMatch>& wanted) {
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].a, wanted[i].a);
        EXPECT_EQ(found[i].b, wanted[i].b);
        EXPECT_EQ(found[i].distance, wanted[i].distance);
    }
}

TEST(Matches, AreThoseOfTheSlowTwinAtEveryLevel) {
    for (const auto& [na, nb] : {std::pair{1, 1}, {1, 7}, {9, 2}, {33, 40}, {64, 64}, {70, 131}}) {
        auto a = random_looks(static_cast<std::size_t>(na), static_cast<unsigned>(na));
        auto b = blurred_looks(a, 3);
        b.resize(std::min(b.size(), static_cast<std::size_t>(nb)));
        const auto more = random_looks(static_cast<std::size_t>(nb) - b.size(), 99);
        b.insert(b.end(), more.begin(), more.end());
        const auto wanted = slow_match(a, b, 0.85F);
        if (na > 30) {
            EXPECT_GT(wanted.size(), 25u);
        }
        at_every_level([&, a = a, b = b] { expect_same(match_features(a, b), wanted); });
    }
}

// Few values: many are as far away as others, and some are the same.
TEST(Matches, AreTheSameWithTies) {
    for (unsigned seed = 1; seed < 6; ++seed) {
        auto a = random_looks(50, seed, 2), b = random_looks(60, seed + 50, 2);
        for (std::size_t i = 0; i < 20; ++i) b[i + 7] = a[i];
        b[40] = a[3];
        const auto wanted = slow_match(a, b, 0.9F);
        at_every_level([&] { expect_same(match_features(a, b, 0.9F), wanted); });
        // Looked at from the other side they are the same pairs.
        EXPECT_EQ(match_features(b, a, 0.9F).size(), wanted.size());
    }
}

TEST(Matches, DoNotOverflow) {
    std::vector<Description> bright(9), dark(9);
    for (Description& d : bright) d.fill(255);
    at_every_level([&] { EXPECT_TRUE(match_features(bright, dark).empty()); });
    at_every_level([&] { expect_same(match_features(bright, bright), {}); });
    bright[4].fill(0);
    at_every_level([&] { expect_same(match_features(bright, bright), {{4, 4, 0}}); });
}

TEST(Matches, OfNothingAreNone) {
    const auto some = random_looks(3, 1);
    EXPECT_TRUE(match_features({}, some).empty());
    EXPECT_TRUE(match_features(some, {}).empty());
    EXPECT_TRUE(match_features({}, {}).empty());
}

}  // namespace
}  // namespace nightstack
