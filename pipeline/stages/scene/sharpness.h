// SPDX-License-Identifier: MIT
// How sharp a frame of a scene is, to choose the lucky ones: the energy of its gradient after a light smoothing, less
// what noise adds to it, over the variance of its large-scale brightness (gradient energy as a focus measure:
// Tenengrad, see Pertuz, Puig, Garcia, "Analysis of focus measure operators for shape-from-focus", Pattern Recognition
// 46, 2013). Brightness, offset and white noise of any strength cancel, so frames through thin cloud compare with clear
// ones.
//
// Unit: 1/px; the root mean square slope of the picture over its contrast. Only frames of one scene and one size
// compare. Thread rule: a free function without state. The same bits on every CPU level.
#pragma once

#include "pipeline/core/image.h"

namespace nightstack {

// 0 for frames without contrast, frames under 32 px, and where a pixel is not finite.
double sharpness(ImageView<const float> plane);

}  // namespace nightstack
