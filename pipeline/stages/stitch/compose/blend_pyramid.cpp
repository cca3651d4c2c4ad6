// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/blend_pyramid.h"

#include <algorithm>
#include <cassert>

#include "pipeline/stages/stitch/compose/pyramid_rows.h"

namespace nightstack {

void BlendPyramid::begin(int bands, const Rect& region, std::span<const Rect> shown) {
    assert(bands >= 2);
    assert(((region.x | region.y | region.width | region.height) & ((1 << (bands - 1)) - 1)) == 0);
    region_ = region;
    sums_.resize(static_cast<std::size_t>(bands));
    tile_.resize(static_cast<std::size_t>(bands));
    for (int k = 0; k < bands; ++k) {
        Level& level = sums_[static_cast<std::size_t>(k)];
        level.resize(region.width >> k, region.height >> k);
        if (k > 0) level.clear();
    }
    for (const Rect& part : shown) {
        for (int y = part.y; y < part.bottom(); ++y)
            std::fill_n(sums_[0].row(y - region.y) + 4 * (part.x - region.x), 4 * part.width, 0.0F);
    }
    scratch_.resize(static_cast<std::size_t>(region.width) * 4);
    line_.resize(static_cast<std::size_t>(region.width) * 4);
}

float* BlendPyramid::tile(const Rect& region) {
    assert(region_.contains(region));
    tile_region_ = region;
    tile_[0].resize(region.width, region.height);
    return tile_[0].pixels.data();
}

// Coarse pixels c0 to c1 of a row.
void BlendPyramid::expanded(Level& coarse, int fine_y, int c0, int c1, std::vector<float>& scratch, float* out) {
    const int nearer = fine_y >> 1;
    const int farther = std::clamp(fine_y % 2 == 0 ? nearer - 1 : nearer + 1, 0, coarse.height - 1);
    expand_row(coarse.row(nearer) + 4 * c0, coarse.row(farther) + 4 * c0, c1 - c0, scratch.data(), out);
}

// The coarser level of a part whose edges are even; pixels beside it are reduced too, where there are any.
void BlendPyramid::reduce(Level& fine, Level& coarse, const Rect& part) {
    const int x0 = std::max(0, part.x / 2 - 1), x1 = std::min(coarse.width, part.right() / 2 + 1);
    for (int y = part.y / 2; y < part.bottom() / 2; ++y) {
        const float* rows[4] = {fine.row(std::max(0, 2 * y - 1)) + 8 * x0, fine.row(2 * y) + 8 * x0,
                                fine.row(2 * y + 1) + 8 * x0, fine.row(std::min(fine.height - 1, 2 * y + 2)) + 8 * x0};
        reduce_row(rows, 2 * (x1 - x0), scratch_.data(), coarse.row(y) + 4 * x0);
    }
}

// Of a part of the tile's level with even edges at the sides.
void BlendPyramid::add_band(std::size_t k, const Rect& part) {
    Level& fine = tile_[k];
    Level& sum = sums_[k];
    const int dx = (tile_region_.x - region_.x) >> k, dy = (tile_region_.y - region_.y) >> k;
    if (part.width <= 0) return;
    // What is expanded needs a coarse pixel more on each side; at the tile's ends its last one stands.
    const bool last = k + 1 == sums_.size();
    const int c0 = last ? 0 : std::max(0, part.x / 2 - 1);
    const int c1 = last ? 0 : std::min(tile_[k + 1].width, part.right() / 2 + 1);
    for (int y = part.y; y < part.bottom(); ++y) {
        if (!last) expanded(tile_[k + 1], y, c0, c1, scratch_, line_.data());
        add_band_row(fine.row(y) + 4 * part.x, last ? nullptr : line_.data() + 4 * (part.x - 2 * c0), part.width,
                     sum.row(y + dy) + 4 * (dx + part.x));
    }
}

void BlendPyramid::add_tile(const Filled& filled) {
    const auto inside = [&](const Rect& part) {
        return Rect{part.x - tile_region_.x, part.y - tile_region_.y, part.width, part.height};
    };
    for (std::size_t k = 0; k + 1 < sums_.size(); ++k) {
        Level& fine = tile_[k];
        Level& coarse = tile_[k + 1];
        coarse.resize(fine.width / 2, fine.height / 2);
        if (k > 0) {
            reduce(fine, coarse, {0, 0, fine.width, fine.height});
            continue;
        }
        coarse.clear();
        for (const Rect& part : filled.around) reduce(fine, coarse, inside(part));
    }
    for (const Rect& part : filled.shown) add_band(0, inside(part));
    const Rect weighted = inside(filled.weighted);
    for (std::size_t k = 1; k < sums_.size(); ++k) {
        // Weights of this level reach less than two of its pixels beyond those of the first.
        const int x0 = std::max(0, (weighted.x >> k) - 2) & ~1, y0 = std::max(0, (weighted.y >> k) - 2);
        const int x1 = std::min(tile_[k].width, ((weighted.right() >> k) + 4) & ~1);
        const int y1 = std::min(tile_[k].height, (weighted.bottom() >> k) + 3);
        add_band(k, {x0, y0, x1 - x0, y1 - y0});
    }
}

void BlendPyramid::finish(std::span<const Rect> shown) {
    for (std::size_t k = sums_.size(); k-- > 1;) {
        Level& sum = sums_[k];
        for (int y = 0; y < sum.height; ++y) {
            if (k + 1 == sums_.size()) {
                finish_band_row(nullptr, sum.width, sum.row(y));
                continue;
            }
            expanded(sums_[k + 1], y, 0, sums_[k + 1].width, scratch_, line_.data());
            finish_band_row(line_.data(), sum.width, sum.row(y));
        }
    }
    for (const Rect& part : shown) {
        const int x0 = part.x - region_.x, y0 = part.y - region_.y;
        const int c0 = std::max(0, x0 / 2 - 1), c1 = std::min(sums_[1].width, (x0 + part.width) / 2 + 1);
        for (int y = y0; y < y0 + part.height; ++y) {
            expanded(sums_[1], y, c0, c1, scratch_, line_.data());
            finish_band_row(line_.data() + 4 * (x0 - 2 * c0), part.width, sums_[0].row(y) + 4 * x0);
        }
    }
}

const float* BlendPyramid::row(int canvas_y) const { return sums_[0].row(canvas_y - region_.y); }

}  // namespace nightstack
