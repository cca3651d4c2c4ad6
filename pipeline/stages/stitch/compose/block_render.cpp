// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/block_render.h"

#include <algorithm>
#include <limits>

namespace nightstack {
namespace {

constexpr int kSide = BlockLabels::kSquare;
constexpr float kNoData = std::numeric_limits<float>::quiet_NaN();

int unit_of(int bands) { return std::max(kSide, 1 << (bands - 1)); }
int floor_to(int v, int unit) { return v & ~(unit - 1); }
int ceil_to(int v, int unit) { return floor_to(v + unit - 1, unit); }

Rect aligned(const Rect& r, int unit) {
    const int x = floor_to(r.x, unit), y = floor_to(r.y, unit);
    return {x, y, ceil_to(r.right(), unit) - x, ceil_to(r.bottom(), unit) - y};
}

}  // namespace

int BlockRender::halo_px(int bands) { return bands > 1 ? ceil_to(BlendPyramid::halo_px(bands), unit_of(bands)) : 0; }

void BlockRender::render(const ComposedTiles& tiles, const Rect& block, std::span<const ImageView<float>> planes,
                         ImageView<float> alpha) {
    const int halo = halo_px(tiles.bands);
    const Output out{planes, alpha, block};
    plan_.make(tiles.seams, tiles.period_px, tiles.maps, tiles.shapes, tiles.holes, block, halo);
    if (plan_.blends())
        pyramid_.begin(tiles.bands, aligned(grown(plan_.blended_part(), halo), unit_of(tiles.bands)), plan_.shown());
    put_gaps(out);
    // In the order of the tiles, so that sums do not depend on the block.
    for (const std::size_t label : plan_.order())
        if (plan_.find_needs(label)) render_tile(tiles, label, out);
    if (!plan_.blends()) return;
    pyramid_.finish(plan_.shown());
    put_blended(out);
}

void BlockRender::render_tile(const ComposedTiles& tiles, std::size_t label, const Output& out) {
    const auto tile = static_cast<std::size_t>(labels().tiles()[label]);
    const Rect& s = labels().squares();
    PositionMesh& mesh = plan_.labels().mesh(label);
    Rect wanted;
    for (int y = s.y; y < s.bottom(); ++y) {
        for (int x = s.x; x < s.right(); ++x) {
            if (plan_.needed(labels().index(x, y)))
                wanted = united(wanted, mesh.bounds({x * kSide, y * kSide, kSide, kSide}));
        }
    }
    const TileLens& lens = tiles.maps[tile].lens();
    region_.load(tiles.read, static_cast<int>(tile), lens.width, lens.height, wanted, tiles.reductions[tile],
                 tiles.planes, holes_of(tiles.holes, tile));
    const RemapSource source = region_.source();
    for (int y = s.y; y < s.bottom(); ++y) {
        for (int x = s.x; x < s.right();) {
            int end = x;
            while (end < s.right() && plan_.needed_as_it_is(labels().index(end, y))) ++end;
            if (end > x) put_run(tiles, label, source, x, end, y, out);
            x = std::max(end, x + 1);
        }
    }
    const Rect picture = plan_.picture();
    if (picture.empty()) return;
    const Rect whole = aligned(picture, unit_of(tiles.bands));
    fill_picture(tiles, label, source, whole, pyramid_.tile(whole));
    around_.clear();
    for (const Rect& part : plan_.around()) {
        const Rect inside = intersected(part, whole);
        if (!inside.empty()) around_.push_back(inside);
    }
    pyramid_.add_tile({around_, plan_.shown_of_label(), intersected(plan_.with_label(label), whole)});
}

// Squares sx0 to sx1 of a row of squares, straight into the planes.
void BlockRender::put_run(const ComposedTiles& tiles, std::size_t label, const RemapSource& source, int sx0, int sx1,
                          int sy, const Output& out) {
    const RemapLight& light = tiles.lights[static_cast<std::size_t>(labels().tiles()[label])];
    const Rect part = intersected({sx0 * kSide, sy * kSide, (sx1 - sx0) * kSide, kSide}, out.block);
    if (part.empty()) return;
    if (run_.size() < static_cast<std::size_t>(part.width) * 4) run_.resize(static_cast<std::size_t>(part.width) * 4);
    PositionMesh& mesh = plan_.labels().mesh(label);
    for (int y = part.y; y < part.bottom(); ++y) {
        const PositionMesh::Row row = mesh.row(part.x, y, part.width);
        remap_run(source, light, row.x, row.y, part.width, run_.data());
        for (int sx = sx0; sx < sx1;) {
            const bool mixed = labels().label(sx, sy) == BlockLabels::kMixed;
            int end = sx + 1;
            while (end < sx1 && (labels().label(end, sy) == BlockLabels::kMixed) == mixed && !mixed) ++end;
            const int x0 = std::max(part.x, sx * kSide), x1 = std::min(part.right(), end * kSide);
            const std::int16_t* pixels =
                mixed ? labels().pixels(sx, sy) + (y - sy * kSide) * kSide - sx * kSide : nullptr;
            put_pixels(run_.data() + 4 * (x0 - part.x), x0, x1 - x0, y, pixels, static_cast<std::int16_t>(label), out);
            sx = end;
        }
    }
}

// A row of pixels into the planes; with labels, those of one label alone.
void BlockRender::put_pixels(const float* from, int x, int count, int y, const std::int16_t* labels, std::int16_t label,
                             const Output& out) {
    const int row = y - out.block.y, left = x - out.block.x;
    if (labels == nullptr && out.planes.size() == 3) {
        split_run(from, count, out.planes[0].row_data(row) + left, out.planes[1].row_data(row) + left,
                  out.planes[2].row_data(row) + left);
        return;
    }
    for (std::size_t p = 0; p < out.planes.size(); ++p) {
        float* to = out.planes[p].row_data(row) + left;
        for (int i = 0; i < count; ++i)
            if (labels == nullptr || labels[x + i] == label) to[i] = from[4 * static_cast<std::size_t>(i) + p];
    }
}

// The tile's picture and its weights over a region, for the pyramid: what is needed, and 0 around that.
void BlockRender::fill_picture(const ComposedTiles& tiles, std::size_t label, const RemapSource& source,
                               const Rect& region, float* picture) {
    const RemapLight& light = tiles.lights[static_cast<std::size_t>(labels().tiles()[label])];
    PositionMesh& mesh = plan_.labels().mesh(label);
    const auto me = static_cast<std::int16_t>(label);
    const int first = region.x / kSide, last = region.right() / kSide;
    const Rect& s = labels().squares();
    const auto within = [&](int sx, int sy) { return sx >= s.x && sy >= s.y && sx < s.right() && sy < s.bottom(); };
    const auto needed = [&](int sx, int sy) { return within(sx, sy) && plan_.needed_to_blend(labels().index(sx, sy)); };
    for (int y = region.y; y < region.bottom(); ++y) {
        const int sy = y >= 0 ? y / kSide : -((-y + kSide - 1) / kSide);
        float* row = picture + static_cast<std::ptrdiff_t>(y - region.y) * region.width * 4;
        for (int sx = first; sx < last;) {
            int end = sx;
            while (end < last && needed(end, sy)) ++end;
            if (end == sx) {
                const bool zero = within(sx, sy) && plan_.filled(labels().index(sx, sy));
                if (zero) std::fill_n(row + 4 * (sx * kSide - region.x), 4 * kSide, 0.0F);
                ++sx;
                continue;
            }
            const int x0 = sx * kSide, count = (end - sx) * kSide;
            const PositionMesh::Row at = mesh.row(x0, y, count);
            remap_run(source, light, at.x, at.y, count, row + 4 * (x0 - region.x));
            for (; sx < end; ++sx) {
                float* weights = row + 4 * (sx * kSide - region.x) + 3;
                const std::int16_t whole = labels().label(sx, sy);
                if (whole != BlockLabels::kMixed) {
                    for (int i = 0; i < kSide; ++i) weights[4 * i] = whole == me ? 1.0F : 0.0F;
                } else {
                    const std::int16_t* pixels = labels().pixels(sx, sy) + (y - sy * kSide) * kSide;
                    for (int i = 0; i < kSide; ++i) weights[4 * i] = pixels[i] == me ? 1.0F : 0.0F;
                }
            }
        }
    }
}

void BlockRender::put_blended(const Output& out) {
    const Rect& s = labels().squares();
    const Rect& region = pyramid_.region();
    for (int sy = s.y; sy < s.bottom(); ++sy) {
        for (int sx = s.x; sx < s.right(); ++sx) {
            if (!plan_.blended(labels().index(sx, sy))) continue;
            const Rect part = intersected({sx * kSide, sy * kSide, kSide, kSide}, out.block);
            const std::int16_t* pixels =
                labels().label(sx, sy) == BlockLabels::kMixed ? labels().pixels(sx, sy) : nullptr;
            for (int y = part.y; y < part.bottom(); ++y) {
                const float* from = pyramid_.row(y) + 4 * (part.x - region.x);
                if (pixels == nullptr) {
                    put_pixels(from, part.x, part.width, y, nullptr, 0, out);
                    continue;
                }
                const std::int16_t* labels = pixels + (y - sy * kSide) * kSide + part.x - sx * kSide;
                for (std::size_t p = 0; p < out.planes.size(); ++p) {
                    float* to = out.planes[p].row_data(y - out.block.y) + (part.x - out.block.x);
                    for (int i = 0; i < part.width; ++i)
                        if (labels[i] >= 0) to[i] = from[4 * static_cast<std::size_t>(i) + p];
                }
            }
        }
    }
}

// Alpha everywhere, and NaN where nothing will come.
void BlockRender::put_gaps(const Output& out) {
    const Rect& s = labels().squares();
    for (int sy = s.y; sy < s.bottom(); ++sy) {
        for (int sx = s.x; sx < s.right(); ++sx) {
            const Rect part = intersected({sx * kSide, sy * kSide, kSide, kSide}, out.block);
            const std::int16_t whole = labels().label(sx, sy);
            for (int y = part.y; y < part.bottom(); ++y) {
                const int row = y - out.block.y, left = part.x - out.block.x;
                float* alpha = out.alpha.row_data(row) + left;
                if (whole != BlockLabels::kMixed) {
                    std::fill_n(alpha, part.width, whole >= 0 ? 1.0F : 0.0F);
                    if (whole >= 0) continue;
                    for (const auto& plane : out.planes) std::fill_n(plane.row_data(row) + left, part.width, kNoData);
                    continue;
                }
                const std::int16_t* pixels = labels().pixels(sx, sy) + (y - sy * kSide) * kSide + (part.x - sx * kSide);
                for (int i = 0; i < part.width; ++i) {
                    alpha[i] = pixels[i] >= 0 ? 1.0F : 0.0F;
                    if (pixels[i] >= 0) continue;
                    for (const auto& plane : out.planes) plane.row_data(row)[left + i] = kNoData;
                }
            }
        }
    }
}

std::int64_t BlockRender::covered(const ComposedTiles& tiles, const Rect& part) {
    plan_.labels().find(tiles.seams, tiles.period_px, tiles.maps, tiles.shapes, tiles.holes, part);
    const Rect& s = labels().squares();
    std::int64_t count = 0;
    for (int sy = s.y; sy < s.bottom(); ++sy) {
        for (int sx = s.x; sx < s.right(); ++sx) {
            const Rect in = intersected({sx * kSide, sy * kSide, kSide, kSide}, part);
            const std::int16_t whole = labels().label(sx, sy);
            if (whole != BlockLabels::kMixed) {
                count += whole >= 0 ? static_cast<std::int64_t>(in.width) * in.height : 0;
                continue;
            }
            const std::int16_t* pixels = labels().pixels(sx, sy);
            for (int y = in.y; y < in.bottom(); ++y) {
                for (int x = in.x; x < in.right(); ++x)
                    count += pixels[(y - sy * kSide) * kSide + x - sx * kSide] >= 0 ? 1 : 0;
            }
        }
    }
    return count;
}

}  // namespace nightstack
