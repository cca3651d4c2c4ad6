// SPDX-License-Identifier: MIT
// The instruction level our kernels run at. Every level gives the same pixels (no fused
// multiply-add, a fixed number of logical lanes); only the speed differs.
#pragma once

#include <optional>
#include <string_view>

namespace nightstack {

enum class CpuLevel { sse2, avx2, avx512 };

std::string_view name(CpuLevel level);
std::optional<CpuLevel> parse_cpu_level(std::string_view text);

// The level in force: the best this machine has, unless limited.
CpuLevel cpu_level();

// Use at most `level` from now on (NIGHTSTACK_CPU, tests). Not while kernels run in other threads.
// Returns the level now in force, which is lower when the machine lacks the one asked for.
CpuLevel limit_cpu_level(CpuLevel level);

}  // namespace nightstack
