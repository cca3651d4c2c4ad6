// SPDX-License-Identifier: MIT
// Which tile shows which part of the canvas: one label for each cell of scale x scale canvas pixels. Tiles are put in
// one after the other in the order given, each against what is there: where both see a cell, a graph cut (grid_cut.h)
// finds the line along which they differ least in colour and in gradient after their gains, so that what moved between
// two tiles is shown whole or not at all. Where nothing tells, lines run where both are equally far from their middles.
// What one tile alone sees is its own. A pure function; memory as the cells, whatever the number of tiles.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/camera/projection.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/light/reduced_tile.h"
#include "pipeline/stages/stitch/light/tile_light.h"

namespace nightstack {

struct PlacedTile {
    TileCamera camera;
    TileLight light;
    bool fills = false;  // its place is not sure: it shows only what no other tile sees
};

enum class SeamKind { graph_cut, nearest_middle };

struct SeamMap {
    static constexpr std::int32_t kNone = -1;
    int scale = 1, columns = 0, rows = 0;
    bool wraps = false;  // the last column touches the first
    std::vector<std::int32_t> labels;

    // Beyond the canvas: the other side where it wraps, else the nearest cell.
    int column(int x) const {
        if (wraps) return ((x % columns) + columns) % columns;
        return x < 0 ? 0 : x >= columns ? columns - 1 : x;
    }
    int row(int y) const { return y < 0 ? 0 : y >= rows ? rows - 1 : y; }
    std::int32_t label(int column, int row) const {
        return labels[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                      static_cast<std::size_t>(column)];
    }
};

// A power of two from 4 on, so that there are no more than 150,000 cells. Reduced pictures whose pixels are about
// as large on the canvas serve best; finer ones are reduced further.
int seam_scale(int canvas_width, int canvas_height);
// Whether a canvas goes once around.
bool wraps_around(const Projection& projection, int canvas_width);

// The picture of one tile; its views must last until the next call.
using ReducedOf = std::function<ReducedTile(int tile)>;

SeamMap find_seams(std::span<const PlacedTile> tiles, const Vignetting& vignetting, const Projection& projection,
                   int canvas_width, int canvas_height, const ReducedOf& reduced, SeamKind kind, int scale);

}  // namespace nightstack
