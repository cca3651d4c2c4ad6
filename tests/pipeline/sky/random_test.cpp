// SPDX-License-Identifier: MIT
#include "pipeline/sky/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace nightstack::sky {
namespace {

// The slow twin: add up the probabilities by logarithms from the library.
double poisson_twin(double mean, double u) {
    double sum = 0;
    for (int k = 0;; ++k) {
        sum += std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
        if (u <= sum || k > 400) return k;
    }
}

TEST(Random, NormalIsTheInverseOfItsDistribution) {
    for (double u = 1e-10; u < 1; u = u < 0.01 ? u * 1.7 : u + 0.0031) {
        const double z = normal_from(u);
        EXPECT_NEAR(0.5 * std::erfc(-z / std::sqrt(2.0)) / u, 1, 1e-6 + 2e-7 * z * z) << u;
    }
    EXPECT_NEAR(normal_from(0.999), -normal_from(0.001), 1e-9);
}

TEST(Random, SmallPoissonIsExact) {
    for (const double mean : {0.01, 0.7, 5.0, 29.9}) {
        for (double u = 0.00013; u < 1; u += 0.00717)
            EXPECT_EQ(poisson_from(mean, u), poisson_twin(mean, u)) << mean << " " << u;
    }
    EXPECT_EQ(poisson_from(0, 0.999), 0);
    EXPECT_LE(poisson_from(29.9, 1 - 1e-16), 200);
}

TEST(Random, LargePoissonIsWithinOneOfTheExactQuantile) {
    for (const double mean : {30.0, 60.0, 150.0}) {
        for (double u = 0.001; u < 1; u += 0.0031)
            EXPECT_NEAR(poisson_from(mean, u), poisson_twin(mean, u), 1) << mean << " " << u;
    }
}

class PoissonMoments : public testing::TestWithParam<double> {};

TEST_P(PoissonMoments, MeanVarianceAndSkewness) {
    const double mean = GetParam();
    const int n = 400000;
    const std::uint64_t key = stream_key(5, 6, 7);
    std::vector<double> values;
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        values.push_back(poisson_from(mean, uniform_at(key, static_cast<std::uint64_t>(i))));
        sum += values.back();
    }
    double m2 = 0;
    double m3 = 0;
    for (const double v : values) {
        const double d = v - sum / n;
        m2 += d * d / n;
        m3 += d * d * d / n;
    }
    const double sigma = std::sqrt(mean);
    EXPECT_NEAR(sum / n, mean, 4 * sigma / std::sqrt(n));
    EXPECT_NEAR(m2 / mean, 1, 4 * std::sqrt((2 + 1 / mean) / n));
    EXPECT_NEAR(m3 / (mean * sigma), 1 / sigma, 4 * std::sqrt(15.0 / n) * (1 + 2 / sigma));
}
INSTANTIATE_TEST_SUITE_P(Levels, PoissonMoments, testing::Values(0.05, 1.0, 8.0, 29.5, 30.5, 45.0, 300.0, 20000.0));

TEST(Random, PoissonMomentsOverAllQuantiles) {
    // An even grid of u instead of chance: sees errors far below what a sample would show.
    for (const double mean : {3.0, 29.99, 30.0, 31.4, 100.3}) {
        const int n = 200000;
        double sum = 0;
        double sum2 = 0;
        for (int i = 0; i < n; ++i) {
            const double d = poisson_from(mean, (i + 0.5) / n) - mean;
            sum += d / n;
            sum2 += d * d / n;
        }
        EXPECT_NEAR(sum, 0, 0.002) << mean;
        EXPECT_NEAR((sum2 - sum * sum) / mean, 1, 0.0015) << mean;
    }
}

TEST(Random, StreamsAreUnrelated) {
    // Neighbours in seed, kind, number and counter: correlation of 10^5 pairs within 5 sigma of none.
    const auto correlation = [](std::uint64_t a, std::uint64_t b, std::uint64_t shift) {
        double sum = 0;
        for (std::uint64_t i = 0; i < 100000; ++i)
            sum += (uniform_at(a, i) - 0.5) * (uniform_at(b, i + shift) - 0.5) * 12;
        return std::abs(sum) / std::sqrt(100000.0);
    };
    EXPECT_LT(correlation(stream_key(1, 1, 1), stream_key(2, 1, 1), 0), 5);
    EXPECT_LT(correlation(stream_key(1, 1, 1), stream_key(1, 2, 1), 0), 5);
    EXPECT_LT(correlation(stream_key(1, 1, 1), stream_key(1, 1, 2), 0), 5);
    EXPECT_LT(correlation(stream_key(1, 1, 1), stream_key(1, 1, 1), 1), 5);
    EXPECT_GT(correlation(stream_key(1, 1, 1), stream_key(1, 1, 1), 0), 100);
}

TEST(Random, NeverReachesTheEnds) {
    EXPECT_GT(uniform_from(0u), 0);
    EXPECT_LT(uniform_from(0xffffffffu), 1);
}

}  // namespace
}  // namespace nightstack::sky
