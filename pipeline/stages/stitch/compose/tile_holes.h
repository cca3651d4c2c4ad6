// SPDX-License-Identifier: MIT
// What of a tile has no data (NaN in one of its planes), pixel by pixel, and smooth light for there, so that nothing
// that reads across the rim of a hole (bicubic, blending bands) sees a step. Only tiles that have holes get one. What
// is held: eight bytes for each square of 8 x 8 pixels on a rim, four for all others, and one small picture. Never
// changes once it is made; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/compose/tile_region.h"
#include "pipeline/stages/stitch/light/reduced_tile.h"

namespace nightstack {

class TileHoles {
public:
    // Nothing for tiles without holes, which costs a look at the reduced picture. That one must have no data (NaN)
    // where any pixel of a square has none; only rows where it does are read. `planes`: what `read` gives, 1 or 3.
    static std::unique_ptr<const TileHoles> of(const ReducedTile& reduced, int tile, int width, int height, int planes,
                                               const ReadTile& read);

    // Whether all four pixels around a position have data; beyond the tile its last pixel stands.
    bool seen(float x, float y) const;
    enum class Data : std::uint8_t { none, some, all };
    // Of the squares that a part of the tile touches: `all` and `none` are sure. What lies outside does not count.
    Data data(const Rect& part) const;
    // Puts smooth light where a part's planes have no finite number.
    void fill(const Rect& part, std::span<const ImageView<float>> planes) const;
    // The reduced picture without holes.
    ReducedTile filled() const;

private:
    static constexpr int kSide = 8;
    static constexpr std::int32_t kAll = -1, kNothing = -2;
    TileHoles(int width, int height);
    void read_rows(const ReducedTile& reduced, int tile, int planes, const ReadTile& read);
    void take_rows(int y, std::span<const ImageView<float>> planes);
    bool has(int x, int y) const;
    std::size_t at(int column, int row) const {  // of a square
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(across_) + static_cast<std::size_t>(column);
    }

    int width_, height_, across_, down_, scale_ = 1;
    std::vector<std::int32_t> squares_;  // kAll, kNothing, or which of bits_
    std::vector<std::uint64_t> bits_;    // a pixel each, rows of 8: 1 has data
    std::array<Image<float>, 3> light_;  // the reduced picture, filled
};

// By tile, none for those without; empty where no tile has any.
using HolesOfTiles = std::span<const std::unique_ptr<const TileHoles>>;

inline const TileHoles* holes_of(HolesOfTiles holes, std::size_t tile) {
    return holes.empty() ? nullptr : holes[tile].get();
}

}  // namespace nightstack
