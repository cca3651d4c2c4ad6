// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/seams.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/stages/stitch/compose/canvas_to_tile.h"
#include "pipeline/stages/stitch/compose/footprint.h"
#include "pipeline/stages/stitch/compose/grid_cut.h"
#include "pipeline/stages/stitch/compose/position_mesh.h"
#include "pipeline/stages/stitch/compose/small_picture.h"
#include "pipeline/stages/stitch/compose/tile_holes.h"

namespace nightstack {
namespace {

using Colour = std::array<float, 3>;

constexpr int kTied = 1 << 28;
// In roots of linear light, which are nearly even to the eye: a difference of this much counts as one.
constexpr float kNotice = 0.04F;
constexpr float kMostNotice = 64;  // beyond it, different is different
constexpr float kUnit = 64;        // of capacities, for a difference that counts as one
constexpr float kShort = 0.06F;    // of a line, wherever it runs
constexpr float kOffMiddle = 1;    // the more it is nearer to one tile's middle than to the other's

struct Cell {
    Colour colour{};
    float q = 0;
};

class SeamFinder {
public:
    SeamFinder(std::span<const PlacedTile> tiles, const Vignetting& vignetting, const Projection& projection, int width,
               int height, SeamKind kind, int scale, float white, HolesOfTiles holes)
        : tiles_(tiles),
          holes_(holes),
          vignetting_(vignetting),
          projection_(projection),
          width_(width),
          height_(height),
          kind_(kind),
          per_white_(1 / white) {
        map_.scale = scale;
        map_.columns = (width + scale - 1) / scale;
        map_.rows = (height + scale - 1) / scale;
        map_.wraps = wraps_around(projection, width);
        const auto cells = static_cast<std::size_t>(map_.columns) * static_cast<std::size_t>(map_.rows);
        map_.labels.assign(cells, SeamMap::kNone);
        shown_.resize(cells);
        put_.resize(cells);
        covers_.assign(cells, 0);
        node_.assign(cells, -1);
        if (holes_.empty()) return;
        map_.holed.assign(cells, 0);
        put_holed_.assign(cells, 0);
    }

    void insert(int tile, const ReducedTile& picture) {
        look(tile, picture);
        std::vector<std::size_t> both;
        for (const std::size_t c : touched_)
            if (map_.labels[c] >= 0) both.push_back(c);
        if (tiles_[static_cast<std::size_t>(tile)].fills) {
            takes_.assign(both.size(), 0);
        } else if (kind_ == SeamKind::graph_cut) {
            cut(both);
        } else {
            for (const std::size_t c : both) takes_.push_back(put_[c].q < shown_[c].q ? 1 : 0);
            for (std::size_t i = 0; i < both.size(); ++i)
                if (const int better = whole_one(both[i]); better != 0) takes_[i] = better > 0 ? 1 : 0;
        }
        if (!holes_.empty()) note_spares(tile, both);
        for (std::size_t i = 0; i < both.size(); ++i)
            if (takes_[i] == 0) covers_[both[i]] = 0;
        for (const std::size_t c : touched_) {
            if (covers_[c] == 0) continue;
            map_.labels[c] = tile;
            shown_[c] = put_[c];
            covers_[c] = 0;
            if (!holes_.empty()) map_.holed[c] = put_holed_[c];
        }
        touched_.clear();
        takes_.clear();
    }

    SeamMap take() {
        std::erase_if(map_.spares, [&](const SeamMap::Spare& s) { return map_.holed[s.cell] == 0; });
        std::sort(map_.spares.begin(), map_.spares.end());
        map_.spares.erase(std::unique(map_.spares.begin(), map_.spares.end()), map_.spares.end());
        return std::move(map_);
    }

private:
    std::size_t cell(int column, int row) const { return map_.cell(column, row); }

    // Which of two tiles is shown because the other one has a hole: 1 the one that is put in, -1 the one that is there.
    int whole_one(std::size_t c) const {
        if (holes_.empty() || map_.holed[c] == put_holed_[c]) return 0;
        return map_.holed[c] != 0 ? 1 : -1;
    }

    // Cells in which a tile with a hole stays or comes: the other one may be shown in the hole.
    void note_spares(int tile, const std::vector<std::size_t>& both) {
        for (std::size_t i = 0; i < both.size(); ++i) {
            const std::size_t c = both[i];
            if ((takes_[i] != 0 ? put_holed_[c] : map_.holed[c]) != 0)
                map_.spares.push_back({c, takes_[i] != 0 ? map_.labels[c] : tile});
        }
    }

    // All of a cell in the tile, however it is turned, and the pixels next to it.
    static Rect around(const Point& middle, double cell_px) {
        const double half = std::min(0.75 * cell_px + 2, 1e6);
        const int x = static_cast<int>(std::floor(middle.x - half)), y = static_cast<int>(std::floor(middle.y - half));
        return {x, y, static_cast<int>(2 * half) + 2, static_cast<int>(2 * half) + 2};
    }

    // What the tile shows in each cell whose middle it sees.
    void look(int tile, const ReducedTile& picture) {
        const PlacedTile& placed = tiles_[static_cast<std::size_t>(tile)];
        const CanvasToTile to_tile(placed.camera, projection_);
        const TileLens& lens = placed.camera.lens;
        const int s = map_.scale;
        const double offset = (s - 1) / 2.0;
        const auto parts = footprint(placed.camera, projection_, width_, height_);
        const double cell_px = s * tile_pixels_per_pixel(placed.camera, to_tile, projection_);
        const TileHoles* holes = holes_of(holes_, static_cast<std::size_t>(tile));
        const SmallPicture small(holes != nullptr ? holes->filled() : picture, cell_px);
        PositionMesh mesh;
        for (const Rect& part : parts) {
            const int x0 = part.x / s, y0 = part.y / s;
            const Rect cells{x0, y0, std::min(map_.columns, (part.right() + s - 1) / s) - x0,
                             std::min(map_.rows, (part.bottom() + s - 1) / s) - y0};
            if (cells.empty()) continue;
            mesh.cover(to_tile, {static_cast<double>(s), offset, 3, 0.5}, cells);
            for (int y = cells.y; y < cells.bottom(); ++y) {
                if (!to_tile.on_map(s * y + offset)) continue;
                const PositionMesh::Row at = mesh.row(cells.x, y, cells.width);
                for (int i = 0; i < cells.width; ++i) {
                    const Point p{at.x[i], at.y[i]};
                    const std::size_t c = cell(cells.x + i, y);
                    if (!lens.holds(p)) {
                        // Of a cell whose middle it does not see it may see a part.
                        if (!holes_.empty() && lens.holds(p, -2 * cell_px)) map_.spares.push_back({c, tile});
                        continue;
                    }
                    if (covers_[c] != 0) continue;
                    if (!holes_.empty()) put_holed_[c] = 0;
                    if (holes != nullptr) {
                        const TileHoles::Data data = holes->data(around(p, cell_px));
                        if (data == TileHoles::Data::none) continue;
                        put_holed_[c] = data == TileHoles::Data::some ? 1 : 0;
                    }
                    covers_[c] = 1;
                    touched_.push_back(c);
                    put_[c].q = static_cast<float>(tile_q(lens, p));
                    const float by = static_cast<float>(1 / std::max(0.05, vignetting_.falloff(put_[c].q)));
                    const Colour light = small.at(p);
                    for (std::size_t k = 0; k < 3; ++k)
                        put_[c].colour[k] =
                            std::sqrt(std::max(0.0F, light[k] * by * placed.light.gain[k] * per_white_));
                }
            }
        }
        std::sort(touched_.begin(), touched_.end());
    }

    // -1 beyond the edge of a canvas that does not wrap. Directions as in grid_cut.h.
    std::ptrdiff_t neighbour(std::size_t c, int direction) const {
        const int columns = map_.columns;
        int column = static_cast<int>(c % static_cast<std::size_t>(columns));
        int row = static_cast<int>(c / static_cast<std::size_t>(columns));
        constexpr std::array<int, 4> dx{1, -1, 0, 0}, dy{0, 0, 1, -1};
        column += dx[static_cast<std::size_t>(direction)];
        row += dy[static_cast<std::size_t>(direction)];
        if (row < 0 || row >= map_.rows) return -1;
        if (column < 0 || column >= columns) {
            if (!map_.wraps) return -1;
            column = map_.column(column);
        }
        return static_cast<std::ptrdiff_t>(cell(column, row));
    }

    Colour difference(std::size_t c) const {
        Colour d;
        for (std::size_t k = 0; k < 3; ++k) d[k] = shown_[c].colour[k] - put_[c].colour[k];
        return d;
    }

    int capacity(std::size_t a, std::size_t b) const {
        const Colour da = difference(a), db = difference(b);
        float colour = 0, gradient = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            colour += da[k] * da[k] + db[k] * db[k];
            gradient += (da[k] - db[k]) * (da[k] - db[k]);
        }
        const float notice = std::min(kMostNotice, (colour / 2 + gradient) / (kNotice * kNotice));
        const float off = std::min(1.0F, std::abs(shown_[a].q - put_[a].q + shown_[b].q - put_[b].q) / 2);
        return static_cast<int>(kUnit * (notice + kShort + kOffMiddle * off)) + 1;
    }

    void cut(const std::vector<std::size_t>& both) {
        for (std::size_t i = 0; i < both.size(); ++i) node_[both[i]] = static_cast<std::int32_t>(i);
        cut_.reset(static_cast<int>(both.size()));
        for (std::size_t i = 0; i < both.size(); ++i) {
            const std::size_t c = both[i];
            bool old_alone = false, new_alone = false;
            for (int d = 0; d < 4; ++d) {
                const std::ptrdiff_t n = neighbour(c, d);
                if (n < 0) continue;
                const auto other = static_cast<std::size_t>(n);
                if (node_[other] >= 0) {
                    if (d % 2 == 0 && other != c) cut_.link(static_cast<int>(i), d, node_[other], capacity(c, other));
                } else if (covers_[other] != 0) {
                    new_alone = true;
                } else if (map_.labels[other] >= 0) {
                    old_alone = true;
                }
            }
            if (const int better = whole_one(c); better != 0) {
                old_alone = better < 0;
                new_alone = better > 0;
            }
            if (old_alone && !new_alone) cut_.tie(static_cast<int>(i), kTied, 0);
            if (new_alone && !old_alone) cut_.tie(static_cast<int>(i), 0, kTied);
        }
        cut_.cut();
        for (std::size_t i = 0; i < both.size(); ++i) {
            takes_.push_back(cut_.with_sink(static_cast<int>(i)) ? 1 : 0);
            node_[both[i]] = -1;
        }
    }

    std::span<const PlacedTile> tiles_;
    HolesOfTiles holes_;
    Vignetting vignetting_;
    Projection projection_;
    int width_, height_;
    SeamKind kind_;
    float per_white_;
    SeamMap map_;
    std::vector<Cell> shown_, put_;
    std::vector<std::uint8_t> covers_, takes_, put_holed_;
    std::vector<std::int32_t> node_;
    std::vector<std::size_t> touched_;
    GridCut cut_;
};

}  // namespace

int seam_scale(int canvas_width, int canvas_height) {
    int scale = 4;
    while (static_cast<double>(canvas_width) / scale * canvas_height / scale > 150000) scale *= 2;
    return scale;
}

bool wraps_around(const Projection& projection, int canvas_width) {
    const double period = projection.period_px();
    return period > 0 && canvas_width >= period - 1;
}

SeamMap find_seams(std::span<const PlacedTile> tiles, const Vignetting& vignetting, const Projection& projection,
                   int canvas_width, int canvas_height, const ReducedOf& reduced, SeamKind kind, int scale, float white,
                   HolesOfTiles holes) {
    SeamFinder finder(tiles, vignetting, projection, canvas_width, canvas_height, kind, scale, white, holes);
    for (const bool fills : {false, true})
        for (std::size_t i = 0; i < tiles.size(); ++i)
            if (tiles[i].fills == fills) finder.insert(static_cast<int>(i), reduced(static_cast<int>(i)));
    return finder.take();
}

}  // namespace nightstack
