// SPDX-License-Identifier: MIT
// All tiles in the order of their names, as placing works on them: nothing depends on when a tile came. A value that
// looks at pixels somebody else owns; no thread rule.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/graph/panorama/pair_links.h"
#include "pipeline/graph/panorama/placing.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/grey_tile.h"

namespace nightstack {

struct TilesByName {
    std::vector<int> number;       // of each, in the order they were added
    std::vector<TileLens> lenses;  // of a focal length that nobody has told: the longer side
    std::vector<int> lens_of;      // tiles of one size and one told focal length were taken through one lens
    std::vector<double> told_f_px;
    std::vector<GreyTile> greys;
    std::vector<std::vector<Point>> corners;
    std::vector<std::string> stems;
    std::vector<char> rich;  // whether there is something to be found again
    std::size_t size() const { return number.size(); }
};

// `number`: the order of names.
TilesByName tiles_by_name(std::span<const PanoramaTile> tiles, const PairLinks& looks, std::span<const int> number,
                          Runner& runner);

// Indices of tiles by their names.
std::vector<int> order_of_names(std::span<const PanoramaTile> tiles);

}  // namespace nightstack
