// SPDX-License-Identifier: MIT
// Of the places two tiles have in common those that one turn of a camera explains, where others lie on something near:
// a plane through a pole and the ground before it satisfies a homography, but no turn. Pure function; any thread.
#pragma once

#include <vector>

#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

struct SurestTurn {
    Rotation a_from_b;
    std::vector<bool> fits;  // one per place
    int squares = 0;         // squares of a in which places fit; a near thing has many places in few squares
    int squares_in_all = 0;
};

// By two places at a time (Fischler and Bolles 1981); the same link gives the same answer. `tolerance_px`: of b.
SurestTurn surest_turn(const TileLens& a, const TileLens& b, const TileLink& link, double tolerance_px);

}  // namespace nightstack
