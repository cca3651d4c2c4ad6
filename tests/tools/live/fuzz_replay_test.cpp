// SPDX-License-Identifier: MIT
// The fuzz entry on a fixed set of inputs: random changes of every part, and of the ledger's
// numbers, with right checksums.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/support/soak.h"
#include "tests/tools/live/fuzz_nst.h"

namespace nightstack::test {
namespace {

class FuzzNst : public testing::TestWithParam<int> {};

TEST_P(FuzzNst, RandomChangesAreRefusedOrHarmless) {
    std::mt19937 random(static_cast<unsigned>(GetParam()) + 40);
    const int inputs = soaked(60);
    for (int i = 0; i < inputs; ++i) {
        std::vector<std::uint8_t> input(1 + 4 * (1 + random() % 6));
        for (std::uint8_t& b : input) b = static_cast<std::uint8_t>(random());
        input[0] = static_cast<std::uint8_t>(GetParam());
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
}

// Of the ledger's numbers, one after the other.
TEST(FuzzNstNumbers, NinesAreRefusedOrHarmless) {
    constexpr unsigned kStep = 11, kLedgerBytes = 4096;
    for (unsigned place = 0; place < kLedgerBytes; place += kStep) {
        const std::uint8_t input[] = {5, static_cast<std::uint8_t>(place % 256), static_cast<std::uint8_t>(place / 256),
                                      0, 9};
        LLVMFuzzerTestOneInput(input, sizeof input);
    }
}

INSTANTIATE_TEST_SUITE_P(Parts, FuzzNst, testing::Range(0, 6));

}  // namespace
}  // namespace nightstack::test
