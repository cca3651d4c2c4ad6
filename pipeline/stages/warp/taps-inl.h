// SPDX-License-Identifier: MIT
// Eight output pixels of a windowed kernel. Each pixel owns eight logical lanes (six taps and two
// that are masked), whatever the width of the registers, and all sums run over the same tree:
// q[i] = lane i + lane i+4, result (q0 + q2) + (q1 + q3). So every level gives the same bits.
// Registers below 256 bits get the plain loops (Highway 1.0.3 has no SSE2 target, only scalar).
#if defined(NIGHTSTACK_WARP_TAPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_TAPS_INL_H
#undef NIGHTSTACK_WARP_TAPS_INL_H
#else
#define NIGHTSTACK_WARP_TAPS_INL_H
#endif

#include <cstddef>
#include <cstdint>
#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/warp/guard-inl.h"
#include "pipeline/stages/warp/tap_curves.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kGroup = 8;
inline constexpr int kTapLanes = 8;
#if HWY_MAX_BYTES >= 32

using Eight = hn::CappedTag<float, 8>;
using EightV = hn::Vec<Eight>;

// Sum, smallest and largest tap of one pixel, still by lane.
struct Tapped {
    EightV sum, low, high;
};

struct LaneMasks {
    EightV used;   // all ones where the kernel has a tap
    EightV raise;  // +inf outside the central four taps, else -inf
    EightV sink;   // the negative of it
};

HWY_INLINE LaneMasks lane_masks(int first, int count) {
    const Eight d;
    const EightV lane = hn::Iota(d, 0.0F);
    const EightV inf = hn::Set(d, std::numeric_limits<float>::infinity());
    const auto used = hn::And(hn::Ge(lane, hn::Set(d, static_cast<float>(first))),
                              hn::Lt(lane, hn::Set(d, static_cast<float>(first + count))));
    const auto central = hn::And(hn::Ge(lane, hn::Set(d, 1.0F)), hn::Le(lane, hn::Set(d, 4.0F)));
    const EightV raise = hn::IfThenElse(central, hn::Neg(inf), inf);
    return {hn::VecFromMask(d, used), raise, hn::Neg(raise)};
}

// `tap` is the window's first row and column, six rows are there. Rows [kFirst, kFirst + kCount) count.
template <int kFirst, int kCount>
HWY_INLINE Tapped tap_window(const float* HWY_RESTRICT tap, std::ptrdiff_t stride, const float* HWY_RESTRICT wx,
                             const float* HWY_RESTRICT wy, const LaneMasks& masks) {
    const Eight d;
    EightV v = hn::LoadU(d, tap + kFirst * stride);
    EightV sum = hn::Mul(v, hn::Set(d, wy[kFirst]));
    EightV low = v;
    EightV high = v;
    HWY_UNROLL(6)
    for (int r = kFirst + 1; r < kFirst + kCount; ++r) {
        v = hn::LoadU(d, tap + r * stride);
        sum = hn::Add(sum, hn::Mul(v, hn::Set(d, wy[r])));
        if (r == 1) {
            low = v;
            high = v;
        } else if (r <= 4) {
            low = hn::Min(low, v);
            high = hn::Max(high, v);
        }
    }
    // The mask takes out what lies in the spare lanes, be it infinite.
    return {hn::And(hn::Mul(sum, hn::Load(d, wx)), masks.used), hn::Max(low, masks.raise), hn::Min(high, masks.sink)};
}

// Lane i with lane i + 4: of pixel a in the lower half, of pixel b in the upper.
template <class Op>
HWY_INLINE EightV fold(EightV a, EightV b, Op op) {
    const Eight d;
    return op(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
}

struct Halves {
    EightV even, odd;  // q0 with q2, q1 with q3
};

// Four folded registers to the results side by side, per 128-bit block, but for the last step.
template <class Op>
HWY_INLINE Halves halves(const EightV q[4], Op op) {
    const Eight d;
    const hn::Repartition<double, Eight> dd;
    const EightV s01 = op(hn::InterleaveLower(d, q[0], q[1]), hn::InterleaveUpper(d, q[0], q[1]));
    const EightV s23 = op(hn::InterleaveLower(d, q[2], q[3]), hn::InterleaveUpper(d, q[2], q[3]));
    const auto a = hn::BitCast(dd, s01);
    const auto b = hn::BitCast(dd, s23);
    return {hn::BitCast(d, hn::InterleaveLower(dd, a, b)), hn::BitCast(d, hn::InterleaveUpper(dd, a, b))};
}

// out[0..8) from the windows at tap[0..8); wx, wy hold eight weights per pixel.
template <int kFirst, int kCount>
HWY_INLINE void eight_pixels(const float* const* tap, std::ptrdiff_t stride, const float* wx, const float* wy,
                             const LaneMasks& masks, float* HWY_RESTRICT out) {
    const auto add = [](EightV a, EightV b) HWY_ATTR { return hn::Add(a, b); };
    const auto min = [](EightV a, EightV b) HWY_ATTR { return hn::Min(a, b); };
    const auto max = [](EightV a, EightV b) HWY_ATTR { return hn::Max(a, b); };
    EightV sums[4], lows[4], highs[4];
    HWY_UNROLL(4)
    for (int i = 0; i < 4; ++i) {
        const Tapped a = tap_window<kFirst, kCount>(tap[i], stride, wx + 8 * i, wy + 8 * i, masks);
        const Tapped b = tap_window<kFirst, kCount>(tap[i + 4], stride, wx + 8 * (i + 4), wy + 8 * (i + 4), masks);
        sums[i] = fold(a.sum, b.sum, add);
        lows[i] = fold(a.low, b.low, min);
        highs[i] = fold(a.high, b.high, max);
    }
    const Eight d;
    const Halves sum = halves(sums, add);
    const Halves low = halves(lows, min);
    const Halves high = halves(highs, max);
    const EightV value = hn::Add(sum.even, sum.odd);
    hn::StoreU(guarded(d, value, low.even, low.odd, hn::Max(high.even, high.odd)), d, out);
}

#else  // the same, lane by lane

struct LaneMasks {
    int first, end;
};

inline LaneMasks lane_masks(int first, int count) { return {first, first + count}; }

inline float smaller(float a, float b) { return a < b ? a : b; }
inline float larger(float a, float b) { return a > b ? a : b; }

template <int kFirst, int kCount>
float one_pixel(const float* HWY_RESTRICT tap, std::ptrdiff_t stride, const float* HWY_RESTRICT wx,
                const float* HWY_RESTRICT wy, const LaneMasks& masks) {
    float sum[8];
    for (int t = 0; t < 8; ++t) sum[t] = tap[kFirst * stride + t] * wy[kFirst];
    for (int r = kFirst + 1; r < kFirst + kCount; ++r) {
        for (int t = 0; t < 8; ++t) sum[t] = sum[t] + tap[r * stride + t] * wy[r];
    }
    for (int t = 0; t < 8; ++t) sum[t] = t >= masks.first && t < masks.end ? sum[t] * wx[t] : 0.0F;
    float low[4], high[4], q[4];
    for (int i = 0; i < 4; ++i) {
        q[i] = sum[i] + sum[i + 4];
        low[i] = high[i] = tap[stride + 1 + i];
        for (int r = 2; r <= 4; ++r) {
            low[i] = smaller(low[i], tap[r * stride + 1 + i]);
            high[i] = larger(high[i], tap[r * stride + 1 + i]);
        }
    }
    const float value = (q[0] + q[2]) + (q[1] + q[3]);
    const float even = smaller(low[3], low[1]);  // lane 4 folds onto lane 0, lane 2 onto lane 2
    const float odd = smaller(low[0], low[2]);
    const float least = smaller(even, odd);
    const float most = larger(larger(high[3], high[1]), larger(high[0], high[2]));
    const float below = (larger(even, odd) - least) * kRoomBelow;
    return smaller(larger(value, least - below), most + (most - least) * kRoomAbove) + (value - value);
}

template <int kFirst, int kCount>
void eight_pixels(const float* const* tap, std::ptrdiff_t stride, const float* wx, const float* wy,
                  const LaneMasks& masks, float* HWY_RESTRICT out) {
    for (int i = 0; i < kGroup; ++i) {
        out[i] = one_pixel<kFirst, kCount>(tap[i], stride, wx + 8 * i, wy + 8 * i, masks);
    }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
