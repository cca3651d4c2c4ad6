// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/tile_region.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "pipeline/stages/stitch/compose/tile_holes.h"

namespace nightstack {
namespace {

constexpr int kStripRows = 64;  // of the tile: what is read at a time stays in cache

float finite(float v) { return v - v == 0 ? v : 0; }

}  // namespace

void TileRegion::load(const ReadTile& read, int tile, int tile_width, int tile_height, const Rect& wanted,
                      int reduction_log2, int planes, const TileHoles* holes) {
    log2_ = reduction_log2;
    const int size = 1 << log2_;
    width_ = (tile_width + size - 1) >> log2_;
    height_ = (tile_height + size - 1) >> log2_;
    const int x0 = (wanted.x >> log2_) - 2, y0 = (wanted.y >> log2_) - 2;
    rect_ = {x0, y0, ((wanted.right() - 1) >> log2_) + 3 - x0, ((wanted.bottom() - 1) >> log2_) + 3 - y0};
    inside_ = intersected(rect_, {0, 0, width_, height_});
    const std::size_t floats = static_cast<std::size_t>(rect_.width) * static_cast<std::size_t>(rect_.height) * 4;
    if (rgbx_.size() < floats) rgbx_.resize(floats);

    const int left = inside_.x << log2_, right = std::min(inside_.right() << log2_, tile_width);
    const int rows = std::max(1, kStripRows >> log2_);
    strip_.resize(static_cast<std::size_t>(planes));
    std::array<ImageView<float>, 3> views;
    const std::span<const ImageView<float>> given(views.data(), static_cast<std::size_t>(planes));
    for (int y = inside_.y; y < inside_.bottom(); y += rows) {
        const Rect part{inside_.x, y, inside_.width, std::min(rows, inside_.bottom() - y)};
        const int top = part.y << log2_, bottom = std::min(part.bottom() << log2_, tile_height);
        for (std::size_t p = 0; p < strip_.size(); ++p) {
            strip_[p].reshape(right - left, bottom - top);
            views[p] = strip_[p].view();
        }
        const Rect from{left, top, right - left, bottom - top};
        read(tile, from, given);
        if (holes != nullptr) holes->fill(from, given);
        take_strip(part, given);
    }
    repeat_edges();
}

void TileRegion::take_strip(const Rect& part, std::span<const ImageView<float>> planes) {
    const auto plane = [&](std::size_t c) { return planes[planes.size() == 3 ? c : 0]; };
    const int size = 1 << log2_;
    for (int y = part.y; y < part.bottom(); ++y) {
        float* out = pixel(part.x, y);
        const int from = (y - part.y) << log2_;
        if (log2_ == 0) {
            const float* r = plane(0).row_data(from);
            const float* g = plane(1).row_data(from);
            const float* b = plane(2).row_data(from);
            interleave_run(r, g, b, part.width, out);
            continue;
        }
        std::fill_n(out, 4 * part.width, 0.0F);
        const int to = std::min(from + size, plane(0).height());
        for (std::size_t c = 0; c < 3; ++c) {
            const int columns = plane(c).width();
            for (int v = from; v < to; ++v) {
                const float* row = plane(c).row_data(v);
                for (int x = 0; x < part.width; ++x) {
                    const int begin = x << log2_, end = std::min(begin + size, columns);
                    float sum = 0;
                    for (int u = begin; u < end; ++u) sum += finite(row[u]);
                    out[4 * x + static_cast<int>(c)] += sum / static_cast<float>(end - begin);
                }
            }
            for (int x = 0; x < part.width; ++x) out[4 * x + static_cast<int>(c)] /= static_cast<float>(to - from);
        }
    }
}

void TileRegion::repeat_edges() {
    for (int y = inside_.y; y < inside_.bottom(); ++y) {
        for (int x = rect_.x; x < inside_.x; ++x) std::memcpy(pixel(x, y), pixel(inside_.x, y), 4 * sizeof(float));
        for (int x = inside_.right(); x < rect_.right(); ++x)
            std::memcpy(pixel(x, y), pixel(inside_.right() - 1, y), 4 * sizeof(float));
    }
    const std::size_t bytes = static_cast<std::size_t>(rect_.width) * 4 * sizeof(float);
    for (int y = rect_.y; y < inside_.y; ++y) std::memcpy(pixel(rect_.x, y), pixel(rect_.x, inside_.y), bytes);
    for (int y = inside_.bottom(); y < rect_.bottom(); ++y)
        std::memcpy(pixel(rect_.x, y), pixel(rect_.x, inside_.bottom() - 1), bytes);
}

RemapSource TileRegion::source() const {
    return {rgbx_.data(), static_cast<std::ptrdiff_t>(rect_.width) * 4, rect_, width_, height_, 1 << log2_};
}

}  // namespace nightstack
