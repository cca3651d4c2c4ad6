// SPDX-License-Identifier: MIT
// What became of each tile, in words. Pure function; any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/graph/panorama/grid_fill.h"
#include "pipeline/graph/panorama/placing.h"

namespace nightstack {

// Groups of two and more are panoramas, the largest first (of two as large that of the first tile); a tile that is
// alone is left out. `report`: of `links` and `cameras`.
PanoramaPlacement fates_of(std::span<const int> group, std::span<const BundleCamera> cameras,
                           std::span<const TileLink> links, const BundleReport& report, const GridFill& grid);

}  // namespace nightstack
