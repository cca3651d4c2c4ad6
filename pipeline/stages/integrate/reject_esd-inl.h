// SPDX-License-Identifier: MIT
// Generalised extreme Studentized deviate test (reject.h). The samples are sorted, so those that are still
// there are rows [begin, end), the next suspect stands at one of the two ends, and the sums over the
// rest come from the slice; nothing is subtracted step by step.
#if defined(NIGHTSTACK_INTEGRATE_REJECT_ESD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_REJECT_ESD_INL_H
#undef NIGHTSTACK_INTEGRATE_REJECT_ESD_INL_H
#else
#define NIGHTSTACK_INTEGRATE_REJECT_ESD_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/integrate/slice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// table[at] for whole numbers.
HWY_INLINE LaneV look_up(const float* HWY_RESTRICT table, LaneV at) {
    return hn::GatherIndex(Lane(), table, hn::ConvertTo(hn::RebindToSigned<Lane>(), at));
}

// The values of the outermost samples that are no outliers, in the lanes `wanted`.
HWY_INLINE Bounds within_esd(const Slice& s, const CombineRow& row, LaneM wanted) {
    const Lane d;
    const LaneV one = hn::Set(d, 1.0F);
    const LaneV most = look_up(row.esd_most, s.covered);
    LaneV begin = s.begin, end = s.end();
    LaneV kept_begin = begin, kept_end = end;
    LaneV low_suspect = s.first_kept(), high_suspect = s.last_kept();
    for (int suspects = 0;; ++suspects) {
        const LaneV size = hn::Sub(end, begin);
        wanted = hn::And(wanted, hn::And(hn::Lt(splat(suspects), most), hn::Gt(size, hn::Set(d, 3.0F))));
        if (!any(wanted)) break;
        const Sums sums = sums_over(s, begin, end, wanted);
        const LaneV mean = hn::Div(sums.first, size);
        const LaneV below = hn::Sub(mean, hn::Sub(low_suspect, s.pivot));
        const LaneV above = hn::Sub(hn::Sub(high_suspect, s.pivot), mean);
        const auto is_high = hn::And(wanted, hn::Gt(above, below));
        const auto is_low = hn::AndNot(is_high, wanted);
        const LaneV critical = look_up(row.esd_critical, hn::IfThenElseZero(wanted, size));
        const auto is_outlier =
            hn::And(wanted, hn::Gt(hn::Max(above, below), hn::Mul(critical, deviation(sums, size))));
        end = hn::IfThenElse(is_high, hn::Sub(end, one), end);
        begin = hn::IfThenElse(is_low, hn::Add(begin, one), begin);
        kept_begin = hn::IfThenElse(is_outlier, begin, kept_begin);
        kept_end = hn::IfThenElse(is_outlier, end, kept_end);
        low_suspect = at_rows(s.sorted, hn::IfThenElseZero(wanted, begin));
        high_suspect = at_rows(s.sorted, hn::IfThenElseZero(wanted, hn::Sub(end, one)));
    }
    const auto some = s.has_rows();
    return {at_rows(s.sorted, hn::IfThenElseZero(some, kept_begin)),
            at_rows(s.sorted, hn::IfThenElseZero(some, hn::Sub(kept_end, one)))};
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
