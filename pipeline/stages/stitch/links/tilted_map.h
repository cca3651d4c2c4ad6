// SPDX-License-Identifier: MIT
// A map between two tiles brought to places that are known. Pure function; any thread.
#pragma once

#include <span>

#include "pipeline/stages/stitch/links/refine_link.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

// `map` plus the plane (in x and y of a) that fits what the places miss by: a constant where they are too few for more;
// `map` itself without any.
TileMap tilted(TileMap map, std::span<const Correspondence> places);

}  // namespace nightstack
