// SPDX-License-Identifier: MIT
// How sharp a picture of a film is, to be compared within a few seconds of it: the energy of the differences between
// neighbouring pairs of pixels, so that the noise of single ones counts little, held against the light in the picture.
#pragma once

#include <cstdint>

#include "pipeline/core/image.h"

namespace nightstack {

// Without unit, 0 for less than 4 x 4 pixels. Whole numbers until the end: the same on every machine.
double luma_sharpness(ImageView<const std::uint8_t> y);

}  // namespace nightstack
