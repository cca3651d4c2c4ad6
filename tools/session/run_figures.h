// SPDX-License-Identifier: MIT
// What a run took, for its report.
#pragma once

#include <chrono>

#include "pipeline/core/runner.h"
#include "tools/session/report.h"

namespace nightstack::tools {

// As far as the process knows it; the ceiling of memory and the phases are the caller's to add.
RunFigures run_figures(std::chrono::steady_clock::time_point begin, const Runner& runner);

}  // namespace nightstack::tools
