// SPDX-License-Identifier: MIT
// Weights of a block of positions from their curves, tap by tap. Included once per instruction
// level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_WEIGHTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_WEIGHTS_INL_H
#undef NIGHTSTACK_WARP_WEIGHTS_INL_H
#else
#define NIGHTSTACK_WARP_WEIGHTS_INL_H
#endif

#include <algorithm>

#include <hwy/highway.h>

#include "pipeline/stages/warp/positions-inl.h"
#include "pipeline/stages/warp/tap_curves.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lane = hn::CappedTag<float, 16>;
using LaneV = hn::Vec<Lane>;
inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(Lane()));

// Weight of tap t for pixel i of the block is of[t][i].
struct Weights {
    HWY_ALIGN float of[kTaps][kBlock];
};

// The terms of the curves, each in every lane: the registers are too few to hold them.
class SpreadCurves {
public:
    explicit SpreadCurves(const TapCurves& curves) {
        float* at = term_;
        for (const auto& curve : curves.even) at = spread(curve, at);
        for (const auto& curve : curves.odd) at = spread(curve, at);
    }
    // Curve c (even_0, even_1, odd_0 to odd_2) at u.
    HWY_INLINE LaneV at(int c, LaneV u) const {
        const Lane d;
        const float* term = term_ + c * kCurveTerms * kLanes;
        LaneV sum = hn::Load(d, term + (kCurveTerms - 1) * kLanes);
        HWY_UNROLL(4)
        for (int k = kCurveTerms - 2; k >= 0; --k) sum = hn::Add(hn::Mul(sum, u), hn::Load(d, term + k * kLanes));
        return sum;
    }

private:
    static float* spread(const TapCurves::Curve& curve, float* to) {
        for (const float term : curve) to = std::fill_n(to, kLanes, term);
        return to;
    }
    HWY_ALIGN float term_[5 * kCurveTerms * kLanes];
};

// Weights of the taps at the fractions f, in [0, 1].
HWY_INLINE void weights_at(const SpreadCurves& curves, LaneV f, LaneV (&w)[kTaps]) {
    const Lane d;
    const LaneV half = hn::Set(d, 0.5F);
    const LaneV g = hn::Sub(f, half);
    const LaneV u = hn::Mul(g, g);
    LaneV rest = half;
    HWY_UNROLL(3)
    for (int t = 0; t < 3; ++t) {
        const LaneV even = t == 2 ? rest : curves.at(t, u);
        const LaneV odd = hn::Mul(g, curves.at(2 + t, u));
        rest = hn::Sub(rest, even);
        w[t] = hn::Add(even, odd);
        w[5 - t] = hn::Sub(even, odd);
    }
    const auto at_zero = hn::Eq(f, hn::Zero(d));
    const auto at_one = hn::Eq(f, hn::Set(d, 1.0F));
    const auto at_pixel = hn::Or(at_zero, at_one);
    if (hn::AllFalse(d, at_pixel)) return;
    for (LaneV& v : w) v = hn::IfThenZeroElse(at_pixel, v);
    w[2] = hn::IfThenElse(at_zero, hn::Set(d, 1.0F), w[2]);
    w[3] = hn::IfThenElse(at_one, hn::Set(d, 1.0F), w[3]);
}

// Of pixels [0, count) of the block, and what fills up the last register.
HWY_INLINE void find_weights(const SpreadCurves& curves, const float* HWY_RESTRICT fraction, int count, Weights& out) {
    const Lane d;
    for (int i = 0; i < count; i += kLanes) {
        LaneV w[kTaps];
        weights_at(curves, hn::Load(d, fraction + i), w);
        for (int t = 0; t < kTaps; ++t) hn::Store(w[t], d, out.of[t] + i);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
