// SPDX-License-Identifier: MIT
// Which tile shows which part of the canvas: one label for each cell of scale x scale canvas pixels. Tiles are put in
// one after the other in the order given, each against what is there: where both see a cell, a graph cut (grid_cut.h)
// finds the line along which they differ least in colour and in gradient after their gains, so that what moved between
// two tiles is shown whole or not at all. Where nothing tells, lines run where both are equally far from their middles.
// What one tile alone sees is its own. A pure function; memory as the cells, whatever the number of tiles.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/camera/projection.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/compose/tile_holes.h"
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
    // Where a cell's tile has holes: the cell, and which others see something there; in order.
    struct Spare {
        std::size_t cell = 0;
        std::int32_t tile = 0;
        auto operator<=>(const Spare&) const = default;
    };
    std::vector<Spare> spares;
    std::vector<std::uint8_t> holed;  // by cell: its tile may have a hole there; empty where no tile has any

    // Beyond the canvas: the other side where it wraps, else the nearest cell.
    int column(int x) const {
        if (wraps) return ((x % columns) + columns) % columns;
        return x < 0 ? 0 : x >= columns ? columns - 1 : x;
    }
    int row(int y) const { return y < 0 ? 0 : y >= rows ? rows - 1 : y; }
    std::size_t cell(int column, int row) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
    }
    std::int32_t label(int column, int row) const { return labels[cell(column, row)]; }
    std::span<const Spare> spares_of(int column, int row) const {
        const std::size_t c = cell(column, row);
        const auto begin = std::lower_bound(spares.begin(), spares.end(), Spare{c, 0});
        const auto end = std::lower_bound(begin, spares.end(), Spare{c + 1, 0});
        return {begin, end};
    }
};

// A power of two from 4 on, so that there are no more than 150,000 cells. Reduced pictures whose pixels are about
// as large on the canvas serve best; finer ones are reduced further.
int seam_scale(int canvas_width, int canvas_height);
// Whether a canvas goes once around.
bool wraps_around(const Projection& projection, int canvas_width);

// The picture of one tile; its views must last until the next call. No data (NaN) where any pixel of a square has none.
using ReducedOf = std::function<ReducedTile(int tile)>;

// `white`: light that counts as white, for what differs to the eye. `holes`: by tile, none for those without; or empty.
// Where a tile has a hole another one is shown that has none.
SeamMap find_seams(std::span<const PlacedTile> tiles, const Vignetting& vignetting, const Projection& projection,
                   int canvas_width, int canvas_height, const ReducedOf& reduced, SeamKind kind, int scale,
                   float white = 1, HolesOfTiles holes = {});

}  // namespace nightstack
