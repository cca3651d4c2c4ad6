// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/nth_value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace nightstack {
namespace {

// Sorting is the twin.
void expect_as_sorted(const std::vector<float>& values) {
    std::vector<float> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    std::vector<float> work;
    const std::size_t step = std::max<std::size_t>(1, values.size() / 50);
    for (std::size_t place = 0; place < values.size(); place += step)
        ASSERT_EQ(nth_value(values, place, work), sorted[place]) << place << " of " << values.size();
    ASSERT_EQ(nth_value(values, values.size() - 1, work), sorted.back());
}

TEST(NthValue, IsThatOfTheSortedOrder) {
    std::mt19937 rng(3);
    for (const int size : {1, 2, 7, 8, 9, 32, 33, 100, 1024, 5000}) {
        for (const float scale : {1e-30F, 1.0F, 4000.0F, 1e37F}) {
            std::normal_distribution<float> value(scale, scale);
            std::vector<float> values;
            for (int i = 0; i < size; ++i) values.push_back(value(rng));
            expect_as_sorted(values);
            for (float& v : values) v = scale / 8 * std::round(v / scale * 8);  // many of one value
            expect_as_sorted(values);
        }
    }
}

TEST(NthValue, ExtremesAndEqualValues) {
    constexpr float kMost = std::numeric_limits<float>::max();
    constexpr float kLeast = std::numeric_limits<float>::denorm_min();
    expect_as_sorted(std::vector<float>(100, 7.0F));
    std::vector<float> few(40, kMost);
    few.insert(few.end(), 40, -kMost);
    few.insert(few.end(), 40, 0.0F);
    expect_as_sorted(few);
    std::vector<float> tiny;
    for (int i = 0; i < 200; ++i) tiny.push_back(kLeast * static_cast<float>(i % 5 - 2));
    expect_as_sorted(tiny);
    std::vector<float> hot(1000, 1.0F);
    for (std::size_t i = 0; i < 1000; ++i) hot[i] += 1e-4F * static_cast<float>(i * 7919 % 1000);
    hot[500] = kMost;
    expect_as_sorted(hot);
}

}  // namespace
}  // namespace nightstack
