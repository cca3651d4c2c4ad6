// SPDX-License-Identifier: MIT
// What benchmarks over instruction levels have in common.
#pragma once

#include <benchmark/benchmark.h>

#include <string>

#include "pipeline/simd/cpu_level.h"

namespace nightstack {

// Kernels run at this level from now on; false where the machine lacks it, and the case is skipped and says so.
inline bool at_level(benchmark::State& state, CpuLevel level) {
    if (limit_cpu_level(level) == level) return true;
    state.SkipWithError("this machine lacks the level");
    return false;
}

// A case by its text, in milliseconds.
template <class Function, class... Arguments>
void add_case(const std::string& text, Function function, Arguments... arguments) {
    benchmark::RegisterBenchmark(text.c_str(), function, arguments...)->Unit(benchmark::kMillisecond);
}

}  // namespace nightstack
