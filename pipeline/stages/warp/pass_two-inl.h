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

#include <cstddef>

#include <hwy/highway.h>

#include "pipeline/stages/warp/guard-inl.h"
#include "pipeline/stages/warp/pass_one-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

// rows[s] is row s of the window, as made by pass one; `at` is where in it the plane's block has the first lane, `i`
// where in the block that is. D: Lane or half of it.
template <int kFirst, int kCount, class D, class V = hn::Vec<D>>
HWY_INLINE V level_group(D d, const float* const* rows, std::ptrdiff_t at, const Weights& weights, int i) {
    const auto get = [&](int s, Kept q) HWY_ATTR { return hn::Load(d, rows[s] + at + q * kBlock); };
    const auto product = [&](int s) HWY_ATTR { return hn::Mul(get(s, kSum), hn::Load(d, weights.of[s] + i)); };
    V sum = product(kFirst);
    HWY_UNROLL(5)
    for (int s = kFirst + 1; s < kFirst + kCount; ++s) sum = hn::Add(sum, product(s));
    const auto least = [&](Kept q)
                           HWY_ATTR { return hn::Min(hn::Min(get(1, q), get(2, q)), hn::Min(get(3, q), get(4, q))); };
    const V high = hn::Max(hn::Max(get(1, kHigh), get(2, kHigh)), hn::Max(get(3, kHigh), get(4, kHigh)));
    return guarded(d, sum, least(kLowEven), least(kLowOdd), high);
}

// The same for windows on two rows: one choice where lanes differ.
template <int kFirst, int kCount, class D>
struct StepRows {
    hn::Mask<D> lower;
    hn::Vec<D> weight[kTaps + 1];

    HWY_INLINE StepRows(hn::Mask<D> low, const Weights& weights, int i) : lower(low) {
        const D d;
        const auto of = [&](int s) HWY_ATTR { return hn::Load(d, weights.of[s] + i); };
        weight[kFirst] = of(kFirst);
        HWY_UNROLL(5)
        for (int s = kFirst + 1; s < kFirst + kCount; ++s) weight[s] = hn::IfThenElse(lower, of(s - 1), of(s));
        weight[kFirst + kCount] = of(kFirst + kCount - 1);
    }
};

template <int kFirst, int kCount, class D, class V = hn::Vec<D>>
HWY_INLINE V step_group(D d, const float* const* rows, std::ptrdiff_t at, const StepRows<kFirst, kCount, D>& step) {
    const auto get = [&](int s, Kept q) HWY_ATTR { return hn::Load(d, rows[s] + at + q * kBlock); };
    const auto product = [&](int s) HWY_ATTR { return hn::Mul(get(s, kSum), step.weight[s]); };
    V sum = hn::IfThenZeroElse(step.lower, product(kFirst));
    HWY_UNROLL(5)
    for (int s = kFirst + 1; s < kFirst + kCount; ++s) sum = hn::Add(sum, product(s));
    sum = hn::Add(sum, hn::IfThenElseZero(step.lower, product(kFirst + kCount)));
    const auto outer = [&](Kept q) HWY_ATTR { return hn::IfThenElse(step.lower, get(5, q), get(1, q)); };
    const auto least = [&](Kept q)
                           HWY_ATTR { return hn::Min(hn::Min(outer(q), get(2, q)), hn::Min(get(3, q), get(4, q))); };
    const V high = hn::Max(hn::Max(outer(kHigh), get(2, kHigh)), hn::Max(get(3, kHigh), get(4, kHigh)));
    return guarded(d, sum, least(kLowEven), least(kLowOdd), high);
}

// And on three rows, the most that eight lanes can lie on (two_pass.cpp).
template <int kFirst, int kCount, class D, class V = hn::Vec<D>>
struct StairRows {
    static constexpr int kEnd = kFirst + kCount;
    hn::Mask<D> upper, lower;  // lanes whose window starts in the first and in the third row; else in the second
    V weight[kTaps + 2];

    // `down`: the row a lane's window starts in, counted from rows[0].
    HWY_INLINE StairRows(V down, const Weights& weights, int i)
        : upper(hn::Lt(down, hn::Set(D(), 1.0F))), lower(hn::Gt(down, hn::Set(D(), 1.0F))) {
        const auto of = [&](int s) HWY_ATTR { return hn::Load(D(), weights.of[s] + i); };
        weight[kFirst] = of(kFirst);
        weight[kFirst + 1] = hn::IfThenElse(upper, of(kFirst + 1), of(kFirst));
        HWY_UNROLL(4)
        for (int s = kFirst + 2; s < kEnd; ++s) {
            weight[s] = hn::IfThenElse(upper, of(s), hn::IfThenElse(lower, of(s - 2), of(s - 1)));
        }
        weight[kEnd] = hn::IfThenElse(lower, of(kEnd - 2), of(kEnd - 1));
        weight[kEnd + 1] = of(kEnd - 1);
    }
};

template <int kFirst, int kCount, class D, class V = hn::Vec<D>>
HWY_INLINE V stair_group(D d, const float* const* rows, std::ptrdiff_t at, const StairRows<kFirst, kCount, D>& stair) {
    constexpr int kEnd = kFirst + kCount;
    const auto get = [&](int s, Kept q) HWY_ATTR { return hn::Load(d, rows[s] + at + q * kBlock); };
    const auto product = [&](int s) HWY_ATTR { return hn::Mul(get(s, kSum), stair.weight[s]); };
    V sum = hn::IfThenElseZero(stair.upper, product(kFirst));
    sum = hn::Add(sum, hn::IfThenZeroElse(stair.lower, product(kFirst + 1)));
    HWY_UNROLL(4)
    for (int s = kFirst + 2; s < kEnd; ++s) sum = hn::Add(sum, product(s));
    sum = hn::Add(sum, hn::IfThenZeroElse(stair.upper, product(kEnd)));
    sum = hn::Add(sum, hn::IfThenElseZero(stair.lower, product(kEnd + 1)));
    // Of rows 1 to 4 of each window, 3 and 4 from the top are every lane's.
    const auto near = [&](Kept q) HWY_ATTR { return hn::IfThenElse(stair.lower, get(5, q), get(2, q)); };
    const auto far = [&](Kept q) HWY_ATTR {
        return hn::IfThenElse(stair.upper, get(1, q), hn::IfThenElse(stair.lower, get(6, q), get(5, q)));
    };
    const auto least = [&](Kept q)
                           HWY_ATTR { return hn::Min(hn::Min(near(q), far(q)), hn::Min(get(3, q), get(4, q))); };
    const V high = hn::Max(hn::Max(near(kHigh), far(kHigh)), hn::Max(get(3, kHigh), get(4, kHigh)));
    return guarded(d, sum, least(kLowEven), least(kLowOdd), high);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
