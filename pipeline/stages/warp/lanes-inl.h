// SPDX-License-Identifier: MIT
// A windowed kernel with one output pixel per lane, for pixels side by side whose windows lie side
// by side as well: frames that are shifted, turned by up to about twenty degrees, or upside down.
// Each source row is loaded once for all lanes; a lane takes part in the six rows that are its own.
// The sums run in the order of taps-inl.h, so the result is the same to the bit.
// Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_LANES_INL_H
#undef NIGHTSTACK_WARP_LANES_INL_H
#else
#define NIGHTSTACK_WARP_LANES_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/warp/guard-inl.h"
#include "pipeline/stages/warp/weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Source rows that the windows of one group may start in; more, and one pixel at a time is faster.
inline constexpr int kMaxSpan = kLanes > 8 ? 7 : 4;

// How the windows of one group of kLanes pixels lie, the same for all planes.
struct GroupShape {
    int x = 0;                                         // of the leftmost first tap
    int y = 0;                                         // of the topmost first tap
    int span = 0;                                      // windows start in the rows y to y + span
    bool reversed = false;                             // lane i starts at x + kLanes - 1 - i, else at x + i
    bool bent = false;                                 // some lanes start one pixel further right
    HWY_ALIGN std::int32_t further[kLanes];            // -1 in those
    HWY_ALIGN std::int32_t down[kLanes];               // the row a lane's window starts in, from y
    HWY_ALIGN float weight[kMaxSpan + kTaps][kLanes];  // of each source row for each lane
};

// The columns of all windows are x + lane or one more; false when they are not.
HWY_INLINE bool find_columns(const Positions& at, int begin, GroupShape& shape) {
    const hn::RebindToSigned<Lane> di;
    shape.reversed = at.ix[begin + kLanes - 1] < at.ix[begin];
    const auto lane = hn::Iota(di, 0);
    const auto place = shape.reversed ? hn::Sub(hn::Set(di, kLanes - 1), lane) : lane;
    const auto start = hn::Sub(hn::Load(di, at.ix + begin), place);
    int x = at.ix[begin] - (shape.reversed ? kLanes - 1 : 0);
    if (!hn::AllTrue(di, hn::Or(hn::Eq(start, hn::Set(di, x)), hn::Eq(start, hn::Set(di, x + 1))))) --x;
    const auto further = hn::Eq(start, hn::Set(di, x + 1));
    if (!hn::AllTrue(di, hn::Or(hn::Eq(start, hn::Set(di, x)), further))) return false;
    shape.bent = !hn::AllFalse(di, further);
    hn::Store(hn::VecFromMask(di, further), di, shape.further);
    shape.x = x - 2;
    return true;
}

// What each source row weighs in each lane's window.
HWY_INLINE void find_row_weights(const Weights& wy, int begin, GroupShape& shape) {
    const hn::RebindToSigned<Lane> di;
    const Lane d;
    const auto down = hn::Load(di, shape.down);
    if (shape.span <= 1) {
        const auto lower = hn::RebindMask(d, hn::Gt(down, hn::Zero(di)));
        LaneV before = hn::Zero(d);
        HWY_UNROLL(6)
        for (int s = 0; s < kTaps; ++s) {
            const LaneV w = hn::Load(d, wy.of[s] + begin);
            hn::Store(hn::IfThenElse(lower, before, w), d, shape.weight[s]);
            before = w;
        }
        hn::Store(before, d, shape.weight[kTaps]);
        return;
    }
    for (int s = 0; s < shape.span + kTaps; ++s) {
        LaneV w = hn::Zero(d);
        for (int k = std::max(0, s - kTaps + 1); k <= std::min(s, shape.span); ++k) {
            const auto mine = hn::RebindMask(d, hn::Eq(down, hn::Set(di, k)));
            w = hn::IfThenElse(mine, hn::Load(d, wy.of[s - k] + begin), w);
        }
        hn::Store(w, d, shape.weight[s]);
    }
}

// False when the windows of a group do not lie side by side, or what has to be loaded for them all
// is not within `rect`.
HWY_INLINE bool find_shape(const Positions& at, const Weights& wy, const Rect& rect, int begin, GroupShape& shape) {
    const hn::RebindToSigned<Lane> di;
    if (!find_columns(at, begin, shape)) return false;
    if (shape.x < rect.x || shape.x + kLanes + kTaps > rect.right()) return false;
    const int top = std::min(at.iy[begin], at.iy[begin + kLanes - 1]);
    shape.span = std::max(at.iy[begin], at.iy[begin + kLanes - 1]) - top;
    if (shape.span > kMaxSpan) return false;
    const auto down = hn::Sub(hn::Load(di, at.iy + begin), hn::Set(di, top));
    const auto astray = hn::Or(hn::Lt(down, hn::Zero(di)), hn::Gt(down, hn::Set(di, shape.span)));
    if (!hn::AllFalse(di, astray)) return false;  // a homography's divisions may round out of order
    hn::Store(down, di, shape.down);
    shape.y = top - 2;
    find_row_weights(wy, begin, shape);
    return true;
}

// Sums of six columns over the rows of the windows, and what the ringing guard wants to know.
template <int kFirst, int kCount>
struct Window {
    LaneV sum[kTaps];
    LaneV low_even, low_odd, high;
};

// Which lanes a source row concerns: all, or those of the mask.
struct Everyone {
    HWY_INLINE LaneV only(LaneV v) const { return v; }
    HWY_INLINE LaneV choose(LaneV yes, LaneV) const { return yes; }
};
struct Some {
    hn::Mask<Lane> mine;
    HWY_INLINE LaneV only(LaneV v) const { return hn::IfThenElseZero(mine, v); }
    HWY_INLINE LaneV choose(LaneV yes, LaneV no) const { return hn::IfThenElse(mine, yes, no); }
};

// Adds one source row. The taps pass one after the other, so that few registers are held.
template <int kFirst, int kCount, bool kReversed, bool kBent, bool kGuard, class Adds, class Guards>
HWY_INLINE void add_row(Window<kFirst, kCount>& w, const float* HWY_RESTRICT source, LaneV weight,
                        hn::Mask<Lane> further, Adds adds, Guards guards) {
    const Lane d;
    const auto load = [&](int t) HWY_ATTR {
        const LaneV v = hn::LoadU(d, source + t);
        return kReversed ? hn::Reverse(d, v) : v;
    };
    LaneV next = load(kFirst);
    HWY_UNROLL(6)
    for (int t = kFirst; t < kFirst + kCount; ++t) {
        LaneV v = next;
        if (kBent || t + 1 < kFirst + kCount) next = load(t + 1);
        if constexpr (kBent) v = hn::IfThenElse(further, next, v);
        w.sum[t] = hn::Add(w.sum[t], adds.only(hn::Mul(v, weight)));
        if (!kGuard || t < 1 || t > 4) continue;
        LaneV& low = t % 2 == 0 ? w.low_even : w.low_odd;
        low = guards.choose(hn::Min(low, v), low);
        w.high = guards.choose(hn::Max(w.high, v), w.high);
    }
}

template <int kFirst, int kCount>
HWY_INLINE LaneV result(const Window<kFirst, kCount>& w, const Weights& wx, int begin) {
    const Lane d;
    LaneV c[kTaps];
    for (int t = 0; t < kTaps; ++t) {
        c[t] = t >= kFirst && t < kFirst + kCount ? hn::Mul(w.sum[t], hn::Load(d, wx.of[t] + begin)) : hn::Zero(d);
    }
    const LaneV even = hn::Add(hn::Add(c[0], c[4]), c[2]);
    const LaneV odd = hn::Add(hn::Add(c[1], c[5]), c[3]);
    return guarded(d, hn::Add(even, odd), w.low_even, w.low_odd, w.high);
}

// `source` is the tap (shape.x, shape.y); writes kLanes pixels. kSpan is shape.span where that is 0
// or 1, which leaves no choice to be made from row to row; -1 for any other.
template <int kFirst, int kCount, bool kReversed, bool kBent, int kSpan>
HWY_INLINE void lanes_of_plane(const GroupShape& shape, const Weights& wx, int begin, const float* HWY_RESTRICT source,
                               std::ptrdiff_t stride, float* HWY_RESTRICT out) {
    const hn::RebindToSigned<Lane> di;
    const Lane d;
    const int span = kSpan < 0 ? shape.span : kSpan;
    const auto further = hn::RebindMask(d, hn::MaskFromVec(hn::Load(di, shape.further)));
    const auto down = hn::Load(di, shape.down);
    Window<kFirst, kCount> w;
    for (int t = kFirst; t < kFirst + kCount; ++t) w.sum[t] = hn::Zero(d);
    w.low_even = w.low_odd = hn::Set(d, std::numeric_limits<float>::infinity());
    w.high = hn::Neg(w.low_even);
    // Lanes whose window has source row s among its rows [first, first + count).
    const auto mine = [&](int s, int first, int count) HWY_ATTR {
        const auto row = hn::Sub(hn::Set(di, s - first), down);
        return Some{hn::RebindMask(d, hn::And(hn::Gt(row, hn::Set(di, -1)), hn::Lt(row, hn::Set(di, count))))};
    };
    const auto add = [&](int s) HWY_ATTR {
        const float* row = source + s * stride;
        const LaneV weight = hn::Load(d, shape.weight[s]);
        const bool all = s >= kFirst + span && s < kFirst + kCount;
        const bool guard = s >= 1 && s <= 4 + span;
        if (all && s >= 1 + span && s <= 4) {
            add_row<kFirst, kCount, kReversed, kBent, true>(w, row, weight, further, Everyone(), Everyone());
        } else if (all && !guard) {
            add_row<kFirst, kCount, kReversed, kBent, false>(w, row, weight, further, Everyone(), Everyone());
        } else if (all) {
            add_row<kFirst, kCount, kReversed, kBent, true>(w, row, weight, further, Everyone(), mine(s, 1, 4));
        } else if (!guard) {
            add_row<kFirst, kCount, kReversed, kBent, false>(w, row, weight, further, mine(s, kFirst, kCount),
                                                             Everyone());
        } else {
            add_row<kFirst, kCount, kReversed, kBent, true>(w, row, weight, further, mine(s, kFirst, kCount),
                                                            mine(s, 1, 4));
        }
    };
    if constexpr (kSpan >= 0) {
        HWY_UNROLL(7)
        for (int s = kFirst; s < kSpan + kFirst + kCount; ++s) add(s);
    } else {
        for (int s = kFirst; s < span + kFirst + kCount; ++s) add(s);
    }
    hn::StoreU(result(w, wx, begin), d, out);
}

template <int kFirst, int kCount>
HWY_INLINE void lanes(const GroupShape& shape, const Weights& wx, int begin, const float* source, std::ptrdiff_t stride,
                      float* out) {
    if (shape.reversed) return lanes_of_plane<kFirst, kCount, true, true, -1>(shape, wx, begin, source, stride, out);
    if (shape.bent) return lanes_of_plane<kFirst, kCount, false, true, -1>(shape, wx, begin, source, stride, out);
    if (shape.span == 0) return lanes_of_plane<kFirst, kCount, false, false, 0>(shape, wx, begin, source, stride, out);
    if (shape.span == 1) return lanes_of_plane<kFirst, kCount, false, false, 1>(shape, wx, begin, source, stride, out);
    lanes_of_plane<kFirst, kCount, false, false, -1>(shape, wx, begin, source, stride, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
