// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/transparency.h"

#include "pipeline/stages/progress/robust_line.h"

namespace nightstack {

std::optional<TransparencyTrend> transparency_trend(std::span<const Sample> frames) {
    const auto line = robust_line(frames);
    if (!line) return std::nullopt;
    return TransparencyTrend{line->at_end, 3600 * line->slope, 3600 * line->slope_error, line->scatter};
}

}  // namespace nightstack
