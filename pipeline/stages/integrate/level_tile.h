// SPDX-License-Identifier: MIT
// A tile of a frame is brought to the reference's level in one pass over its samples.
#pragma once

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/integrate/sky_tilt.h"

namespace nightstack {

// Each sample v becomes (v + tilt / scale) * scale + offset, as add_tilt and then scale and offset would make it. The
// tile is of the canvas the tilt is given in. NaN stays NaN. The same bits for every tile that holds the pixel and on
// every CPU level. Thread rule: a free function without state.
void bring_to_level(ImageView<float> samples, const Rect& tile, const SkyTilt& tilt, float scale, float offset);

}  // namespace nightstack
