// SPDX-License-Identifier: MIT
// The quick median against the sorted one, where its sample misleads it, and at every instruction level.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "pipeline/stages/stars/statistics.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

float twin(std::vector<float> v) {
    std::sort(v.begin(), v.end());
    const float low = v[(v.size() - 1) / 2];
    return low + (v[v.size() / 2] - low) / 2;
}

void expect_median(const std::vector<float>& v, const char* what) {
    const float want = twin(v);
    at_every_level([&] {
        std::vector<float> copy = v;
        ASSERT_EQ(median_in_place(copy), want) << what << ", " << v.size() << " values";
        std::vector<float> a = v;
        std::sort(a.begin(), a.end());
        std::sort(copy.begin(), copy.end());
        ASSERT_EQ(a, copy) << what << ": the values are no longer the same ones";
    });
}

TEST(Median, EqualsTheSortedMiddleOfManyKinds) {
    std::mt19937 rng(11);
    std::normal_distribution<float> normal(100, 7);
    for (const std::size_t n :
         {1U, 2U, 3U, 8U, 9U, 16U, 25U, 32U, 33U, 40U, 133U, 192U, 193U, 484U, 1023U, 1024U, 5001U, 42000U}) {
        std::vector<float> v(n);
        for (float& x : v) x = normal(rng);
        expect_median(v, "noise");
        for (float& x : v) x = std::round(x / 7);
        expect_median(v, "coarse integers");
        std::sort(v.begin(), v.end());
        expect_median(v, "ascending");
        std::reverse(v.begin(), v.end());
        expect_median(v, "descending");
        std::fill(v.begin(), v.end(), -3.5F);
        expect_median(v, "constant");
        for (std::size_t i = 0; i < n; ++i) v[i] = i % 2 == 0 ? 0.0F : 1e30F;
        expect_median(v, "two values");
    }
}

// Every 15th value, which is what the sample takes of 484, is an outlier.
TEST(Median, SurvivesASampleOfOutliers) {
    std::mt19937 rng(12);
    std::normal_distribution<float> normal(0, 1);
    for (const float outlier : {1e6F, -1e6F}) {
        std::vector<float> v(484);
        for (std::size_t i = 0; i < v.size(); ++i) v[i] = i % 15 == 0 ? outlier : normal(rng);
        expect_median(v, "outliers in the sample");
    }
}

TEST(Median, EqualsTheSortedMiddleOfEveryCount) {
    std::mt19937 rng(14);
    std::normal_distribution<float> normal(0, 3);
    for (std::size_t n = 1; n < 300; ++n) {
        std::vector<float> v(n);
        for (float& x : v) x = rng() % 8 == 0 ? 1e5F * normal(rng) : normal(rng);
        expect_median(v, "noise with outliers");
        for (float& x : v) x = std::floor(x);
        expect_median(v, "integers with outliers");
    }
}

// Infinities are no sky, but they must not lead astray.
TEST(Median, FindsTheMiddleAmongInfinities) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    std::mt19937 rng(15);
    std::normal_distribution<float> normal(0, 3);
    for (const float infinity : {kInfinity, -kInfinity}) {
        for (const std::size_t n : {7U, 31U, 101U, 1501U, 20001U}) {
            for (const unsigned share : {3U, 5U}) {  // of ten
                std::vector<float> v(n);
                for (float& x : v) x = rng() % 10 < share ? infinity : normal(rng);
                const float want = twin(v);
                if (std::isfinite(want)) expect_median(v, "infinities");
            }
        }
    }
}

// More lies between the bounds than there is room for.
TEST(Median, SurvivesACrowdInTheMiddle) {
    std::mt19937 rng(13);
    std::vector<float> v(30000, 5);
    for (std::size_t i = 0; i < v.size(); i += 10) v[i] = static_cast<float>(rng() % 10);
    expect_median(v, "most are equal");
}

}  // namespace
}  // namespace nightstack
