// SPDX-License-Identifier: MIT
#include "tools/session/run_figures.h"

#include "pipeline/simd/cpu_level.h"
#include "tools/session/machine.h"

namespace nightstack::tools {

RunFigures run_figures(std::chrono::steady_clock::time_point begin, const Runner& runner) {
    RunFigures figures;
    figures.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    figures.cpu_s = cpu_seconds();
    figures.peak_mb = static_cast<double>(peak_bytes()) / (1 << 20);
    figures.threads = runner.threads();
    figures.cpu = name(cpu_level());
    return figures;
}

}  // namespace nightstack::tools
