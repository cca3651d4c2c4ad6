// SPDX-License-Identifier: MIT
// Exposure, white balance and vignetting of the tiles of one panorama, from what neighbours both see.
#pragma once

#include <span>

#include "pipeline/core/runner.h"
#include "pipeline/stages/stitch/light/fit_light.h"
#include "tools/pano/tile_set.h"

namespace nightstack::tools {

// Tiles of one panorama, in one order in both.
LightFit light_of(std::span<const TileInput* const> tiles, std::span<const TileCamera> cameras,
                  const LightOptions& options, Runner& runner);

}  // namespace nightstack::tools
