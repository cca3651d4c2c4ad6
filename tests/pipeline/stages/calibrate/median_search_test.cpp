// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/median_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <random>

namespace nightstack {
namespace {

double searched(const std::vector<float>& values) {
    MedianSearch search;
    for (const float v : values) search.add(v);
    search.next_pass();
    for (const float v : values) search.add(v);
    return search.median();
}

TEST(MedianSearch, IsExact) {
    std::mt19937 rng(9);
    for (const int size : {1, 2, 3, 10, 999, 1000}) {
        for (const double scale : {1e-6, 1.0, 4000.0, 1e30}) {
            std::normal_distribution<double> value(0, scale);
            std::vector<float> values;
            for (int i = 0; i < size; ++i) values.push_back(static_cast<float>(value(rng)));
            std::vector<float> sorted = values;
            std::sort(sorted.begin(), sorted.end());
            const auto n = sorted.size();
            EXPECT_EQ(searched(values), 0.5 * (double{sorted[(n - 1) / 2]} + double{sorted[n / 2]}));
        }
    }
}

TEST(MedianSearch, SeveralSearchTogether) {
    std::mt19937 rng(10);
    std::normal_distribution<float> value(700, 30);
    std::vector<float> values;
    for (int i = 0; i < 2001; ++i) values.push_back(value(rng));
    MedianSearch all;
    for (int pass = 0; pass < 2; ++pass) {
        if (pass == 1) all.next_pass();
        std::array<MedianSearch, 3> parts{all, all, all};
        for (std::size_t i = 0; i < values.size(); ++i) parts[i * i % 3].add(values[i]);
        for (const MedianSearch& part : parts) all.take(part);
    }
    EXPECT_EQ(all.count(), 2001);
    EXPECT_EQ(all.median(), searched(values));
}

TEST(MedianSearch, CountsEqualValuesAndNoneThatAreNotFinite) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    EXPECT_EQ(searched({5, 5, 5, 1, 9, nan, inf, inf, -inf}), 5);
    EXPECT_EQ(searched({-1, 3}), 1);
    EXPECT_EQ(searched({}), 0);
    EXPECT_EQ(searched({nan}), 0);
}

}  // namespace
}  // namespace nightstack
