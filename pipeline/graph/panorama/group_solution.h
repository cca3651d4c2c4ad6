// SPDX-License-Identifier: MIT
// From links between tiles to cameras: groups that hang together, their focal length, their rotations, without the
// links that contradict the others. Pure functions; any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/adjust/bundle.h"

namespace nightstack {

struct GroupSolution {
    std::vector<int> group;             // of each tile; a tile without links is alone in its own
    std::vector<BundleCamera> cameras;  // one per tile
    std::vector<TileLink> links;        // those that hold
    bool focal_determined = false;
};

// `lenses`: one per tile; of a focal length that was told, `told_f_px`, or 0. `lens_of`: which of them are one lens
// (its focal length and bending are found together). `links`: places found by features.
GroupSolution solve_groups(std::span<const TileLens> lenses, std::span<const int> lens_of, std::vector<TileLink> links,
                           std::span<const double> told_f_px);

}  // namespace nightstack
