// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/every_level.h"

namespace nightstack {
namespace {

std::vector<Description> sketched_looks(std::size_t count, unsigned seed) {
    std::mt19937 rng(seed);
    std::vector<Description> out(count);
    for (Description& d : out)
        for (std::uint8_t& v : d) v = static_cast<std::uint8_t>(rng() % 90);
    return out;
}

std::vector<Description> nearly(std::vector<Description> looks, unsigned seed) {
    std::mt19937 rng(seed);
    for (Description& d : looks)
        for (std::uint8_t& v : d)
            v = static_cast<std::uint8_t>(std::clamp(v + static_cast<int>(rng() % 15) - 7, 0, 255));
    return looks;
}

int slow_likeness(const std::vector<Description>& a, const std::vector<Description>& b) {
    int count = 0;
    for (const Description& one : a) {
        int best = 1000, next = 1000;
        for (const Description& two : b) {
            int bits = 0;
            for (std::size_t k = 0; k < one.size(); ++k) bits += (one[k] > 40) != (two[k] > 40) ? 1 : 0;
            next = std::min(next, std::max(best, bits));
            best = std::min(best, bits);
        }
        count += 10 * best < 7 * next ? 1 : 0;
    }
    return count;
}

TEST(FeatureSketch, CountsAsTheSlowTwinAtEveryLevel) {
    for (const auto& [na, nb] : {std::pair{0, 5}, {5, 0}, {1, 1}, {7, 9}, {40, 33}, {110, 110}}) {
        const auto a = sketched_looks(static_cast<std::size_t>(na), 1);
        auto b = nearly(a, 2);
        b.resize(static_cast<std::size_t>(nb), Description{});
        const int wanted = slow_likeness(a, b);
        at_every_level([&] { EXPECT_EQ(sketch_likeness(sketch_of(a), sketch_of(b)), wanted); });
    }
}

TEST(FeatureSketch, TellsTheSameFromOthers) {
    const auto a = sketched_looks(100, 1);
    EXPECT_GT(sketch_likeness(sketch_of(a), sketch_of(nearly(a, 3))), 95);
    EXPECT_LT(sketch_likeness(sketch_of(a), sketch_of(sketched_looks(100, 9))), 5);
}

}  // namespace
}  // namespace nightstack
