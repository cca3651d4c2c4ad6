// SPDX-License-Identifier: MIT
// Pass one of a windowed kernel (two_pass.h): kBlock neighbours on one row of the frame, and what the ringing guard
// wants to know of the taps of each. Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_PASS_ONE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_PASS_ONE_INL_H
#undef NIGHTSTACK_WARP_PASS_ONE_INL_H
#else
#define NIGHTSTACK_WARP_PASS_ONE_INL_H
#endif

#include <algorithm>
#include <cstddef>

#include <hwy/highway.h>

#include "pipeline/stages/warp/line-inl.h"
#include "pipeline/stages/warp/row_access.h"
#include "pipeline/stages/warp/two_pass.h"
#include "pipeline/stages/warp/weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

// What is kept of kBlock pixels of one plane: their values, and of the four taps about each the least of every other
// column and the highest.
enum Kept { kSum, kLowEven, kLowOdd, kHigh, kKept };
inline constexpr int kKeptFloats = kKept * kBlock;

// Pixels [first, end) of `kept` from taps that lie side by side: pixel i begins at source[i].
template <int kFirst, int kCount, class Load>
HWY_INLINE void keep(const Weights& weights, int i, float* HWY_RESTRICT kept, Load load) {
    const Lane d;
    LaneV v[kTaps], c[kTaps];
    HWY_UNROLL(6)
    for (int t = 0; t < kTaps; ++t) {
        const bool used = t >= kFirst && t < kFirst + kCount;
        v[t] = used ? load(t) : hn::Zero(d);
        c[t] = used ? hn::Mul(v[t], hn::Load(d, weights.of[t] + i)) : hn::Zero(d);
    }
    const LaneV even = hn::Add(hn::Add(c[0], c[4]), c[2]);
    const LaneV odd = hn::Add(hn::Add(c[1], c[5]), c[3]);
    hn::Store(hn::Add(even, odd), d, kept + kSum * kBlock + i);
    hn::Store(hn::Min(v[2], v[4]), d, kept + kLowEven * kBlock + i);
    hn::Store(hn::Min(v[1], v[3]), d, kept + kLowOdd * kBlock + i);
    hn::Store(hn::Max(hn::Max(v[1], v[2]), hn::Max(v[3], v[4])), d, kept + kHigh * kBlock + i);
}

// A row of the frame: pixel (0, r) of each plane were it at hand, and the columns that are.
struct FrameRow {
    const WarpRow& row;
    int r;
    const float* of(int plane) const {
        const PlanePair& pair = row.planes[plane];
        return pair.source + (r - row.rect.y) * pair.source_stride - row.rect.x;
    }
    bool holds(int begin, int end) const { return begin >= row.rect.x && end <= row.rect.right(); }
};

// How the first taps of a group lie: lane i at x + i, or x + kLanes - 1 - i when reversed; if bent, some lanes one
// column further right.
struct Columns {
    int x;
    bool reversed, bent;
    Columns(const Line& line, int begin) {
        const int first = line.at(begin);
        const int last = line.at(begin + kLanes - 1);
        reversed = line.unit < 0;
        const int from_last = reversed ? last : last - (kLanes - 1);
        const int from_first = reversed ? first - (kLanes - 1) : first;
        x = std::min(from_first, from_last) - 2;
        bent = from_first != from_last;
    }
    bool straight() const { return !reversed && !bent; }
    int end() const { return x + kTaps + kLanes - (bent ? 0 : 1); }
};

// Groups [begin, end) whose taps all lie side by side: lane i of the block at x + i - begin.
template <int kFirst, int kCount>
HWY_INLINE void straight_run(const FrameRow& from, int x, const Weights& weights, int begin, int end, float* kept) {
    const Lane d;
    for (int p = 0; p < from.row.plane_count; ++p, kept += kKeptFloats) {
        const float* HWY_RESTRICT source = from.of(p) + (x - begin);
        for (int i = begin; i < end; i += kLanes) {
            keep<kFirst, kCount>(weights, i, kept, [&](int t) HWY_ATTR { return hn::LoadU(d, source + i + t); });
        }
    }
}

// `source` is column columns.x of the row.
template <int kFirst, int kCount>
HWY_INLINE void keep_bent(const float* HWY_RESTRICT source, const Columns& columns, const Line& line,
                          const Weights& weights, int begin, float* kept) {
    const Lane d;
    const float least = std::min(line.steps[begin], line.steps[begin + kLanes - 1]);
    const auto further = hn::Gt(hn::Load(d, line.steps + begin), hn::Set(d, least));
    const int more = columns.bent ? 1 : 0;
    const auto load = [&](int t) HWY_ATTR {
        const LaneV v = hn::LoadU(d, source + t);
        return columns.reversed ? hn::Reverse(d, v) : v;
    };
    keep<kFirst, kCount>(weights, begin, kept,
                         [&](int t) HWY_ATTR { return hn::IfThenElse(further, load(t + more), load(t)); });
}

template <int kFirst, int kCount>
HWY_INLINE void bent_group(const FrameRow& from, const Columns& columns, const Line& line, const Weights& weights,
                           int begin, float* kept) {
    for (int p = 0; p < from.row.plane_count; ++p, kept += kKeptFloats) {
        keep_bent<kFirst, kCount>(from.of(p) + columns.x, columns, line, weights, begin, kept);
    }
}

// Where not all columns are at hand: 0 stands in, for lanes that nobody will ask for.
template <int kFirst, int kCount>
HWY_NOINLINE void group_in_part(const FrameRow& from, const Columns& columns, const Line& line, const Weights& weights,
                                int begin, float* kept) {
    const Rect& rect = from.row.rect;
    const int first = std::clamp(rect.x - columns.x, 0, columns.end() - columns.x);
    const int last = std::clamp(rect.right() - columns.x, first, columns.end() - columns.x);
    float part[kLanes + kTaps] = {};
    for (int p = 0; p < from.row.plane_count; ++p, kept += kKeptFloats) {
        std::copy(from.of(p) + columns.x + first, from.of(p) + columns.x + last, part + first);
        keep_bent<kFirst, kCount>(part, columns, line, weights, begin, kept);
    }
}

// A strip touches few pixels of each row, which no hardware prefetcher foresees.
HWY_INLINE void prefetch_row(const FrameRow& from, int x, int count) {
    for (int p = 0; p < from.row.plane_count; ++p) {
        const float* at = from.of(p) + x;
        for (int i = 0; i < count + kTaps; i += 16) prefetch(at + i, 0);
    }
}

// Canvas columns u to u + count (up to a whole register) on row r of the frame, plane after plane. `u` is an anchor.
template <int kFirst, int kCount>
HWY_INLINE void make_row(const FrameRow& from, const TwoPasses& passes, const SpreadCurves& curves, int u, int count,
                         float* kept) {
    Line line;
    Weights weights;
    find_line(passes.along, passes.per_row * from.r + passes.start, u, count, passes.along < 0 ? -1 : 1, line);
    prefetch_row({from.row, from.r + 2}, line.at(line.unit < 0 ? count - 1 : 0) - 2, count);
    find_weights(curves, line.fraction, count, weights);
    for (int begin = 0; begin < count;) {
        const Columns columns(line, begin);
        int end = begin + kLanes;
        if (!from.holds(columns.x, columns.end())) {
            group_in_part<kFirst, kCount>(from, columns, line, weights, begin, kept);
        } else if (!columns.straight()) {
            bent_group<kFirst, kCount>(from, columns, line, weights, begin, kept);
        } else {
            for (; end < count; end += kLanes) {
                const Columns next(line, end);
                if (next.x != columns.x + (end - begin) || next.bent || !from.holds(next.x, next.end())) break;
            }
            straight_run<kFirst, kCount>(from, columns.x, weights, begin, end, kept);
        }
        begin = end;
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
