// SPDX-License-Identifier: MIT
// Tiles that have nothing to hold on to get their places by the grid the others stand in. Pure functions over `Runner`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/stages/stitch/adjust/bundle.h"
#include "pipeline/stages/stitch/layout/grid_guess.h"
#include "pipeline/stages/stitch/links/grey_tile.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

struct GridTilePlace {
    GridPlace place;
    bool filled = false;       // placed by the grid here
    bool contradicts = false;  // it shows something, but not what lies around its place in the grid: not placed
};

struct GridFill {
    int rows = 0, columns = 0;
    std::vector<std::optional<GridTilePlace>> tiles;  // one per tile; nothing for those of no grid
    std::vector<TileLink> links;                      // of filled tiles to their neighbours, by correlation
};

struct GridFillTile {
    GreyTile grey;
    std::optional<GridPlace> named;  // place by its name
    bool rich = false;               // has features that others could have found again
};

// `tiles` in the order they were taken, `cameras` likewise; `group` says which hang together. The grid is sought for
// group `main`; tiles that stand alone or in small groups are put into it, those of large groups are left as they are.
// Cameras and groups of filled tiles are changed: a small group moves as a whole.
GridFill fill_grid(std::span<const GridFillTile> tiles, std::vector<BundleCamera>& cameras, std::vector<int>& group,
                   int main, Runner& runner);

}  // namespace nightstack
