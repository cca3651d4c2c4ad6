// SPDX-License-Identifier: MIT
#include "pipeline/simd/cpu_level.h"

#include <array>

// Before Highway's own header: it chooses what is compiled.
#include "pipeline/simd/targets.h"

#include <hwy/highway.h>

namespace nightstack {
namespace {

constexpr std::array kLevels{CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512};

// hwy::SupportedTargets() has a side effect (1.0.3, targets.cc): it puts every target of the machine
// back into the dispatch mask, also the disabled ones. So whoever asks must set the mask again.
std::int64_t targets_in_force() {
    const std::int64_t targets = hwy::SupportedTargets();
    hwy::GetChosenTarget().Update(targets);
    return targets;
}

}  // namespace

std::string_view name(CpuLevel level) {
    switch (level) {
        case CpuLevel::sse2: return "sse2";
        case CpuLevel::avx2: return "avx2";
        case CpuLevel::avx512: return "avx512";
    }
    return "?";
}

std::optional<CpuLevel> parse_cpu_level(std::string_view text) {
    for (const CpuLevel level : kLevels) {
        if (text == name(level)) return level;
    }
    return std::nullopt;
}

CpuLevel cpu_level() {
    const std::int64_t have = targets_in_force() & HWY_TARGETS;  // of the machine, of those that are built
    if ((have & HWY_AVX3) != 0) return CpuLevel::avx512;
    if ((have & HWY_AVX2) != 0) return CpuLevel::avx2;
    return CpuLevel::sse2;
}

CpuLevel limit_cpu_level(CpuLevel level) {
    std::int64_t above = 0;
    if (level < CpuLevel::avx512) above |= HWY_AVX3 | HWY_AVX3_DL;
    if (level < CpuLevel::avx2) above |= HWY_AVX2;
    hwy::DisableTargets(above);
    return cpu_level();
}

}  // namespace nightstack
