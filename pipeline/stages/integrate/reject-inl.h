// SPDX-License-Identifier: MIT
// Rejection on a sorted column (reject.h). The kept samples are an interval of values, so a round only
// moves its ends; lanes that are done wait for the others behind a mask.
#if defined(NIGHTSTACK_INTEGRATE_REJECT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_REJECT_INL_H
#undef NIGHTSTACK_INTEGRATE_REJECT_INL_H
#else
#define NIGHTSTACK_INTEGRATE_REJECT_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/integrate/reject_esd-inl.h"
#include "pipeline/stages/integrate/reject_linear-inl.h"
#include "pipeline/stages/integrate/reject_winsorized-inl.h"
#include "pipeline/stages/integrate/slice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The k-th smallest distance from the median, k >= 1 per lane. The k samples nearest to it are neighbours
// in the sorted column, so it is the least reach of all windows of k rows; and since a window's reach
// downwards shrinks on the way up while the one upwards grows, the best is found by halving.
HWY_INLINE LaneV nearest(const Slice& s, LaneV k) {
    const Lane d;
    const LaneV one = hn::Set(d, 1.0F);
    const auto some = s.has_rows();
    const auto reach_down = [&](LaneV first) HWY_ATTR {
        return hn::Sub(s.median, at_rows(s.sorted, hn::IfThenElseZero(some, first)));
    };
    const auto reach_up = [&](LaneV first) HWY_ATTR {
        const LaneV last = hn::Add(first, hn::Sub(k, one));
        return hn::Sub(at_rows(s.sorted, hn::IfThenElseZero(some, last)), s.median);
    };
    // First window whose reach upwards is at least that downwards; the last one when none is.
    LaneV low = s.begin;
    LaneV high = hn::Sub(s.end(), k);
    for (auto open = hn::And(some, hn::Lt(low, high)); any(open); open = hn::And(some, hn::Lt(low, high))) {
        const LaneV window = hn::Floor(hn::Mul(hn::Add(low, high), hn::Set(d, 0.5F)));
        const auto here = hn::Ge(reach_up(window), reach_down(window));
        high = hn::IfThenElse(hn::And(open, here), window, high);
        low = hn::IfThenElse(hn::AndNot(here, open), hn::Add(window, one), low);
    }
    const LaneV at = hn::Max(reach_down(low), reach_up(low));
    const LaneV before = hn::Sub(low, one);
    const LaneV previous = hn::Max(low, hn::Add(s.begin, one));  // stays within the rows where there is none
    const LaneV at_before = hn::Max(reach_down(hn::Sub(previous, one)), reach_up(hn::Sub(previous, one)));
    return hn::IfThenElse(hn::Ge(before, s.begin), hn::Min(at, at_before), at);
}

HWY_INLINE LaneV median_distance(const Slice& s) {
    const Lane d;
    const LaneV half = hn::Set(d, 0.5F);
    const LaneV one = hn::Set(d, 1.0F);
    const LaneV lower = hn::Floor(hn::Mul(hn::Add(s.count, one), half));
    const LaneV upper = hn::Add(hn::Floor(hn::Mul(s.count, half)), one);
    return hn::Mul(hn::Add(nearest(s, lower), nearest(s, hn::Min(upper, s.count))), half);
}

// Sample deviation of all samples that cover the pixel, the rejected ones standing at the median.
HWY_INLINE LaneV replaced_sigma(const Slice& s, LaneM wanted) {
    const Sums kept = sums_over(s, s.begin, s.end(), wanted);
    const LaneV replaced = hn::Sub(s.covered, s.count);
    const LaneV at = hn::Sub(s.median, s.pivot);
    const LaneV first = hn::Mul(replaced, at);
    return deviation(kept + Sums{first, hn::Mul(first, at)}, s.covered);
}

HWY_INLINE Bounds share_of_median(const Slice& s, const Kappas& share) {
    const Lane d;
    const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
    const auto above_zero = hn::Gt(s.median, hn::Zero(d));
    const LaneV low = hn::Sub(s.median, hn::Mul(share.low, s.median));
    const LaneV high = hn::Add(s.median, hn::Mul(share.high, s.median));
    return {hn::IfThenElse(above_zero, low, hn::Neg(most)), hn::IfThenElse(above_zero, high, most)};
}

// What the kept samples of the lanes `wanted` say the bounds are.
template <RejectKind kKind>
HWY_INLINE Bounds bounds_of(const Slice& s, const CombineRow& row, LaneM wanted) {
    const Lane d;
    const Kappas kappa = kappas_of(row, s.median);
    if constexpr (kKind == RejectKind::sigma) {
        return around_median(s, kappa, deviation(sums_over(s, s.begin, s.end(), wanted), s.count));
    } else if constexpr (kKind == RejectKind::winsorized) {
        return around_median(s, kappa, winsorized_sigma(s, kappa, wanted));
    } else if constexpr (kKind == RejectKind::mad) {
        return around_median(s, kappa, hn::Mul(hn::Set(d, 1.4826F), median_distance(s)));
    } else if constexpr (kKind == RejectKind::median) {
        return around_median(s, kappa, replaced_sigma(s, wanted));
    } else if constexpr (kKind == RejectKind::linear) {
        const Line line = fit_line(s);
        return fitting_ends(s, line, hn::Mul(kappa.low, line.distance), hn::Mul(kappa.high, line.distance));
    } else if constexpr (kKind == RejectKind::gesdt) {
        return within_esd(s, row, wanted);
    } else {
        return share_of_median(s, kappa);
    }
}

// Whether sigma has a least value that can settle pixels.
HWY_INLINE bool knows_noise(const CombineRow& row) {
    const RejectKind kind = row.rejection;
    const bool clips = kind == RejectKind::sigma || kind == RejectKind::winsorized || kind == RejectKind::mad ||
                       kind == RejectKind::median;
    return clips && (row.least_sigma > 0 || row.object_share > 0);
}

// Lanes whose samples all lie within what the least sigma there can be allows. Most do: there sigma need not be known.
HWY_INLINE LaneM settled_by_known_noise(const Slice& s, const CombineRow& row, const Kept& kept) {
    const Bounds b = around_median(s, kappas_of(row, s.median), hn::Zero(Lane()));
    const LaneV first = kept.whole ? s.value(0) : s.first_kept();
    const LaneV last = kept.whole ? s.value(s.rows - 1) : s.last_kept();
    return hn::And(hn::Ge(first, b.low), hn::Le(last, b.high));
}

// Medians of all samples; `open` is not 0 where known noise does not settle what is kept.
HWY_INLINE void find_open(const CombineRow& row, const Kept& kept, PerPixel& median, PerPixel& open) {
    const Lane d;
    for (int k = 0; k < kVectors; ++k) {
        const Slice s = slice_of(row, kept, k);
        const auto wanted = hn::Gt(s.count, hn::Set(d, 3.0F));
        auto is_open = wanted;  // with no frame at all there is no row to look at
        if (any(wanted)) is_open = hn::AndNot(settled_by_known_noise(s, row, kept), wanted);
        median.set(k, s.median);
        open.set(k, hn::IfThenElseZero(is_open, hn::Set(d, 1.0F)));
    }
}

template <RejectKind kKind>
HWY_INLINE void reject_slice(const CombineRow& row, Kept& kept, PerPixel& median, int k) {
    constexpr bool kRepeats = kKind != RejectKind::percentile && kKind != RejectKind::gesdt;
    constexpr bool kSums = kKind == RejectKind::sigma || kKind == RejectKind::winsorized ||
                           kKind == RejectKind::median || kKind == RejectKind::gesdt;
    Slice s = slice_of(row, kept, k);
    auto wanted = hn::Gt(s.count, hn::Set(Lane(), 3.0F));
    if (knows_noise(row) && any(wanted)) wanted = hn::AndNot(settled_by_known_noise(s, row, kept), wanted);
    if (kSums && any(wanted)) kept.whole ? sum_outwards<true>(s) : sum_outwards<false>(s);
    while (any(wanted)) {
        const Bounds bounds = bounds_of<kKind>(s, row, wanted);
        const LaneV before = s.count;
        wanted = cut(s, bounds, wanted);
        if (hn::AllTrue(Lane(), hn::Eq(s.count, before))) break;
        s.median = median_of_rows(s.sorted, s.begin, s.count);
        if (!kRepeats) break;
    }
    median.set(k, s.median);
    kept.low.set(k, s.low);
    kept.high.set(k, s.high);
    kept.begin.set(k, s.begin);
    kept.count.set(k, s.count);
}

template <RejectKind kKind>
HWY_INLINE void reject_as(const CombineRow& row, Kept& kept, PerPixel& median) {
    for (int k = 0; k < kVectors; ++k) reject_slice<kKind>(row, kept, median, k);
}

HWY_INLINE void reject_column(const CombineRow& row, Kept& kept, PerPixel& median) {
    switch (row.rejection) {
        case RejectKind::none: return;
        case RejectKind::sigma: return reject_as<RejectKind::sigma>(row, kept, median);
        case RejectKind::winsorized: return reject_as<RejectKind::winsorized>(row, kept, median);
        case RejectKind::mad: return reject_as<RejectKind::mad>(row, kept, median);
        case RejectKind::median: return reject_as<RejectKind::median>(row, kept, median);
        case RejectKind::linear: return reject_as<RejectKind::linear>(row, kept, median);
        case RejectKind::gesdt: return reject_as<RejectKind::gesdt>(row, kept, median);
        case RejectKind::percentile: return reject_as<RejectKind::percentile>(row, kept, median);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
