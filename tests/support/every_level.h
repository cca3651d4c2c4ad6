// SPDX-License-Identifier: MIT
// Runs a check at each instruction level this machine has.
#pragma once

#include <gtest/gtest.h>

#include "pipeline/simd/cpu_level.h"

namespace nightstack {

template <class Check>
void at_every_level(Check&& check) {
    const CpuLevel before = cpu_level();
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        if (limit_cpu_level(level) == level) check();
        limit_cpu_level(before);
        if (::testing::Test::HasFatalFailure()) return;
    }
}

}  // namespace nightstack
