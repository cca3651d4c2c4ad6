// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/block_labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace nightstack {
namespace {
constexpr int kShift = 4;
static_assert(BlockLabels::kSquare == 1 << kShift);
}  // namespace

BlockLabels::Between BlockLabels::between(double pixel, bool column) const {
    if (column && seams_->wraps) pixel -= period_ * std::floor((pixel + 0.5) / period_);
    const double at = (pixel + 0.5) / seams_->scale - 0.5;
    const int first = static_cast<int>(std::floor(at));
    const float part = static_cast<float>(at - first);
    if (column) return {seams_->column(first), seams_->column(first + 1), part};
    return {seams_->row(first), seams_->row(first + 1), part};
}

// All cells that the pixels of a square from `begin` on lie between, and `more` on each side.
void BlockLabels::gather(int begin, bool columns, int more, std::vector<int>& cells) const {
    cells.clear();
    const auto& places = columns ? across_ : down_;
    int last = -1;
    for (int i = 0; i < kSquare; ++i) {
        const Between& b = places[static_cast<std::size_t>(begin + i)];
        if (b.first == last) continue;
        last = b.first;
        for (int k = -more; k <= 1 + more; ++k) {
            const int cell = columns ? seams_->column(b.first + k) : seams_->row(b.first + k);
            if (std::find(cells.begin(), cells.end(), cell) == cells.end()) cells.push_back(cell);
        }
    }
}

std::int16_t BlockLabels::local(std::int32_t tile) {
    std::int16_t& known = local_[static_cast<std::size_t>(tile)];
    if (known < 0) {
        known = static_cast<std::int16_t>(tiles_.size());
        tiles_.push_back(tile);
        if (meshes_.size() < tiles_.size()) meshes_.emplace_back();
        meshes_[static_cast<std::size_t>(known)].cover(
            maps_[static_cast<std::size_t>(tile)], shapes_[static_cast<std::size_t>(tile)],
            {squares_.x * kSquare, squares_.y * kSquare, squares_.width * kSquare, squares_.height * kSquare});
    }
    return known;
}

void BlockLabels::find(const SeamMap& seams, double period_px, std::span<const CanvasToTile> maps,
                       std::span<const MeshShape> shapes, HolesOfTiles holes, const Rect& area) {
    seams_ = &seams;
    period_ = period_px;
    maps_ = maps;
    shapes_ = shapes;
    holes_ = holes;
    const int x0 = area.x >> kShift, y0 = area.y >> kShift;
    squares_ = {x0, y0, ((area.right() - 1) >> kShift) + 1 - x0, ((area.bottom() - 1) >> kShift) + 1 - y0};
    const std::size_t count = static_cast<std::size_t>(squares_.width) * static_cast<std::size_t>(squares_.height);
    whole_.assign(count, kNone);
    place_.assign(count, 0);
    pixels_.clear();
    tiles_.clear();
    local_.assign(maps.size(), -1);
    across_.clear();
    down_.clear();
    for (int x = 0; x < squares_.width * kSquare; ++x) across_.push_back(between(squares_.x * kSquare + x, true));
    for (int y = 0; y < squares_.height * kSquare; ++y) down_.push_back(between(squares_.y * kSquare + y, false));

    const auto width = static_cast<std::size_t>(squares_.width);
    columns_near_.resize(std::max(columns_near_.size(), width));
    columns_in_.resize(std::max(columns_in_.size(), width));
    for (std::size_t i = 0; i < width; ++i) {
        gather(static_cast<int>(i) * kSquare, true, 0, columns_in_[i]);
        gather(static_cast<int>(i) * kSquare, true, 1, columns_near_[i]);
    }
    std::vector<int> rows_in, rows_near;
    for (int sy = squares_.y; sy < squares_.bottom(); ++sy) {
        const int y = sy * kSquare;
        gather(y - squares_.y * kSquare, false, 0, rows_in);
        gather(y - squares_.y * kSquare, false, 1, rows_near);
        // All rows of a square are on the map, or it is looked at by pixels.
        const auto on_map = [&](int row) { return maps.empty() || maps[0].on_map(row); };
        const bool all_on_map = on_map(y) && on_map(y + kSquare - 1);
        for (int sx = squares_.x; sx < squares_.right(); ++sx) {
            const std::size_t at = index(sx, sy), column = static_cast<std::size_t>(sx - squares_.x);
            const std::int32_t one = one_label(columns_in_[column], rows_in);
            if (one >= 0 && all_on_map) {
                const std::int16_t label = local(one);
                const Rect square{sx * kSquare, y, kSquare, kSquare};
                if (mesh(static_cast<std::size_t>(label)).surely_inside(square) &&
                    whole(static_cast<std::size_t>(label), square)) {
                    whole_[at] = label;
                    continue;
                }
            }
            candidates_.clear();
            for (const int row : rows_near) {
                for (const int cell : columns_near_[column]) {
                    const std::int32_t tile = seams.label(cell, row);
                    if (tile == SeamMap::kNone) continue;
                    add_candidate(tile);
                    if (holes.empty()) continue;
                    for (const SeamMap::Spare& spare : seams.spares_of(cell, row)) add_candidate(spare.tile);
                }
            }
            if (!candidates_.empty()) mixed_square(sx, sy, at);
        }
    }
}

void BlockLabels::add_candidate(std::int32_t tile) {
    const std::int16_t label = local(tile);
    if (std::find(candidates_.begin(), candidates_.end(), label) == candidates_.end()) candidates_.push_back(label);
}

// Whether a tile surely has data in all of a square that lies inside of it.
bool BlockLabels::whole(std::size_t label, const Rect& square) {
    const TileHoles* holes = holes_of(holes_, static_cast<std::size_t>(tiles_[label]));
    return holes == nullptr || holes->data(grown(mesh(label).bounds(square), 2)) == TileHoles::Data::all;
}

// The label of all cells, or kNone where there are several or one without.
std::int32_t BlockLabels::one_label(const std::vector<int>& columns, const std::vector<int>& rows) const {
    const std::int32_t first = seams_->label(columns[0], rows[0]);
    for (const int row : rows) {
        for (const int column : columns)
            if (seams_->label(column, row) != first) return SeamMap::kNone;
    }
    return first;
}

void BlockLabels::mixed_square(int sx, int sy, std::size_t at) {
    constexpr int kPixels = kSquare * kSquare;
    const int x0 = sx * kSquare, y0 = sy * kSquare;
    // In the order of the tiles, not in that in which this block met them.
    std::sort(candidates_.begin(), candidates_.end(), [&](std::int16_t a, std::int16_t b) {
        return tiles_[static_cast<std::size_t>(a)] < tiles_[static_cast<std::size_t>(b)];
    });
    sees_.assign(candidates_.size() * kPixels, 0);
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
        const auto label = static_cast<std::size_t>(candidates_[c]);
        const auto tile = static_cast<std::size_t>(tiles_[label]);
        PositionMesh& mesh_of = mesh(label);
        const CanvasToTile& map = maps_[tile];
        const Rect square{x0, y0, kSquare, kSquare};
        if (mesh_of.surely_outside(square)) continue;
        if (map.on_map(y0) && map.on_map(y0 + kSquare - 1) && mesh_of.surely_inside(square) && whole(label, square)) {
            std::fill_n(sees_.begin() + static_cast<std::ptrdiff_t>(c * kPixels), kPixels, std::uint8_t{1});
            continue;
        }
        const TileHoles* holes = holes_of(holes_, tile);
        const float right = static_cast<float>(map.lens().width) - 0.5F;
        const float bottom = static_cast<float>(map.lens().height) - 0.5F;
        for (int y = 0; y < kSquare; ++y) {
            if (!map.on_map(y0 + y)) continue;
            const PositionMesh::Row row = mesh_of.row(x0, y0 + y, kSquare);
            std::uint8_t* sees = sees_.data() + c * kPixels + static_cast<std::size_t>(y * kSquare);
            for (int x = 0; x < kSquare; ++x) {
                const bool in = row.x[x] >= -0.5F && row.y[x] >= -0.5F && row.x[x] <= right && row.y[x] <= bottom;
                sees[x] = in && (holes == nullptr || holes->seen(row.x[x], row.y[x])) ? 1 : 0;
            }
        }
    }
    const auto candidate = [&](int column, int row) -> int {
        const std::int32_t tile = seams_->label(column, row);
        if (tile == SeamMap::kNone) return -1;
        const std::int16_t label = local_[static_cast<std::size_t>(tile)];
        return static_cast<int>(std::find(candidates_.begin(), candidates_.end(), label) - candidates_.begin());
    };
    place_[at] = static_cast<std::int32_t>(pixels_.size() / kPixels);
    pixels_.resize(pixels_.size() + kPixels, kNone);
    std::int16_t* out = pixels_.data() + static_cast<std::ptrdiff_t>(place_[at]) * kPixels;
    std::int16_t first = 0;
    bool same = true;
    for (int y = 0; y < kSquare; ++y) {
        const Between& v = down_[static_cast<std::size_t>(y0 - squares_.y * kSquare + y)];
        std::array<int, 4> around{};
        int column = 0;
        for (int x = 0; x < kSquare; ++x) {
            const Between& u = across_[static_cast<std::size_t>(x0 - squares_.x * kSquare + x)];
            const auto pixel = static_cast<std::size_t>(y * kSquare + x);
            const auto seen = [&](int c) {
                return c >= 0 && sees_[static_cast<std::size_t>(c) * kPixels + pixel] != 0;
            };
            if (x == 0 || u.first != column) {  // the same cells for several pixels
                column = u.first;
                around = {candidate(u.first, v.first), candidate(u.second, v.first), candidate(u.first, v.second),
                          candidate(u.second, v.second)};
            }
            if (around[0] == around[1] && around[0] == around[2] && around[0] == around[3] && seen(around[0])) {
                out[pixel] = candidates_[static_cast<std::size_t>(around[0])];
                if (pixel == 0) first = out[0];
                same = same && out[pixel] == first;
                continue;
            }
            const std::array<float, 4> weights{(1 - u.part) * (1 - v.part), u.part * (1 - v.part),
                                               (1 - u.part) * v.part, u.part * v.part};
            int best = -1;
            float most = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                if (!seen(around[i])) continue;
                float sum = 0;
                for (std::size_t j = 0; j < 4; ++j) sum += around[j] == around[i] ? weights[j] : 0;
                // Equal weights: the first tile, from whichever side one comes.
                if (best < 0 || sum > most || (sum == most && around[i] < best)) {
                    best = around[i];
                    most = sum;
                }
            }
            if (best < 0) {  // whoever of the neighbours sees it
                for (std::size_t c = 0; c < candidates_.size() && best < 0; ++c)
                    if (seen(static_cast<int>(c))) best = static_cast<int>(c);
            }
            out[pixel] = best < 0 ? kNone : candidates_[static_cast<std::size_t>(best)];
            if (pixel == 0) first = out[0];
            same = same && out[pixel] == first;
        }
    }
    whole_[at] = kMixed;
    if (same) {
        whole_[at] = first;
        pixels_.resize(pixels_.size() - kPixels);
    }
}

}  // namespace nightstack
