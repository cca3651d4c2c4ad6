// SPDX-License-Identifier: MIT
// The reference's own field in pixels of the live stack. A pure function.
#pragma once

#include "pipeline/core/geometry.h"

namespace nightstack {

// Of a reference of this size; `scale` is canvas pixels per pixel of the frame. With superpixels an odd last row or
// column has no pixel.
Rect reference_field(int width, int height, double scale);

}  // namespace nightstack
