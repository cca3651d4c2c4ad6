// SPDX-License-Identifier: MIT
// Where all tiles of a folder lie: features, links, groups, patches, the grid. Tiles may be added one after the other;
// what was found between two of them is kept, and the answer depends on the tiles alone, not on the order in which they
// came.
//
// Thread rule: one caller; work is given to the runner.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/panorama/pair_links.h"
#include "pipeline/stages/stitch/adjust/bundle.h"
#include "pipeline/stages/stitch/layout/grid_place.h"

namespace nightstack {

struct GroupSolution;
struct TilesByName;

struct PanoramaTile {
    std::string stem;  // file name without folder and ending: the order of tiles, and perhaps their places in a grid
    GreyTile grey;     // on a scale of 0 to 255; what it shows must live as long as the placing
    double told_f_px = 0;  // focal length, by the file or the user; 0: nothing
};

enum class TileVerdict { placed, weak, left_out };
std::string_view name(TileVerdict verdict);  // "placed", "weak", "left_out"

struct TileFate {
    TileVerdict verdict = TileVerdict::left_out;
    std::string reason;  // in words, where it is not placed by what it shows; else ""
    int panorama = -1;   // the largest is 0; -1: in none
    TileCamera camera;
    double rms_px = 0;  // what its places miss by, of those that fit
    std::optional<GridPlace> place;
};

struct PanoramaLink {
    TileLink link;  // tiles by their number here
    LinkFit fit;
    bool weak = false;  // little to hold on to, or far from fitting
};

struct PanoramaPlacement {
    std::vector<TileFate> tiles;  // in the order they were added
    std::vector<PanoramaLink> links;
    int panoramas = 0;
    int rows = 0, columns = 0;  // of the largest panorama's grid; 0 without one
    bool focal_known = false;   // told, or the tiles determine it
};

class PanoramaPlacing {
public:
    // Finds their features, and links to those before. No two may have one stem.
    void add(std::vector<PanoramaTile> tiles, Runner& runner);
    // Where all of them lie. May be asked again and again while tiles come; the last answer is that of a placing which
    // got all tiles at once, to the last bit.
    PanoramaPlacement solve(Runner& runner);
    std::size_t size() const { return tiles_.size(); }

private:
    std::vector<TileLink> turned_links(const TilesByName& tiles, const std::vector<int>& group, Runner& runner);
    GroupSolution solve_by_features(const TilesByName& tiles, Runner& runner);

    std::vector<PanoramaTile> tiles_;
    PairLinks upright_{false};
    PairLinks turned_{true};  // has features of the first so many tiles; made when they are needed
};

}  // namespace nightstack
