// SPDX-License-Identifier: MIT
// The ringing guard of the windowed kernels, for any number of lanes. Included once per instruction
// level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_GUARD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_GUARD_INL_H
#undef NIGHTSTACK_WARP_GUARD_INL_H
#else
#define NIGHTSTACK_WARP_GUARD_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Above the central taps there is room of 0.3 of their range: a star's peak between two pixels
// needs it. Below there must be none beside a bright point, yet plain noise would then gain a bias
// of 0.003 sigma; so the room is what the lowest taps of the even and of the odd columns differ by:
// about half a sigma in noise, and next to nothing in the sky beside a point.
inline constexpr float kRoomBelow = 0.5F;
inline constexpr float kRoomAbove = 0.3F;

// `value` held between the central 4 x 4 taps and that room; NaN where it is not finite, as it is when any of the
// 6 x 6 taps is not: v - v is +0 for a number and NaN for all else. Never -0, so that the order in which zeros of both
// signs were met does not show.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V guarded(D d, V value, V low_even, V low_odd, V high) {
    const V low = hn::Min(low_even, low_odd);
    const V below = hn::Mul(hn::Sub(hn::Max(low_even, low_odd), low), hn::Set(d, kRoomBelow));
    const V above = hn::Mul(hn::Sub(high, low), hn::Set(d, kRoomAbove));
    const V bounded = hn::Min(hn::Max(value, hn::Sub(low, below)), hn::Add(high, above));
    return hn::Add(bounded, hn::Sub(value, value));
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
