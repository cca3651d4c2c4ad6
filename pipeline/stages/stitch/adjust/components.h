// SPDX-License-Identifier: MIT
// Which tiles hang together by their links, and a first guess of how each is turned. Pure functions; any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/camera/rotation.h"

namespace nightstack {

struct RelativeTurn {
    int a = 0, b = 0;
    Rotation a_from_b;
    double weight = 1;  // the greater the surer
};

// For each tile the number of its group, from 0 in the order of their first tiles.
std::vector<int> groups_of(int tiles, std::span<const RelativeTurn> turns);

// world_from_camera along the surest tree of each group (Kruskal 1956), whose first tile looks straight ahead.
std::vector<Rotation> turned_along_tree(int tiles, std::span<const RelativeTurn> turns);

}  // namespace nightstack
