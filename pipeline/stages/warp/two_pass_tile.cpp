// SPDX-License-Identifier: MIT
// Walks a tile for two-pass resampling in strips of 64 columns, down the strip row by row with a ring of the frame's
// rows, so that these stay in the nearest cache.
#include "pipeline/stages/warp/two_pass.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "pipeline/core/aligned_memory.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/warp/two_pass_tile.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/warp/pass_two-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

using RowFunction = void (*)(const WarpRow&);

constexpr int kMostRows = kBlock / 4 + 2 + kTaps;  // of a strip's windows, see kMostLean

// The source of so many rows of strips still lies in the cache when the next strip comes by.
constexpr int kBandRows = 256;

// Rows of pass one, of one strip.
template <int kFirst, int kCount>
class Ring {
public:
    Ring(const TwoPassTile& tile, const TapCurves& curves)
        : tile_(tile),
          curves_(curves),
          slots_(static_cast<int>(std::abs(tile.row.source_from_out[3]) * (kBlock - 1)) + 2 + kTaps),
          slot_floats_(tile.row.plane_count * kKeptFloats),
          memory_(sizeof(float) * static_cast<std::size_t>(slots_ * slot_floats_)) {}

    void begin_strip(int u, int count) {
        u_ = u;
        count_ = count;
        from_ = to_ = 0;
    }

    // Rows [from, to) of the frame, made if they are not at hand, in `rows`. They may come upwards or downwards.
    HWY_INLINE void get(int from, int to, const float** rows) {
        if (from >= to_ || to <= from_) from_ = to_ = from;
        while (to_ < to) make(to_++);
        from_ = std::max(from_, to_ - slots_);
        while (from_ > from) make(--from_);
        to_ = std::min(to_, from_ + slots_);
        int slot = from % slots_;
        for (int r = from; r < to; ++r) {
            *rows++ = at(slot);
            if (++slot == slots_) slot = 0;
        }
    }

private:
    float* at(int slot) const {
        return static_cast<float*>(memory_.data()) + static_cast<std::ptrdiff_t>(slot) * slot_floats_;
    }
    void make(int r) const {
        make_row<kFirst, kCount>({tile_.row, r}, tile_.passes, curves_, u_, count_, at(r % slots_));
    }

    const TwoPassTile& tile_;
    const SpreadCurves curves_;
    int slots_;
    int slot_floats_;
    AlignedMemory memory_;
    int u_ = 0, count_ = 0;
    int from_ = 0, to_ = 0;
};

template <int kFirst, int kCount>
class Walk {
public:
    Walk(const TwoPassTile& tile, const TapCurves& curves, RowFunction one_pass)
        : tile_(tile),
          row_(tile.row),
          curves_(curves),
          one_pass_(one_pass),
          ring_(tile, curves),
          pieces_(tile.out.size()) {}

    // Rows [top, bottom) from column u on, which is an anchor.
    void strip(int u, int top, int bottom) {
        const int begin = std::max(u, row_.x0);
        const int end = std::min(u + kBlock, row_.x0 + row_.width);
        ring_.begin_strip(u, end - u);
        for (int y = top; y < bottom; ++y) {
            int first = begin;
            int last = end;
            if (!inside(begin, y) || !inside(end - 1, y)) {  // those inside are neighbours: the frame is convex
                while (first < end && !inside(first, y)) ++first;
                while (last > first && !inside(last - 1, y)) --last;
                in_one_pass(begin, first, y);
                in_one_pass(last, end, y);
            }
            if (first < last) in_two_passes(u, first - u, last - u, y);
        }
    }

private:
    // Whether the window of two passes, which leans, lies in the frame; a pixel more for rounding.
    bool inside(int u, int y) const {
        const auto& m = row_.source_from_out;
        const double sx = m[0] * u + (m[1] * y + m[2]);
        const double sy = m[3] * u + (m[4] * y + m[5]);
        return sx >= 3 && sx < row_.frame_width - 5 && sy >= 3 && sy < row_.frame_height - 4;
    }

    float* out(int plane, int u, int y) const {
        return tile_.out[static_cast<std::size_t>(plane)].row_data(y - row_.y) + (u - row_.x0);
    }

    void in_one_pass(int begin, int end, int y) {
        if (begin >= end) return;
        WarpRow piece = row_;
        piece.x0 = begin;
        piece.width = end - begin;
        piece.y = y;
        for (int p = 0; p < row_.plane_count; ++p) {
            pieces_[static_cast<std::size_t>(p)] = row_.planes[p];
            pieces_[static_cast<std::size_t>(p)].out = out(p, begin, y);
        }
        piece.planes = pieces_.data();
        one_pass_(piece);
    }

    // Pixels [first, last) of the strip at u.
    void in_two_passes(int u, int first, int last, int y) {
        Line line;
        Weights weights;
        const auto& m = row_.source_from_out;
        find_line(m[3], m[4] * y + m[5], u, last, 0, line);
        find_weights(curves_, line.fraction, last, weights);
        const float* rows[kMostRows];
        const int one_end = line.at(first);
        const int other_end = line.at(last - 1);
        const int top = std::min(one_end, other_end);
        const int bottom = std::max(one_end, other_end);
        ring_.get(top - 2 + kFirst, bottom - 2 + kFirst + kCount, rows + kFirst);
        for (int i = first / kLanes * kLanes; i < last;) {
            const int begin = std::max(i, first);
            const int end = std::min(i + kLanes, last);
            int next = i + kLanes;
            const int from = line.at(begin);
            if (end - begin == kLanes && from == line.at(end - 1)) {
                while (next + kLanes <= last && line.at(next + kLanes - 1) == from && line.at(next) == from) {
                    next += kLanes;
                }
                level_run(rows + (from - top), weights, i, next, u, y);
            } else {
                groups(rows, top, line, weights, i, begin, end, u, y);
            }
            i = next;
        }
    }

    HWY_INLINE void level_run(const float* const* rows, const Weights& weights, int begin, int end, int u, int y) {
        const Lane d;
        for (int p = 0; p < row_.plane_count; ++p) {
            float* HWY_RESTRICT to = out(p, u, y);
            const std::ptrdiff_t plane = std::ptrdiff_t{p} * kKeptFloats;
            for (int i = begin; i < end; i += kLanes) {
                hn::StoreU(level_group<kFirst, kCount>(d, rows, plane + i, weights, i), d, to + i);
            }
        }
    }

    // The pixels [begin, end) of kLanes at i. On many rows few lanes at a time are faster.
    HWY_INLINE void groups(const float* const* rows, int top, const Line& line, const Weights& weights, int i,
                           int begin, int end, int u, int y) {
        if constexpr (kLanes == 16) {
            if (std::abs(line.at(begin) - line.at(end - 1)) > 1) {
                const hn::Half<Lane> half;
                const int middle = i + kLanes / 2;
                if (begin < middle) group(half, rows, top, line, weights, i, begin, std::min(end, middle), u, y);
                if (end > middle) group(half, rows, top, line, weights, middle, std::max(begin, middle), end, u, y);
                return;
            }
        }
        group(Lane(), rows, top, line, weights, i, begin, end, u, y);
    }

    // The pixels [begin, end) of those of D at i.
    template <class D>
    HWY_INLINE void group(D d, const float* const* rows, int top, const Line& line, const Weights& weights, int i,
                          int begin, int end, int u, int y) {
        constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
        const int least = std::min(line.at(begin), line.at(end - 1));
        const int most = std::max(line.at(begin), line.at(end - 1));
        const float steps = std::min(line.steps[begin], line.steps[end - 1]);
        const auto down = hn::Sub(hn::Load(d, line.steps + i), hn::Set(d, steps));
        const float* const* from = rows + (least - top);
        const auto write = [&](auto pixels) HWY_ATTR {
            HWY_ALIGN float part[lanes];
            for (int p = 0; p < row_.plane_count; ++p) {
                const std::ptrdiff_t at = std::ptrdiff_t{p} * kKeptFloats + i;
                if (end - begin == lanes) {
                    hn::StoreU(pixels(at), d, out(p, u + i, y));
                } else {
                    hn::Store(pixels(at), d, part);
                    std::copy(part + (begin - i), part + (end - i), out(p, u + begin, y));
                }
            }
        };
        if (most == least) {
            write([&](std::ptrdiff_t at) HWY_ATTR { return level_group<kFirst, kCount>(d, from, at, weights, i); });
        } else if (most == least + 1) {
            const StepRows<kFirst, kCount, D> step(hn::Gt(down, hn::Zero(d)), weights, i);
            write([&](std::ptrdiff_t at) HWY_ATTR { return step_group<kFirst, kCount>(d, from, at, step); });
        } else {
            const StairRows<kFirst, kCount, D> stair(down, weights, i);
            write([&](std::ptrdiff_t at) HWY_ATTR { return stair_group<kFirst, kCount>(d, from, at, stair); });
        }
    }

    const TwoPassTile& tile_;
    const WarpRow& row_;
    const SpreadCurves curves_;
    RowFunction one_pass_;
    Ring<kFirst, kCount> ring_;
    std::vector<PlanePair> pieces_;
};

template <int kFirst, int kCount>
void walk(const TwoPassTile& tile, const TapCurves& curves, RowFunction one_pass) {
    if (tile.out.empty() || tile.out.front().empty()) return;
    Walk<kFirst, kCount> w(tile, curves, one_pass);
    const int bottom = tile.row.y + tile.out.front().height();
    for (int y = tile.row.y; y < bottom; y += kBandRows) {
        for (int u = anchor_of(tile.row.x0); u < tile.row.x0 + tile.row.width; u += kBlock) {
            w.strip(u, y, std::min(y + kBandRows, bottom));
        }
    }
}

void two_pass_lanczos(const TwoPassTile& tile) { walk<0, 6>(tile, lanczos_curves(), warp_row_lanczos); }
void two_pass_cubic(const TwoPassTile& tile) { walk<1, 4>(tile, cubic_curves(), warp_row_cubic); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(two_pass_lanczos);
HWY_EXPORT(two_pass_cubic);

void warp_tile_lanczos(const TwoPassTile& tile) { HWY_DYNAMIC_DISPATCH(two_pass_lanczos)(tile); }
void warp_tile_cubic(const TwoPassTile& tile) { HWY_DYNAMIC_DISPATCH(two_pass_cubic)(tile); }

}  // namespace nightstack
#endif
