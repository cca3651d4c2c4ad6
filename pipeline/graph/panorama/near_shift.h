// SPDX-License-Identifier: MIT
// Whether a tile shows at its supposed place what its neighbour shows there, and by how much it must be turned to do
// so: by correlating small pictures. For tiles in which no feature is found again. Pure function; any thread.
#pragma once

#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/grey_tile.h"

namespace nightstack {

struct NearShift {
    bool compared = false;  // enough of the two is common
    bool shows = false;     // both show something there at all
    double likeness = 0;    // correlation at the best place near the supposed one
    bool sure = false;      // clearly better than elsewhere
    Rotation turn;          // in the world: new world_from_camera of `tile` = turn * old
};

NearShift near_shift(const GreyTile& tile, const TileCamera& camera, const GreyTile& neighbour,
                     const TileCamera& neighbour_camera);

}  // namespace nightstack
