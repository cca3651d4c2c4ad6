// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/tile_holes.h"

#include <algorithm>
#include <cmath>

namespace nightstack {
namespace {

bool is_data(float v) { return v - v == 0; }

bool all_data(const ReducedTile& reduced, int y) {
    for (const auto& plane : reduced.planes) {
        const float* row = plane.row_data(y);
        for (int x = 0; x < plane.width(); ++x)
            if (!is_data(row[x])) return false;
    }
    return true;
}

// Where there is none: what a picture of half the size, filled the same way, has between its pixels. So near a rim it
// is what stands along that rim, and far from all rims the mean of the whole.
void fill_gaps(Image<float>& picture) {
    const int width = picture.width(), height = picture.height();
    const auto view = picture.view();
    if (width == 1 && height == 1) {
        if (!is_data(view(0, 0))) view(0, 0) = 0;
        return;
    }
    Image<float> half((width + 1) / 2, (height + 1) / 2);
    for (int y = 0; y < half.height(); ++y) {
        for (int x = 0; x < half.width(); ++x) {
            float sum = 0, count = 0;
            for (int v = 2 * y; v < std::min(height, 2 * y + 2); ++v) {
                for (int u = 2 * x; u < std::min(width, 2 * x + 2); ++u) {
                    if (!is_data(view(u, v))) continue;
                    sum += view(u, v);
                    count += 1;
                }
            }
            half.view()(x, y) = sum / count;  // no number where there is nothing
        }
    }
    fill_gaps(half);
    const auto coarse = half.cview();
    for (int y = 0; y < height; ++y) {
        const int v = y / 2, w = std::clamp(y % 2 == 0 ? v - 1 : v + 1, 0, half.height() - 1);
        for (int x = 0; x < width; ++x) {
            if (is_data(view(x, y))) continue;
            const int u = x / 2, t = std::clamp(x % 2 == 0 ? u - 1 : u + 1, 0, half.width() - 1);
            view(x, y) = 0.75F * (0.75F * coarse(u, v) + 0.25F * coarse(t, v)) +
                         0.25F * (0.75F * coarse(u, w) + 0.25F * coarse(t, w));
        }
    }
}

}  // namespace

TileHoles::TileHoles(int width, int height)
    : width_(width), height_(height), across_((width + kSide - 1) / kSide), down_((height + kSide - 1) / kSide) {
    squares_.assign(static_cast<std::size_t>(across_) * static_cast<std::size_t>(down_), kAll);
}

std::unique_ptr<const TileHoles> TileHoles::of(const ReducedTile& reduced, int tile, int width, int height, int planes,
                                               const ReadTile& read) {
    bool whole = true;
    for (int y = 0; y < reduced.height() && whole; ++y) whole = all_data(reduced, y);
    if (whole) return nullptr;
    std::unique_ptr<TileHoles> holes(new TileHoles(width, height));
    holes->read_rows(reduced, tile, planes, read);
    return holes;
}

void TileHoles::read_rows(const ReducedTile& reduced, int tile, int planes, const ReadTile& read) {
    scale_ = reduced.scale;
    for (std::size_t c = 0; c < 3; ++c) {
        light_[c] = Image<float>(reduced.width(), reduced.height());
        for (int y = 0; y < reduced.height(); ++y)
            std::copy_n(reduced.planes[c].row_data(y), reduced.width(), light_[c].view().row_data(y));
    }
    // Rows of squares and of reduced pixels together.
    const int step = std::max(kSide, scale_);
    std::vector<Image<float>> rows(static_cast<std::size_t>(planes));
    std::vector<ImageView<float>> views(rows.size());
    for (int y = 0; y < height_; y += step) {
        const int n = std::min(step, height_ - y);
        bool whole = true;
        for (int v = y / scale_; v < std::min(reduced.height(), (y + n + scale_ - 1) / scale_); ++v)
            whole = whole && all_data(reduced, v);
        if (whole) continue;
        for (std::size_t p = 0; p < rows.size(); ++p) {
            rows[p].reshape(width_, n);
            views[p] = rows[p].view();
        }
        read(tile, {0, y, width_, n}, views);
        take_rows(y, views);
    }
    for (auto& plane : light_) fill_gaps(plane);
}

void TileHoles::take_rows(int y, std::span<const ImageView<float>> planes) {
    const auto plane = [&](std::size_t c) { return planes[planes.size() == 3 ? c : 0]; };
    const int rows = planes[0].height();
    const auto there = [&](int u, int v) {
        for (const auto& p : planes)
            if (!is_data(p(u, v))) return false;
        return true;
    };
    for (int top = 0; top < rows; top += kSide) {
        for (int column = 0; column < across_; ++column) {
            std::uint64_t bits = 0, inside = 0;
            for (int v = top; v < std::min(rows, top + kSide); ++v) {
                for (int u = column * kSide; u < std::min(width_, (column + 1) * kSide); ++u) {
                    const std::uint64_t bit = std::uint64_t{1} << ((v - top) * kSide + u - column * kSide);
                    inside |= bit;
                    if (there(u, v)) bits |= bit;
                }
            }
            std::int32_t& square = squares_[at(column, (y + top) / kSide)];
            square = bits == inside ? kAll : bits == 0 ? kNothing : static_cast<std::int32_t>(bits_.size());
            if (square >= 0) bits_.push_back(bits);
        }
    }
    // Reduced pixels with holes: the mean of what they have.
    for (std::size_t c = 0; c < 3; ++c) {
        for (int v = y / scale_; v * scale_ < y + rows; ++v) {
            float* out = light_[c].view().row_data(v);
            for (int u = 0; u < light_[c].width(); ++u) {
                if (is_data(out[u])) continue;
                float sum = 0, count = 0;
                for (int j = v * scale_ - y; j < std::min(rows, (v + 1) * scale_ - y); ++j) {
                    for (int i = u * scale_; i < std::min(width_, (u + 1) * scale_); ++i) {
                        if (!there(i, j)) continue;
                        sum += plane(c)(i, j);
                        count += 1;
                    }
                }
                out[u] = sum / count;
            }
        }
    }
}

bool TileHoles::has(int x, int y) const {
    const std::int32_t square = squares_[at(x / kSide, y / kSide)];
    if (square < 0) return square == kAll;
    return (bits_[static_cast<std::size_t>(square)] >> (y % kSide * kSide + x % kSide) & 1) != 0;
}

bool TileHoles::seen(float x, float y) const {
    const float u = std::clamp(x, 0.0F, static_cast<float>(width_ - 1));
    const float v = std::clamp(y, 0.0F, static_cast<float>(height_ - 1));
    const int x0 = static_cast<int>(u), y0 = static_cast<int>(v);
    const int x1 = std::min(x0 + 1, width_ - 1), y1 = std::min(y0 + 1, height_ - 1);
    return has(x0, y0) && has(x1, y0) && has(x0, y1) && has(x1, y1);
}

TileHoles::Data TileHoles::data(const Rect& part) const {
    const Rect in = intersected(part, {0, 0, width_, height_});
    bool all = true, none = true;
    for (int y = in.y / kSide; y * kSide < in.bottom() && !in.empty(); ++y) {
        for (int x = in.x / kSide; x * kSide < in.right(); ++x) {
            const std::int32_t square = squares_[at(x, y)];
            all = all && square == kAll;
            none = none && square == kNothing;
            if (!all && !none) return Data::some;
        }
    }
    return all ? Data::all : Data::none;
}

void TileHoles::fill(const Rect& part, std::span<const ImageView<float>> planes) const {
    if (data(part) == Data::all) return;
    const float last_x = static_cast<float>(light_[0].width() - 1), last_y = static_cast<float>(light_[0].height() - 1);
    const float by = 1.0F / static_cast<float>(scale_);
    for (std::size_t c = 0; c < planes.size(); ++c) {
        const auto light = light_[c].cview();
        for (int y = 0; y < part.height; ++y) {
            float* row = planes[c].row_data(y);
            const float v = std::clamp((static_cast<float>(part.y + y) + 0.5F) * by - 0.5F, 0.0F, last_y);
            const int y0 = static_cast<int>(v), y1 = std::min(y0 + 1, light.height() - 1);
            const float g = v - static_cast<float>(y0);
            for (int x = 0; x < part.width; ++x) {
                if (is_data(row[x])) continue;
                const float u = std::clamp((static_cast<float>(part.x + x) + 0.5F) * by - 0.5F, 0.0F, last_x);
                const int x0 = static_cast<int>(u), x1 = std::min(x0 + 1, light.width() - 1);
                const float f = u - static_cast<float>(x0);
                const float above = light(x0, y0) + f * (light(x1, y0) - light(x0, y0));
                const float below = light(x0, y1) + f * (light(x1, y1) - light(x0, y1));
                row[x] = above + g * (below - above);
            }
        }
    }
}

ReducedTile TileHoles::filled() const { return {{light_[0].cview(), light_[1].cview(), light_[2].cview()}, scale_}; }

}  // namespace nightstack
