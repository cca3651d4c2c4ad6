// SPDX-License-Identifier: MIT
// A straight line through what a night shows over time, when steps (a dither, a re-centred target) and single wild
// values are no part of it. Pure.
#pragma once

#include <optional>
#include <span>

#include "pipeline/stages/judge/robust.h"

namespace nightstack {

struct RobustLine {
    double slope = 0;        // per unit of position
    double slope_error = 0;  // standard error, if the scatter about the line is white; 0 when there is none
    double at_end = 0;       // the line at the last position: slope and the median of the last quarter of the samples
    double scatter = 0;      // standard deviation of one value about the line
};

// `samples` by position, finite. Nothing for fewer than 5, or when all have one position.
//
// The slope is the median of (v_j - v_i) / (p_j - p_i) over pairs a sixth to a third of all samples apart (at most
// eight distances per sample; below 12 samples all pairs). A step lies between a third of these pairs at most. The
// scatter is 1.4826 median |v_j - v_i - slope (p_j - p_i)| / sqrt 2 over the same pairs; those beyond 4 standard
// deviations, which lie across a step, are left out, and slope and scatter taken again, twice (not below 12 samples).
// The slope's standard error is 1.3 (1 + 3 / N) scatter / sqrt(share of pairs left * sum (p - mean p)^2): 1.3 times
// that of least squares and more for few. Monte-Carlo (in the test): right within 0.65 to 1.35, with and without a
// step; but of fewer than 12 samples with a step among them nobody can tell it from a slope.
std::optional<RobustLine> robust_line(std::span<const Sample> samples);

}  // namespace nightstack
