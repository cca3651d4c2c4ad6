// SPDX-License-Identifier: MIT
#include "pipeline/graph/stack_summary.h"

#include <algorithm>
#include <stdexcept>

namespace nightstack {

void count_verdicts(StackSummary& summary) {
    const auto with = [&](Verdict v) {
        return static_cast<std::size_t>(std::count_if(summary.lights.begin(), summary.lights.end(),
                                                      [&](const LightReport& l) { return l.judgement.verdict == v; }));
    };
    summary.stacked = with(Verdict::stacked);
    summary.rejected = with(Verdict::rejected);
    summary.failed = with(Verdict::failed);
    if (summary.stacked + summary.rejected + summary.failed != summary.lights.size()) {
        throw std::logic_error("frames in != stacked + rejected + failed");
    }
}

}  // namespace nightstack
