// SPDX-License-Identifier: MIT
// The slopes of a slightly blurred plane, and how much each place is a corner. Free functions; any thread, the same
// bits on every CPU level.
#pragma once

#include "pipeline/core/image.h"

namespace nightstack {

struct PlaneGradients {
    Image<float> along_x, along_y;  // per pixel; two pixels at the rim are 0
    Image<float> corner;  // det / trace of the structure tensor over 7 x 7 pixels: about its lesser eigenvalue
};

// `plane` should have no value that is not finite. `spare` is memory that is used again.
void find_gradients(PlaneGradients& out, ImageView<const float> plane, Image<float>& spare);

}  // namespace nightstack
