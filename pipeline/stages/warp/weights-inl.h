// SPDX-License-Identifier: MIT
// Weights of a block of positions from their curves, tap by tap. Included once per instruction
// level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_WEIGHTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_WEIGHTS_INL_H
#undef NIGHTSTACK_WARP_WEIGHTS_INL_H
#else
#define NIGHTSTACK_WARP_WEIGHTS_INL_H
#endif

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

HWY_INLINE LaneV curve(const TapCurves::Curve& c, LaneV u) {
    const Lane d;
    LaneV sum = hn::Set(d, c[kCurveTerms - 1]);
    for (std::size_t k = kCurveTerms - 1; k-- > 0;) sum = hn::Add(hn::Mul(sum, u), hn::Set(d, c[k]));
    return sum;
}

HWY_INLINE void find_weights(const TapCurves& curves, const float* HWY_RESTRICT fraction, Weights& out) {
    const Lane d;
    const LaneV zero = hn::Zero(d);
    const LaneV half = hn::Set(d, 0.5F);
    const LaneV one = hn::Set(d, 1.0F);
    for (int i = 0; i < kBlock; i += kLanes) {
        const LaneV f = hn::Load(d, fraction + i);
        const auto at_zero = hn::Eq(f, zero);
        const auto at_one = hn::Eq(f, one);
        const auto between = hn::Not(hn::Or(at_zero, at_one));
        const LaneV g = hn::Sub(f, half);
        const LaneV u = hn::Mul(g, g);
        LaneV rest = half;
        for (int t = 0; t < 3; ++t) {
            const auto k = static_cast<std::size_t>(t);
            const LaneV even = t == 2 ? rest : curve(curves.even[k], u);
            const LaneV odd = hn::Mul(g, curve(curves.odd[k], u));
            rest = hn::Sub(rest, even);
            LaneV left = hn::IfThenElseZero(between, hn::Add(even, odd));
            LaneV right = hn::IfThenElseZero(between, hn::Sub(even, odd));
            if (t == 2) {
                left = hn::IfThenElse(at_zero, one, left);
                right = hn::IfThenElse(at_one, one, right);
            }
            hn::Store(left, d, out.of[t] + i);
            hn::Store(right, d, out.of[5 - t] + i);
        }
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
