// SPDX-License-Identifier: MIT
// Whether the sky gets clearer or thicker. Pure.
#pragma once

#include <optional>
#include <span>

#include "pipeline/stages/judge/robust.h"

namespace nightstack {

struct TransparencyTrend {
    double now = 0;             // of the line at the last frame, frame / reference as in FrameFigures
    double per_hour = 0;        // change of it in an hour
    double per_hour_error = 0;  // standard error, if the scatter is white
    double scatter = 0;         // of one frame about the line
    // Three standard errors, and at least a hundredth in an hour.
    bool is_falling() const { return per_hour < -0.01 && per_hour < -3 * per_hour_error; }
    bool is_rising() const { return per_hour > 0.01 && per_hour > 3 * per_hour_error; }
};

// `frames`: seconds and transparency, in order of time, finite; the robust line of robust_line.h. Nothing for fewer
// than 5 or all at one time.
std::optional<TransparencyTrend> transparency_trend(std::span<const Sample> frames);

}  // namespace nightstack
