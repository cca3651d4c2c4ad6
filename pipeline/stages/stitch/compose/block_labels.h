// SPDX-License-Identifier: MIT
// Which tile shows each pixel of a block: the seam map's cells made smooth (each pixel belongs to the tile with the
// most weight among the cells around it, bilinear), where a tile that does not see a pixel, or has no data there, gives
// way to the next. Kept by squares, for most squares have one label. A function of the canvas alone, so that blocks
// agree. One object for one thread, used again and again.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/compose/canvas_to_tile.h"
#include "pipeline/stages/stitch/compose/position_mesh.h"
#include "pipeline/stages/stitch/compose/seams.h"
#include "pipeline/stages/stitch/compose/tile_holes.h"

namespace nightstack {

class BlockLabels {
public:
    static constexpr int kSquare = 16;  // canvas pixels on a side, at multiples of it
    static constexpr std::int16_t kNone = -1, kMixed = -2;

    // Of all squares that `area` touches. Maps, shapes and holes by tile; holes may be none at all.
    void find(const SeamMap& seams, double period_px, std::span<const CanvasToTile> maps,
              std::span<const MeshShape> shapes, HolesOfTiles holes, const Rect& area);

    const Rect& squares() const { return squares_; }  // in squares
    // A label of the whole square, or kMixed. Labels count the tiles of this block, `tiles()` tells which those are.
    std::int16_t label(int sx, int sy) const { return whole_[index(sx, sy)]; }
    // Of a mixed square: rows of kSquare pixels.
    const std::int16_t* pixels(int sx, int sy) const {
        return pixels_.data() + static_cast<std::ptrdiff_t>(place_[index(sx, sy)]) * kSquare * kSquare;
    }
    const std::vector<int>& tiles() const { return tiles_; }
    // Of a tile of this block, over all squares.
    PositionMesh& mesh(std::size_t label) { return meshes_[label]; }
    std::size_t index(int sx, int sy) const {
        return static_cast<std::size_t>(sy - squares_.y) * static_cast<std::size_t>(squares_.width) +
               static_cast<std::size_t>(sx - squares_.x);
    }

private:
    // How a column or row of pixels lies between cells.
    struct Between {
        int first, second;
        float part;  // of the second
    };
    std::int16_t local(std::int32_t tile);
    Between between(double pixel, bool column) const;
    void gather(int begin, bool columns, int more, std::vector<int>& cells) const;
    std::int32_t one_label(const std::vector<int>& columns, const std::vector<int>& rows) const;
    void add_candidate(std::int32_t tile);
    bool whole(std::size_t label, const Rect& square);
    void mixed_square(int sx, int sy, std::size_t at);

    const SeamMap* seams_ = nullptr;
    std::span<const CanvasToTile> maps_;
    std::span<const MeshShape> shapes_;
    HolesOfTiles holes_;
    double period_ = 0;
    Rect squares_;
    std::vector<std::int16_t> whole_, pixels_;
    std::vector<std::int32_t> place_;
    std::vector<int> tiles_;
    std::vector<std::int16_t> local_;  // by tile
    std::deque<PositionMesh> meshes_;
    std::vector<Between> across_, down_;
    std::vector<std::vector<int>> columns_in_, columns_near_;  // cells under a column of squares, and around it
    std::vector<std::int16_t> candidates_;
    std::vector<std::uint8_t> sees_;  // for each candidate, each pixel of a square
};

}  // namespace nightstack
