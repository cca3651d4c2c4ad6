// SPDX-License-Identifier: MIT
// From where tiles lie by their features to where they lie by patches, and by the grid where they show nothing. Pure
// function over `Runner`.
#pragma once

#include "pipeline/graph/panorama/group_solution.h"
#include "pipeline/graph/panorama/placing.h"
#include "pipeline/graph/panorama/tiles_by_name.h"

namespace nightstack {

// `solution` is used up. Tiles are named by their place in `tiles`.
PanoramaPlacement place_finely(const TilesByName& tiles, GroupSolution& solution, Runner& runner);

}  // namespace nightstack
