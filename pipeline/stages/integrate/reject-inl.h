// SPDX-License-Identifier: MIT
// Rejection on a sorted column. The kept samples are an interval of values, so a round only moves
// its ends; lanes that are done wait for the others behind a mask.
#if defined(NIGHTSTACK_INTEGRATE_REJECT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_REJECT_INL_H
#undef NIGHTSTACK_INTEGRATE_REJECT_INL_H
#else
#define NIGHTSTACK_INTEGRATE_REJECT_INL_H
#endif

#include <algorithm>

#include <hwy/highway.h>

#include "pipeline/stages/integrate/column-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Sample deviation of the kept samples of register k pulled in to median +- bound.
template <bool kWhole>
HWY_INLINE LaneV bounded_deviation(const CombineRow& row, const Kept& kept, LaneV median, LaneV bound, int k) {
    const Lane d;
    const LaneV low = kept.low.get(k);
    const LaneV high = kept.high.get(k);
    const LaneV least = hn::Neg(bound);
    LaneV sum = hn::Zero(d);
    LaneV squares = hn::Zero(d);
    const float* at = row.sorted + k * kLanes;
    for (int f = 0; f < row.frame_count; ++f, at += kColumnPixels) {
        const LaneV v = hn::Load(d, at);
        LaneV c = hn::Min(hn::Max(hn::Sub(v, median), least), bound);
        if constexpr (!kWhole) c = hn::IfThenElseZero(hn::And(hn::Ge(v, low), hn::Le(v, high)), c);
        sum = hn::Add(sum, c);
        squares = hn::Add(squares, hn::Mul(c, c));
    }
    const LaneV n = kept.count.get(k);
    const LaneV variance = hn::Div(hn::Sub(squares, hn::Div(hn::Mul(sum, sum), n)), hn::Sub(n, hn::Set(d, 1.0F)));
    return hn::Sqrt(hn::Max(hn::Zero(d), variance));
}

template <bool kWhole>
HWY_INLINE LaneV winsorized_deviation(const CombineRow& row, const Kept& kept, LaneV median, hn::Mask<Lane> wanted,
                                      int k) {
    const Lane d;
    const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
    LaneV sigma = bounded_deviation<kWhole>(row, kept, median, most, k);
    LaneV bound = hn::Mul(sigma, hn::Set(d, 1.5F));
    for (int round = 0; round < 60 && !hn::AllFalse(d, wanted); ++round) {
        const LaneV next = hn::Mul(bounded_deviation<kWhole>(row, kept, median, bound, k), hn::Set(d, 1.134F));
        const auto settled = hn::Le(hn::Abs(hn::Sub(next, sigma)), hn::Mul(sigma, hn::Set(d, 0.0005F)));
        sigma = hn::IfThenElse(wanted, next, sigma);
        bound = hn::Min(bound, hn::Mul(sigma, hn::Set(d, 1.5F)));
        wanted = hn::AndNot(settled, wanted);
    }
    return sigma;
}

// Samples of register k below `low`; the column is sorted, so the search ends at the first that is not.
HWY_INLINE LaneV count_below(const CombineRow& row, LaneV low, int k) {
    const Lane d;
    LaneV count = hn::Zero(d);
    for (int f = 0; f < row.frame_count; ++f) {
        const auto below =
            hn::Lt(hn::Load(d, row.sorted + static_cast<std::ptrdiff_t>(f) * kColumnPixels + k * kLanes), low);
        if (hn::AllFalse(d, below)) break;
        count = hn::Add(count, hn::IfThenElseZero(below, hn::Set(d, 1.0F)));
    }
    return count;
}

// Missing samples sort as +inf and count.
HWY_INLINE LaneV count_above(const CombineRow& row, LaneV high, int k) {
    const Lane d;
    LaneV count = hn::Zero(d);
    for (int f = row.frame_count - 1; f >= 0; --f) {
        const auto above =
            hn::Gt(hn::Load(d, row.sorted + static_cast<std::ptrdiff_t>(f) * kColumnPixels + k * kLanes), high);
        if (hn::AllFalse(d, above)) break;
        count = hn::Add(count, hn::IfThenElseZero(above, hn::Set(d, 1.0F)));
    }
    return count;
}

// Cuts register k to median +- kappa sigma where `active`. Returns the lanes to look at again.
HWY_INLINE hn::Mask<Lane> cut(const CombineRow& row, Kept& kept, LaneV median, LaneV sigma, hn::Mask<Lane> active,
                              int k) {
    const Lane d;
    const LaneV low = hn::Max(kept.low.get(k), hn::Sub(median, hn::Mul(hn::Set(d, row.kappa_low), sigma)));
    const LaneV high = hn::Min(kept.high.get(k), hn::Add(median, hn::Mul(hn::Set(d, row.kappa_high), sigma)));
    const LaneV begin = count_below(row, low, k);
    const LaneV end = hn::Sub(hn::Set(d, static_cast<float>(row.frame_count)), count_above(row, high, k));
    const LaneV count = hn::Sub(end, begin);
    const auto moved = hn::And(active, hn::And(hn::Lt(count, kept.count.get(k)), hn::Gt(count, hn::Zero(d))));
    if (hn::AllFalse(d, moved)) return moved;
    kept.low.set(k, hn::IfThenElse(moved, low, kept.low.get(k)));
    kept.high.set(k, hn::IfThenElse(moved, high, kept.high.get(k)));
    kept.begin.set(k, hn::IfThenElse(moved, begin, kept.begin.get(k)));
    kept.count.set(k, hn::IfThenElse(moved, count, kept.count.get(k)));
    kept.whole = false;
    return hn::And(moved, hn::Gt(count, hn::Set(d, 3.0F)));
}

template <bool kWhole>
HWY_INLINE LaneV deviation(const CombineRow& row, const Kept& kept, LaneV median, hn::Mask<Lane> wanted, int k) {
    if (row.rejection == RejectKind::winsorized) return winsorized_deviation<kWhole>(row, kept, median, wanted, k);
    return bounded_deviation<kWhole>(row, kept, median, hn::Set(Lane(), std::numeric_limits<float>::max()), k);
}

// The lowest and the highest sample kept.
HWY_INLINE void find_ends(const CombineRow& row, const Kept& kept, PerPixel& lowest, PerPixel& highest) {
    if (kept.whole) {
        const float* last = row.sorted + static_cast<std::ptrdiff_t>(row.frame_count - 1) * kColumnPixels;
        std::copy_n(row.sorted, kColumnPixels, lowest.of);
        std::copy_n(last, kColumnPixels, highest.of);
        return;
    }
    for (int i = 0; i < kColumnPixels; ++i) {
        const auto begin = static_cast<std::ptrdiff_t>(kept.begin.of[i]);
        const auto count = static_cast<std::ptrdiff_t>(kept.count.of[i]);
        lowest.of[i] = highest.of[i] = 0;
        if (count == 0) continue;
        lowest.of[i] = row.sorted[begin * kColumnPixels + i];
        highest.of[i] = row.sorted[(begin + count - 1) * kColumnPixels + i];
    }
}

// What sigma is at least, see reject.h.
HWY_INLINE LaneV least_sigma(const CombineRow& row, LaneV median) {
    const Lane d;
    const LaneV noise = hn::Set(d, row.least_sigma);
    if (row.object_share == 0) return noise;
    const LaneV above = hn::Sub(median, hn::Set(d, row.sky_level));
    const LaneV share = hn::IfThenElseZero(hn::Gt(above, hn::Zero(d)), hn::Mul(above, hn::Set(d, row.object_share)));
    return hn::Sqrt(hn::Add(hn::Mul(noise, noise), hn::Mul(share, share)));
}

// Lanes that the least sigma there can be does not settle already. Most it does: sigma need not be known there.
HWY_INLINE void keep_undecided(const CombineRow& row, const Kept& kept, const PerPixel& median, PerPixel& active) {
    if (!(row.least_sigma > 0 || row.object_share > 0)) return;
    const Lane d;
    PerPixel lowest, highest;
    find_ends(row, kept, lowest, highest);
    for (int k = 0; k < kVectors; ++k) {
        const LaneV m = median.get(k);
        const LaneV least = least_sigma(row, m);
        const LaneV below = hn::Mul(hn::Set(d, row.kappa_low), least);
        const LaneV above = hn::Mul(hn::Set(d, row.kappa_high), least);
        const auto inside =
            hn::And(hn::Ge(lowest.get(k), hn::Sub(m, below)), hn::Le(highest.get(k), hn::Add(m, above)));
        active.set(k, hn::IfThenZeroElse(inside, active.get(k)));
    }
}

HWY_INLINE void reject_column(const CombineRow& row, Kept& kept, PerPixel& median) {
    const Lane d;
    find_median(row, kept, median);
    PerPixel active;
    for (int k = 0; k < kVectors; ++k) {
        active.set(k, hn::VecFromMask(d, hn::Gt(kept.count.get(k), hn::Set(d, 3.0F))));
    }
    for (bool again = true; again;) {
        again = false;
        keep_undecided(row, kept, median, active);
        const bool whole = kept.whole;
        for (int k = 0; k < kVectors; ++k) {
            auto todo = hn::MaskFromVec(active.get(k));
            if (hn::AllFalse(d, todo)) continue;
            const LaneV m = median.get(k);
            const LaneV seen = whole ? deviation<true>(row, kept, m, todo, k) : deviation<false>(row, kept, m, todo, k);
            const LaneV least = least_sigma(row, m);
            const LaneV sigma = hn::IfThenElse(hn::Lt(seen, least), least, seen);  // NaN stays NaN
            todo = cut(row, kept, m, sigma, todo, k);
            active.set(k, hn::VecFromMask(d, todo));
            again = again || !hn::AllFalse(d, todo);
        }
        if (!kept.whole) find_median(row, kept, median);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
