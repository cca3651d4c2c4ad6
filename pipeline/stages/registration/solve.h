// SPDX-License-Identifier: MIT
// Weighted least squares of one model over point pairs, no outliers considered. Coordinates are
// centred and scaled first (Hartley, PAMI 19, 1997), so that normal equations stay well conditioned.
// No trigonometry: sums, products and roots only, the same bits on every machine.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/transform.h"

namespace nightstack {

// One star seen twice. The standard error per axis of (ref - transform(frame)) is sigma_px.
struct PointPair {
    Point ref;
    Point frame;
    double sigma_px = 1;
};

// Pairs that determine the model exactly: 1, 2, 3, 4.
int least_pairs(TransformModel model);

// Minimises sum w |ref - t(frame)|^2 with the weights given (one per pair, 0 leaves it out). The
// homography is refined from the affine solution by Gauss-Newton on that same distance. Empty when
// too few pairs have weight or they do not determine the model (all on a line, all in one place).
std::optional<Transform> solve(TransformModel model, std::span<const PointPair> pairs, std::span<const double> weights);

}  // namespace nightstack
