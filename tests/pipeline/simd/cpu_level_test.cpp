// SPDX-License-Identifier: MIT
// A limited level must really be the one that kernels run at, or every comparison of levels is void.
#include "pipeline/simd/cpu_level.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu_level_test.cpp"
#include "pipeline/simd/targets.h"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
long long running_target() { return HWY_TARGET; }
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <gtest/gtest.h>

namespace nightstack {
namespace {

HWY_EXPORT(running_target);

CpuLevel running_level() {
    switch (HWY_DYNAMIC_DISPATCH(running_target)()) {
        case HWY_AVX3: return CpuLevel::avx512;
        case HWY_AVX2: return CpuLevel::avx2;
        default: return CpuLevel::sse2;
    }
}

TEST(CpuLevel, LimitIsTheLevelKernelsRunAt) {
    const CpuLevel best = cpu_level();
    EXPECT_EQ(running_level(), best);
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx512, CpuLevel::avx2, CpuLevel::sse2}) {
        const CpuLevel in_force = limit_cpu_level(level);
        EXPECT_LE(in_force, level);
        EXPECT_EQ(running_level(), in_force);
        EXPECT_EQ(cpu_level(), in_force);
        EXPECT_EQ(running_level(), in_force) << "asking for the level changed it";
    }
    EXPECT_EQ(limit_cpu_level(CpuLevel::avx512), best);
    EXPECT_EQ(running_level(), best);
}

TEST(CpuLevel, NamesReadBack) {
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        EXPECT_EQ(parse_cpu_level(name(level)), level);
    }
    EXPECT_FALSE(parse_cpu_level("avx"));
}

}  // namespace
}  // namespace nightstack
#endif
