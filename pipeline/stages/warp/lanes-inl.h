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

// False when the windows of a group do not lie side by side, or what has to be loaded for them all
// is not within `rect`.
HWY_INLINE bool find_shape(const Positions& at, const Weights& wy, const Rect& rect, int begin, GroupShape& shape) {
    const hn::RebindToSigned<Lane> di;
    const Lane d;
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
    for (int s = 0; s < shape.span + kTaps; ++s) {
        LaneV w = hn::Zero(d);
        for (int k = std::max(0, s - kTaps + 1); k <= std::min(s, shape.span); ++k) {
            const auto mine = hn::RebindMask(d, hn::Eq(down, hn::Set(di, k)));
            w = hn::IfThenElse(mine, hn::Load(d, wy.of[s - k] + begin), w);
        }
        hn::Store(w, d, shape.weight[s]);
    }
    return true;
}

// The taps of one source row, tap t of all lanes in of[t].
struct RowTaps {
    LaneV of[kTaps];
};

template <bool kReversed, bool kBent>
HWY_INLINE RowTaps load_row(const float* HWY_RESTRICT source, hn::Mask<Lane> further) {
    const Lane d;
    RowTaps taps;
    LaneV v[kTaps + 1];
    HWY_UNROLL(7)
    for (int t = 0; t < kTaps + (kBent ? 1 : 0); ++t) {
        v[t] = hn::LoadU(d, source + t);
        if constexpr (kReversed) v[t] = hn::Reverse(d, v[t]);
    }
    HWY_UNROLL(6)
    for (int t = 0; t < kTaps; ++t) taps.of[t] = kBent ? hn::IfThenElse(further, v[t + 1], v[t]) : v[t];
    return taps;
}

template <int kFirst, int kCount>
struct Window {
    LaneV sum[kTaps];  // per column
    LaneV low_even, low_odd, high;

    HWY_INLINE Window() {
        const Lane d;
        for (int t = kFirst; t < kFirst + kCount; ++t) sum[t] = hn::Zero(d);
        low_even = low_odd = hn::Set(d, std::numeric_limits<float>::infinity());
        high = hn::Neg(low_even);
    }
    HWY_INLINE void add(const RowTaps& taps, LaneV weight) {
        HWY_UNROLL(6)
        for (int t = kFirst; t < kFirst + kCount; ++t) sum[t] = hn::Add(sum[t], hn::Mul(taps.of[t], weight));
    }
    HWY_INLINE void add(const RowTaps& taps, LaneV weight, hn::Mask<Lane> mine) {
        HWY_UNROLL(6)
        for (int t = kFirst; t < kFirst + kCount; ++t) {
            sum[t] = hn::Add(sum[t], hn::IfThenElseZero(mine, hn::Mul(taps.of[t], weight)));
        }
    }
    HWY_INLINE void widen(const RowTaps& taps) {
        low_even = hn::Min(low_even, hn::Min(taps.of[2], taps.of[4]));
        low_odd = hn::Min(low_odd, hn::Min(taps.of[1], taps.of[3]));
        high = hn::Max(high, hn::Max(hn::Max(taps.of[1], taps.of[2]), hn::Max(taps.of[3], taps.of[4])));
    }
    HWY_INLINE void widen(const RowTaps& taps, hn::Mask<Lane> mine) {
        Window wider = *this;
        wider.widen(taps);
        low_even = hn::IfThenElse(mine, wider.low_even, low_even);
        low_odd = hn::IfThenElse(mine, wider.low_odd, low_odd);
        high = hn::IfThenElse(mine, wider.high, high);
    }
    HWY_INLINE LaneV result(const Weights& wx, int begin) const {
        const Lane d;
        LaneV c[kTaps];
        for (int t = 0; t < kTaps; ++t) {
            c[t] = t >= kFirst && t < kFirst + kCount ? hn::Mul(sum[t], hn::Load(d, wx.of[t] + begin)) : hn::Zero(d);
        }
        const LaneV even = hn::Add(hn::Add(c[0], c[4]), c[2]);
        const LaneV odd = hn::Add(hn::Add(c[1], c[5]), c[3]);
        return guarded(d, hn::Add(even, odd), low_even, low_odd, high);
    }
};

// `source` is the tap (shape.x, shape.y); writes kLanes pixels.
template <int kFirst, int kCount, bool kReversed, bool kBent>
HWY_INLINE void lanes_of_plane(const GroupShape& shape, const Weights& wx, int begin, const float* HWY_RESTRICT source,
                               std::ptrdiff_t stride, float* HWY_RESTRICT out) {
    const hn::RebindToSigned<Lane> di;
    const Lane d;
    const auto further = hn::RebindMask(d, hn::MaskFromVec(hn::Load(di, shape.further)));
    const auto down = hn::Load(di, shape.down);
    Window<kFirst, kCount> window;
    const int rows = shape.span + kFirst + kCount;
    for (int s = kFirst; s < rows; ++s) {
        const RowTaps taps = load_row<kReversed, kBent>(source + s * stride, further);
        const LaneV weight = hn::Load(d, shape.weight[s]);
        const auto row = hn::Sub(hn::Set(di, s), down);  // of each lane's window
        if (s >= kFirst + shape.span && s < kFirst + kCount) {
            window.add(taps, weight);
        } else {
            const auto mine = hn::And(hn::Gt(row, hn::Set(di, kFirst - 1)), hn::Lt(row, hn::Set(di, kFirst + kCount)));
            window.add(taps, weight, hn::RebindMask(d, mine));
        }
        if (s >= 1 + shape.span && s <= 4) {
            window.widen(taps);
        } else if (s >= 1 && s <= 4 + shape.span) {
            const auto mine = hn::And(hn::Gt(row, hn::Zero(di)), hn::Lt(row, hn::Set(di, 5)));
            window.widen(taps, hn::RebindMask(d, mine));
        }
    }
    hn::StoreU(window.result(wx, begin), d, out);
}

template <int kFirst, int kCount>
HWY_INLINE void lanes(const GroupShape& shape, const Weights& wx, int begin, const float* source, std::ptrdiff_t stride,
                      float* out) {
    if (shape.reversed) {
        return lanes_of_plane<kFirst, kCount, true, true>(shape, wx, begin, source, stride, out);
    }
    if (shape.bent) return lanes_of_plane<kFirst, kCount, false, true>(shape, wx, begin, source, stride, out);
    lanes_of_plane<kFirst, kCount, false, false>(shape, wx, begin, source, stride, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
