// SPDX-License-Identifier: MIT
// Small synthetic sets of tiles with exact truth, and how far a placement is from it.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "pipeline/graph/panorama/placing.h"
#include "tests/support/pano/grey_scene.h"

namespace nightstack {

struct TileSet {
    std::deque<GreyDrawn> drawn;  // stays where it is
    std::vector<std::string> stems;

    void add(const std::string& stem, GreyDrawn tile) {
        drawn.push_back(std::move(tile));
        stems.push_back(stem);
    }
    std::vector<PanoramaTile> tiles(double told_f_px = 0) const;
    std::vector<PanoramaTile> tiles(const std::vector<std::size_t>& which) const;
};

// Row by row from the upper left; named by a counter unless told otherwise.
struct GridSet {
    int rows = 2, columns = 3, width = 160, height = 120;
    double f_px = 260;
    double overlap = 0.4;
    double jitter_deg = 0.4;
    bool names_say_it = false;
    unsigned seed = 1;
};
TileSet grid_set(const GridSet& how, const GreyScene& scene);
TileCamera grid_camera(const GridSet& how, int row, int column);

PanoramaPlacement place(const std::vector<PanoramaTile>& tiles);

// Root mean square over the overlaps of all pairs of one panorama: where a place of one tile is found in the other, by
// the cameras found against the true ones. Pixels. `only`: of these tiles, empty for all.
double rms_against_truth(const TileSet& set, const PanoramaPlacement& found, const std::vector<std::size_t>& only = {});

int count_of(const PanoramaPlacement& found, TileVerdict verdict);

// To the last bit.
void expect_same(const PanoramaPlacement& a, const PanoramaPlacement& b);

}  // namespace nightstack
