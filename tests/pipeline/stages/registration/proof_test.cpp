// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/proof.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nightstack {
namespace {

// Straight sum with factorials in long double.
double slow_tail(int n, int k, double p) {
    long double sum = 0;
    for (int i = std::max(0, k); i <= n; ++i) {
        long double term = 1;
        for (int j = 1; j <= i; ++j) term *= static_cast<long double>(n - i + j) / j * static_cast<long double>(p);
        for (int j = 0; j < n - i; ++j) term *= 1 - static_cast<long double>(p);
        sum += term;
    }
    return static_cast<double>(std::log10(sum));
}

TEST(Proof, BinomialTailAgreesWithTheSum) {
    for (const int n : {1, 2, 10, 60, 300}) {
        for (const double p : {1e-6, 1e-3, 0.1, 0.5, 0.9}) {
            for (int k = 0; k <= n; k += std::max(1, n / 7)) {
                EXPECT_NEAR(log10_binomial_tail(n, k, p), slow_tail(n, k, p), 1e-9 * n + 1e-9)
                    << n << " " << k << " " << p;
            }
        }
    }
}

TEST(Proof, TailOfTheImpossible) {
    EXPECT_EQ(log10_binomial_tail(5, 0, 0.1), 0);
    EXPECT_EQ(log10_binomial_tail(5, -3, 0.1), 0);
    EXPECT_TRUE(std::isinf(log10_binomial_tail(5, 6, 0.1)));
    EXPECT_EQ(log10_binomial_tail(5, 5, 1), 0);
    EXPECT_TRUE(std::isinf(log10_binomial_tail(5, 1, 0)));
}

}  // namespace
}  // namespace nightstack
