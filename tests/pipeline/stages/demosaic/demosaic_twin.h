// SPDX-License-Identifier: MIT
// Slow twins: one pixel at a time, every value asked for by its place, in double precision.
#pragma once

#include "mosaics.h"

namespace nightstack {

Rgb superpixel_twin(ImageView<const float> mosaic, CfaPattern pattern);
Rgb bilinear_twin(ImageView<const float> mosaic, CfaPattern pattern);
Rgb linear_twin(ImageView<const float> mosaic, CfaPattern pattern);
Rgb rcd_twin(ImageView<const float> mosaic, CfaPattern pattern, const DemosaicOptions& options);

}  // namespace nightstack
