// SPDX-License-Identifier: MIT
// What the names of tiles say: a place in a grid each ("2_5", "r2_c5"), or the order in which they were taken
// (counters, timestamps). Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/stages/stitch/layout/grid_place.h"

namespace nightstack {

struct NameOrder {
    // Of each name; only where all names of one pattern say one, no two the same, and most of the grid is there. Names
    // without one (a stray picture among them) have nothing.
    std::vector<std::optional<GridPlace>> places;
    bool is_grid = false;
    // Indices of the names as they were taken: by the numbers in them, left to right, as people sort ("9" before "10").
    std::vector<int> order;
};

// Without folders, extensions are left out by the caller.
NameOrder read_names(std::span<const std::string> stems);

}  // namespace nightstack
