// SPDX-License-Identifier: MIT
// Linear fit clipping (reject.h): the sorted samples over their rank, a line through them, and away with
// what is too far above its upper or below its lower half.
#if defined(NIGHTSTACK_INTEGRATE_REJECT_LINEAR_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_REJECT_LINEAR_INL_H
#undef NIGHTSTACK_INTEGRATE_REJECT_LINEAR_INL_H
#else
#define NIGHTSTACK_INTEGRATE_REJECT_LINEAR_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/integrate/slice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Offset from the pivot = level + slope * (row - centre); `distance` is the mean distance from it.
struct Line {
    LaneV centre, level, slope, distance;
    LaneV at(int f) const { return hn::Add(level, hn::Mul(slope, hn::Sub(splat(f), centre))); }
};

HWY_INLINE LaneM is_kept(const Slice& s, int f) {
    const LaneV at = splat(f);
    return hn::And(hn::Ge(at, s.begin), hn::Lt(at, s.end()));
}

HWY_INLINE Line fit_line(const Slice& s) {
    const Lane d;
    const LaneV one = hn::Set(d, 1.0F);
    const LaneV n = s.count;
    Line line;
    line.centre = hn::Add(s.begin, hn::Mul(hn::Sub(n, one), hn::Set(d, 0.5F)));
    LaneV sum = hn::Zero(d);
    LaneV cross = hn::Zero(d);
    for (int f = 0; f < s.rows; ++f) {
        const LaneV c = hn::IfThenElseZero(is_kept(s, f), s.offset(f));
        sum = hn::Add(sum, c);
        cross = hn::Add(cross, hn::Mul(c, hn::Sub(splat(f), line.centre)));
    }
    // The squared distances of n ranks from their centre add up to n (n^2 - 1) / 12.
    const LaneV ranks = hn::Div(hn::Mul(n, hn::Sub(hn::Mul(n, n), one)), hn::Set(d, 12.0F));
    line.level = hn::Div(sum, n);
    line.slope = hn::Div(cross, ranks);
    LaneV distances = hn::Zero(d);
    for (int f = 0; f < s.rows; ++f) {
        const LaneV distance = hn::Abs(hn::Sub(s.offset(f), line.at(f)));
        distances = hn::Add(distances, hn::IfThenElseZero(is_kept(s, f), distance));
    }
    line.distance = hn::Div(distances, n);
    return line;
}

// The values of the outermost samples that stay; bounds that hold nothing when none does.
HWY_INLINE Bounds fitting_ends(const Slice& s, const Line& line, LaneV reach_low, LaneV reach_high) {
    const Lane d;
    const LaneV one = hn::Set(d, 1.0F);
    LaneV begin = s.begin;
    LaneV end = s.end();
    for (int f = 0; f < s.rows; ++f) {
        const LaneV at = splat(f);
        const LaneV above = hn::Sub(s.offset(f), line.at(f));
        const auto kept = is_kept(s, f);
        const auto low = hn::And(hn::Lt(at, line.centre), hn::Gt(hn::Neg(above), reach_low));
        const auto high = hn::And(hn::Gt(at, line.centre), hn::Gt(above, reach_high));
        begin = hn::IfThenElse(hn::And(kept, low), hn::Add(at, one), begin);
        end = hn::IfThenElse(hn::And(kept, high), hn::Min(end, at), end);
    }
    const LaneV never = hn::Set(d, std::numeric_limits<float>::infinity());
    const auto some = hn::Lt(begin, end);
    const LaneV low = at_rows(s.sorted, hn::IfThenElseZero(some, begin));
    const LaneV high = at_rows(s.sorted, hn::IfThenElseZero(some, hn::Sub(end, one)));
    return {hn::IfThenElse(some, low, never), hn::IfThenElse(some, high, hn::Neg(never))};
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
