// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "pipeline/core/transform.h"

namespace nightstack::device::sim {

// The affine map nearest to a transform over a frame (least squares on a grid): a b c d e f, x' = a x + b y + c,
// y' = d x + e y + f.
std::array<double, 6> affine_fit(const Transform& transform, int width, int height);

}  // namespace nightstack::device::sim
