// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/video_group.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace nightstack {
namespace {

constexpr float kNoData = std::numeric_limits<float>::quiet_NaN();
// What is covered reaches to the outer edges of a frame's pixels. A pixel of Y there lies up to 0.36 pixels of U from
// the nearest one, which must be covered too.
constexpr double kLumaReach = 0.5;
constexpr double kChromaReach = 1;
constexpr int kBandRows = 32;  // of Y; a multiple of every chroma grid

int cells(int length, int grid) { return (length + grid - 1) / grid; }

// The middle of a pixel of U or V among those of Y.
Transform luma_from_chroma(Subsampling grid) {
    return Transform({static_cast<double>(grid.x), 0, (grid.x - 1) / 2.0, 0, static_cast<double>(grid.y),
                      (grid.y - 1) / 2.0, 0, 0, 1});
}

int floor_of(double v) { return static_cast<int>(std::floor(v)); }

// Where pixel `at` of Y lies among those of a coarser plane.
double coarse(int at, int grid) { return (at - (grid - 1) / 2.0) / grid; }

}  // namespace

void VideoGroup::begin(const Rect& canvas, Subsampling chroma) {
    assert(!canvas.empty() && canvas.x % kVideoGrid == 0 && canvas.y % kVideoGrid == 0);
    canvas_ = canvas;
    chroma_ = chroma;
    frames_ = 0;
    planes_[0].begin(canvas.width, canvas.height, kLumaReach);
    for (std::size_t p = 1; p < static_cast<std::size_t>(planes()); ++p)
        planes_[p].begin(cells(canvas.width, chroma.x), cells(canvas.height, chroma.y), kChromaReach);
}

// body(plane, begin, end) for bands of rows that lie on top of each other.
template <class Body>
void VideoGroup::over_bands(Runner& runner, Body body) {
    runner.run(cells(canvas_.height, kBandRows), 1, [&](int begin, int end) {
        for (std::size_t p = 0; p < static_cast<std::size_t>(planes()); ++p) {
            const int rows = kBandRows / grid(static_cast<int>(p)).y;
            const int height = planes_[p].height();
            body(p, std::min(begin * rows, height), std::min(end * rows, height));
        }
    });
}

void VideoGroup::add(std::span<const VideoFrame> frames, Runner& runner) {
    assert(frames_ + static_cast<int>(frames.size()) <= kMostSummed);
    luma_.clear(), u_.clear(), v_.clear();
    for (const VideoFrame& f : frames) {
        assert(f.picture->chroma() == chroma_);
        const Transform frame_from_sum = f.ref_from_frame.inverse() * Transform::shift(canvas_.x, canvas_.y);
        luma_.push_back({f.picture->y(), frame_from_sum});
        if (chroma_.none()) continue;
        const Transform from_chroma = luma_from_chroma(chroma_);
        const Transform chroma_from_sum = from_chroma.inverse() * frame_from_sum * from_chroma;
        u_.push_back({f.picture->u(), chroma_from_sum});
        v_.push_back({f.picture->v(), chroma_from_sum});
    }
    const std::array<const std::vector<SummedPlane>*, 3> all{&luma_, &u_, &v_};
    over_bands(runner, [&](std::size_t p, int begin, int end) { planes_[p].add_rows(*all[p], begin, end); });
    frames_ += static_cast<int>(frames.size());
}

void VideoGroup::absorb(const VideoGroup& other, Runner& runner) {
    assert(other.canvas_ == canvas_ && other.chroma_ == chroma_);
    over_bands(runner,
               [&](std::size_t p, int begin, int end) { planes_[p].absorb_rows(other.planes_[p], begin, end); });
    frames_ += other.frames_;
}

void VideoGroup::close(Runner& runner) {
    over_bands(runner, [&](std::size_t p, int begin, int end) { planes_[p].close_rows(begin, end); });
}

void VideoGroup::fill(const Rect& tile, std::span<const ImageView<float>> out,
                      const std::array<double, 3>& offset) const {
    const Rect local{tile.x - canvas_.x, tile.y - canvas_.y, tile.width, tile.height};
    fill_luma(local, out[0], static_cast<float>(offset[0]));
    for (int p = 1; p < planes(); ++p) {
        const auto at = static_cast<std::size_t>(p);
        fill_chroma(p, local, out[at], static_cast<float>(offset[at]));
    }
}

void VideoGroup::fill_luma(const Rect& tile, ImageView<float> out, float offset) const {
    const PlaneSum& plane = planes_[0];
    const Rect shared = intersected(tile, {0, 0, canvas_.width, canvas_.height});
    const std::int16_t least = static_cast<std::int16_t>(std::max(1, least_count()));
    for (int y = tile.y; y < tile.bottom(); ++y) {
        float* const to = out.row_data(y - tile.y);
        if (shared.empty() || y < shared.y || y >= shared.bottom()) {
            std::fill_n(to, tile.width, kNoData);
            continue;
        }
        std::fill(to, to + (shared.x - tile.x), kNoData);
        std::fill(to + (shared.right() - tile.x), to + tile.width, kNoData);
        const float* const sum = plane.sum().row_data(y);
        const std::int16_t* const count = plane.count().row_data(y);
        for (int x = shared.x; x < shared.right(); ++x)
            to[x - tile.x] = count[x] >= least ? sum[x] / static_cast<float>(count[x]) - offset : kNoData;
    }
}

// Pixels of U or V and whether they have a mean; beyond the canvas its last ones go on. True when all have.
bool VideoGroup::take_cells(const PlaneSum& sum, const Rect& region, Cells& c) const {
    const auto size = static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height);
    c.mean.resize(size), c.there.resize(size);
    const int least = std::max(1, least_count());
    bool all = true;
    for (int y = 0; y < region.height; ++y) {
        const int sy = std::clamp(region.y + y, 0, sum.height() - 1);
        for (int x = 0; x < region.width; ++x) {
            const int sx = std::clamp(region.x + x, 0, sum.width() - 1);
            const int count = sum.count().row_data(sy)[sx];
            const auto at = static_cast<std::size_t>(y * region.width + x);
            c.there[at] = count >= least ? 1.0F : 0.0F;
            c.mean[at] = count >= least ? sum.sum().row_data(sy)[sx] / static_cast<float>(count) : 0.0F;
            all = all && count >= least;
        }
    }
    return all;
}

// Between the four pixels of U or V around each pixel of Y, of those that are there.
void VideoGroup::fill_chroma(int plane, const Rect& tile, ImageView<float> out, float offset) const {
    const Subsampling g = chroma_;
    const Rect region{floor_of(coarse(tile.x, g.x)), floor_of(coarse(tile.y, g.y)),
                      floor_of(coarse(tile.right() - 1, g.x)) - floor_of(coarse(tile.x, g.x)) + 2,
                      floor_of(coarse(tile.bottom() - 1, g.y)) - floor_of(coarse(tile.y, g.y)) + 2};
    const auto lent = cells_.borrow();
    Cells& c = *lent;
    const bool all = take_cells(planes_[static_cast<std::size_t>(plane)], region, c);
    place_columns(tile, region, c);
    for (int y = 0; y < tile.height; ++y) {
        const double at = coarse(tile.y + y, g.y);
        const int row = floor_of(at);
        blend_rows(static_cast<std::size_t>((row - region.y) * region.width), static_cast<float>(at - row), c);
        float* const to = out.row_data(y);
        for (std::size_t x = 0; x < c.left.size(); ++x) {
            const std::size_t i = c.left[x];
            const float mean = c.mean_row[i] + c.weight[x] * (c.mean_row[i + 1] - c.mean_row[i]);
            if (all) {
                to[x] = mean - offset;
                continue;
            }
            constexpr float kEnough = 0.25F;  // the nearest of the four has at least this weight
            const float there = c.there_row[i] + c.weight[x] * (c.there_row[i + 1] - c.there_row[i]);
            to[x] = there >= kEnough ? mean / there - offset : kNoData;
        }
    }
    clear_outside(tile, out);
}

void VideoGroup::place_columns(const Rect& tile, const Rect& region, Cells& c) const {
    c.left.clear(), c.weight.clear();
    for (int x = 0; x < tile.width; ++x) {
        const double at = coarse(tile.x + x, chroma_.x);
        const int column = floor_of(at);
        c.left.push_back(static_cast<std::size_t>(column - region.x));
        c.weight.push_back(static_cast<float>(at - column));
    }
    c.mean_row.resize(static_cast<std::size_t>(region.width));
    c.there_row.resize(static_cast<std::size_t>(region.width));
}

void VideoGroup::blend_rows(std::size_t upper, float weight, Cells& c) {
    const std::size_t width = c.mean_row.size();
    const auto blend = [&](const std::vector<float>& from, std::vector<float>& to) {
        const float* const above = from.data() + upper;
        const float* const below = above + width;
        for (std::size_t x = 0; x < width; ++x) to[x] = above[x] + weight * (below[x] - above[x]);
    };
    blend(c.mean, c.mean_row);
    blend(c.there, c.there_row);
}

// Beyond the canvas there is nothing, though U and V go on there for the pixels inside.
void VideoGroup::clear_outside(const Rect& tile, ImageView<float> out) const {
    const Rect shared = intersected(tile, {0, 0, canvas_.width, canvas_.height});
    for (int y = 0; y < tile.height; ++y) {
        const int row = tile.y + y;
        const bool inside = !shared.empty() && row >= shared.y && row < shared.bottom();
        float* const to = out.row_data(y);
        std::fill(to, to + (inside ? shared.x - tile.x : tile.width), kNoData);
        if (inside) std::fill(to + (shared.right() - tile.x), to + tile.width, kNoData);
    }
}

std::size_t VideoGroup::bytes(int width, int height, Subsampling chroma) {
    const auto plane = [](int w, int h) { return static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 6; };
    std::size_t sum = plane(width, height);
    if (!chroma.none()) sum += 2 * plane(cells(width, chroma.x), cells(height, chroma.y));
    return sum;
}

}  // namespace nightstack
