// SPDX-License-Identifier: MIT
// How often a test repeats what it does with other dice: as it says in the daily run, NIGHTSTACK_SOAK times as often in
// a long one (tools/soak).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

namespace nightstack::test {

inline int soaked(int ordinary) {
    const char* factor = std::getenv("NIGHTSTACK_SOAK");
    const int times = factor == nullptr ? 1 : std::atoi(factor);
    return ordinary * (times < 1 ? 1 : times > 1000 ? 1000 : times);
}

}  // namespace nightstack::test

// First in a test that takes too long for every day; tools/test counts those it left out.
#define NIGHTSTACK_SOAK_ONLY() \
    if (::nightstack::test::soaked(1) == 1) GTEST_SKIP() << "SKIPPED: a soak; NIGHTSTACK_SOAK=2 runs it"
