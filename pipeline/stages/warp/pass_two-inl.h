// SPDX-License-Identifier: MIT
// Pass two of a windowed kernel (two_pass.h): output pixels side by side from the rows of pass one. A lane takes part
// in the six rows that are its own; they follow each other in order, so the sums are the same however the lanes lie.
// Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_PASS_TWO_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_PASS_TWO_INL_H
#undef NIGHTSTACK_WARP_PASS_TWO_INL_H
#else
#define NIGHTSTACK_WARP_PASS_TWO_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/warp/guard-inl.h"
#include "pipeline/stages/warp/pass_one-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using LaneM = hn::Mask<Lane>;

// rows[s] is row s of the window, a block of pass one; `i` the first lane's place in it.
template <int kFirst, int kCount>
HWY_INLINE LaneV level_group(const float* const* rows, const Weights& weights, int i) {
    const Lane d;
    const auto get = [&](int s, Kept q) HWY_ATTR { return hn::Load(d, rows[s] + q * kBlock + i); };
    const auto product = [&](int s) HWY_ATTR { return hn::Mul(get(s, kSum), hn::Load(d, weights.of[s] + i)); };
    LaneV sum = product(kFirst);
    HWY_UNROLL(5)
    for (int s = kFirst + 1; s < kFirst + kCount; ++s) sum = hn::Add(sum, product(s));
    const auto least = [&](Kept q)
                           HWY_ATTR { return hn::Min(hn::Min(get(1, q), get(2, q)), hn::Min(get(3, q), get(4, q))); };
    const LaneV high = hn::Max(hn::Max(get(1, kHigh), get(2, kHigh)), hn::Max(get(3, kHigh), get(4, kHigh)));
    return guarded(d, sum, least(kLowEven), least(kLowOdd), high);
}

// The same for windows on two rows: one choice where lanes differ.
template <int kFirst, int kCount>
struct StepRows {
    LaneM lower;
    LaneV weight[kTaps + 1];

    HWY_INLINE StepRows(LaneM low, const Weights& weights, int i) : lower(low) {
        const Lane d;
        const auto of = [&](int s) HWY_ATTR { return hn::Load(d, weights.of[s] + i); };
        weight[kFirst] = of(kFirst);
        HWY_UNROLL(5)
        for (int s = kFirst + 1; s < kFirst + kCount; ++s) weight[s] = hn::IfThenElse(lower, of(s - 1), of(s));
        weight[kFirst + kCount] = of(kFirst + kCount - 1);
    }
};

template <int kFirst, int kCount>
HWY_INLINE LaneV step_group(const float* const* rows, const StepRows<kFirst, kCount>& step, int i) {
    const Lane d;
    const auto get = [&](int s, Kept q) HWY_ATTR { return hn::Load(d, rows[s] + q * kBlock + i); };
    const auto product = [&](int s) HWY_ATTR { return hn::Mul(get(s, kSum), step.weight[s]); };
    LaneV sum = hn::IfThenZeroElse(step.lower, product(kFirst));
    HWY_UNROLL(5)
    for (int s = kFirst + 1; s < kFirst + kCount; ++s) sum = hn::Add(sum, product(s));
    sum = hn::Add(sum, hn::IfThenElseZero(step.lower, product(kFirst + kCount)));
    const auto outer = [&](Kept q) HWY_ATTR { return hn::IfThenElse(step.lower, get(5, q), get(1, q)); };
    const auto least = [&](Kept q)
                           HWY_ATTR { return hn::Min(hn::Min(outer(q), get(2, q)), hn::Min(get(3, q), get(4, q))); };
    const LaneV high = hn::Max(hn::Max(outer(kHigh), get(2, kHigh)), hn::Max(get(3, kHigh), get(4, kHigh)));
    return guarded(d, sum, least(kLowEven), least(kLowOdd), high);
}

// And on any number of rows: each row of the windows with its lanes and their weights.
template <int kFirst, int kCount>
struct StairRows {
    static constexpr int kMost = 4 + kTaps;  // four steps in sixteen lanes, two_pass.cpp
    LaneM sum[kMost], guard[kMost];
    LaneV weight[kMost];
    int end;

    // `down`: the row a lane's window starts in, counted from rows[0].
    HWY_INLINE StairRows(LaneV down, int span, const Weights& weights, int i) : end(span + kTaps) {
        const Lane d;
        for (int s = 0; s < end; ++s) {
            const LaneV own = hn::Sub(hn::Set(d, static_cast<float>(s)), down);  // the window's row it is to a lane
            const auto within = [&](int first, int count) HWY_ATTR {
                return hn::And(hn::Ge(own, hn::Set(d, static_cast<float>(first))),
                               hn::Lt(own, hn::Set(d, static_cast<float>(first + count))));
            };
            sum[s] = within(kFirst, kCount);
            guard[s] = within(1, 4);
            weight[s] = hn::Zero(d);
            for (int k = std::max(0, s - kTaps + 1); k <= std::min(s, span); ++k) {
                const LaneM here = hn::Eq(down, hn::Set(d, static_cast<float>(k)));
                weight[s] = hn::IfThenElse(here, hn::Load(d, weights.of[s - k] + i), weight[s]);
            }
        }
    }
};

template <int kFirst, int kCount>
HWY_INLINE LaneV stair_group(const float* const* rows, const StairRows<kFirst, kCount>& stair, int i) {
    const Lane d;
    const auto get = [&](int s, Kept q) HWY_ATTR { return hn::Load(d, rows[s] + q * kBlock + i); };
    LaneV sum = hn::Zero(d);
    LaneV low_even = hn::Set(d, std::numeric_limits<float>::infinity());
    LaneV low_odd = low_even;
    LaneV high = hn::Neg(low_even);
    for (int s = kFirst; s < stair.end - (kTaps - kFirst - kCount); ++s) {
        sum = hn::Add(sum, hn::IfThenElseZero(stair.sum[s], hn::Mul(get(s, kSum), stair.weight[s])));
        if (s < 1 || s > stair.end - 2) continue;
        const LaneM mine = stair.guard[s];
        low_even = hn::IfThenElse(mine, hn::Min(low_even, get(s, kLowEven)), low_even);
        low_odd = hn::IfThenElse(mine, hn::Min(low_odd, get(s, kLowOdd)), low_odd);
        high = hn::IfThenElse(mine, hn::Max(high, get(s, kHigh)), high);
    }
    return guarded(d, sum, low_even, low_odd, high);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
