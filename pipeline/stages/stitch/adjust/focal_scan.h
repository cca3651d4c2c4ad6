// SPDX-License-Identifier: MIT
// The focal length with which the links look most like turns of a camera, when nobody has told it. Pure function; any
// thread.
#pragma once

#include <span>

#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

struct FocalScan {
    double f_px = 0;          // 0 where there are no links
    bool determined = false;  // false: far longer ones fit as well, as for a telescope
    double miss_px = 0;       // what the places of a typical link miss by
};

// `lenses`: one per tile; their own focal lengths are only looked at for their ratios (they are all multiplied alike).
// From a third of the longest side of a tile (112 degrees) to 40 of them. Where longer ones fit as well the shortest of
// these is no better founded than `hint_f_px`, which is taken when it fits as well; 0: no hint, then ten sides.
FocalScan scan_focal(std::span<const TileLens> lenses, std::span<const TileLink> links, double hint_f_px);

// The turn that fits the places of a link best, robustly, and by how much they miss in the middle (median, pixels of
// b).
struct TurnFit {
    Rotation a_from_b;
    double miss_px = 0;
};
TurnFit turn_of(const TileLens& a, const TileLens& b, const TileLink& link);

}  // namespace nightstack
