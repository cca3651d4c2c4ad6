// SPDX-License-Identifier: MIT
// One register of a sorted column while its outliers are taken out, and sums over its kept rows.
//
// Sums run from the middle row outwards, downwards and upwards apart, over offsets from the first median
// (the pivot). Nothing is ever subtracted from them, so one far outlier cannot spoil the rest; and what
// they are up to any row is kept, so that the sum over the rows still there costs two look-ups.
#if defined(NIGHTSTACK_INTEGRATE_SLICE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_SLICE_INL_H
#undef NIGHTSTACK_INTEGRATE_SLICE_INL_H
#else
#define NIGHTSTACK_INTEGRATE_SLICE_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/integrate/column-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using LaneM = hn::Mask<Lane>;

HWY_INLINE bool any(LaneM lanes) { return !hn::AllFalse(Lane(), lanes); }
HWY_INLINE LaneV splat(int value) { return hn::Set(Lane(), static_cast<float>(value)); }

struct Slice {
    const float* HWY_RESTRICT sorted;  // register k of row 0, as the two below
    float* HWY_RESTRICT sums;          // see sum_outwards
    float* HWY_RESTRICT squares;
    int rows, middle;
    LaneV low, high, begin, count, covered;
    LaneV pivot, median;

    LaneV value(int f) const { return hn::Load(Lane(), sorted + static_cast<std::ptrdiff_t>(f) * kColumnPixels); }
    LaneV offset(int f) const { return hn::Sub(value(f), pivot); }
    LaneV end() const { return hn::Add(begin, count); }
    LaneV first_kept() const { return at_rows(sorted, hn::IfThenElseZero(has_rows(), begin)); }
    LaneV last_kept() const {
        return at_rows(sorted, hn::IfThenElseZero(has_rows(), hn::Sub(end(), hn::Set(Lane(), 1.0F))));
    }
    LaneM has_rows() const { return hn::Gt(count, hn::Zero(Lane())); }
};

HWY_INLINE Slice slice_of(const CombineRow& row, const Kept& kept, int k) {
    Slice s;
    s.sorted = row.sorted + k * kLanes;
    s.sums = row.sums + k * kLanes;
    s.squares = row.squares + k * kLanes;
    s.rows = row.frame_count;
    s.middle = row.frame_count / 2;
    s.low = kept.low.get(k);
    s.high = kept.high.get(k);
    s.begin = kept.begin.get(k);
    s.count = kept.count.get(k);
    s.covered = kept.covered.get(k);
    s.pivot = s.median = median_of_all(row, kept, k);
    return s;
}

struct Sums {
    LaneV first, second;  // of the offsets and of their squares
};

HWY_INLINE Sums operator+(const Sums& a, const Sums& b) {
    return {hn::Add(a.first, b.first), hn::Add(a.second, b.second)};
}

HWY_INLINE void add(Sums& sums, LaneV offset) {
    sums.first = hn::Add(sums.first, offset);
    sums.second = hn::Add(sums.second, hn::Mul(offset, offset));
}

HWY_INLINE Sums no_sums() { return {hn::Zero(Lane()), hn::Zero(Lane())}; }

// Row f of `sums` and `squares`: over rows f to middle - 1 below the middle, over middle to f above.
template <bool kWhole>
HWY_INLINE void sum_outwards(const Slice& s) {
    const Lane d;
    const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
    const auto take = [&](int f, Sums& sums) HWY_ATTR {
        LaneV c = s.offset(f);
        if constexpr (!kWhole) c = hn::IfThenElseZero(hn::Le(hn::Abs(s.value(f)), most), c);
        add(sums, c);
        hn::Store(sums.first, d, s.sums + static_cast<std::ptrdiff_t>(f) * kColumnPixels);
        hn::Store(sums.second, d, s.squares + static_cast<std::ptrdiff_t>(f) * kColumnPixels);
    };
    Sums below = no_sums();
    for (int f = s.middle - 1; f >= 0; --f) take(f, below);
    Sums above = no_sums();
    for (int f = s.middle; f < s.rows; ++f) take(f, above);
}

// Lanes whose rows [begin, end) hold the middle row or touch it.
HWY_INLINE LaneM around_middle(const Slice& s, LaneV begin, LaneV end) {
    const LaneV middle = splat(s.middle);
    return hn::And(hn::Le(begin, middle), hn::Ge(end, middle));
}

// Over rows [begin, end), which may be any; needs no sum_outwards.
HWY_INLINE Sums sums_row_by_row(const Slice& s, LaneV begin, LaneV end) {
    const auto take = [&](int f, Sums& sums) HWY_ATTR {
        const LaneV at = splat(f);
        add(sums, hn::IfThenElseZero(hn::And(hn::Ge(at, begin), hn::Lt(at, end)), s.offset(f)));
    };
    Sums below = no_sums();
    for (int f = s.middle - 1; f >= 0; --f) take(f, below);
    Sums above = no_sums();
    for (int f = s.middle; f < s.rows; ++f) take(f, above);
    return below + above;
}

// The same from the stored sums. Only the lanes `wanted` are right.
HWY_INLINE Sums sums_over(const Slice& s, LaneV begin, LaneV end, LaneM wanted) {
    const Lane d;
    if (any(hn::AndNot(around_middle(s, begin, end), wanted))) return sums_row_by_row(s, begin, end);
    const LaneV middle = splat(s.middle);
    const auto has_below = hn::And(wanted, hn::Lt(begin, middle));
    const auto has_above = hn::And(wanted, hn::Gt(end, middle));
    const LaneV lowest = hn::IfThenElseZero(has_below, begin);
    const LaneV highest = hn::IfThenElseZero(has_above, hn::Sub(end, hn::Set(d, 1.0F)));
    const Sums below{hn::IfThenElseZero(has_below, at_rows(s.sums, lowest)),
                     hn::IfThenElseZero(has_below, at_rows(s.squares, lowest))};
    const Sums above{hn::IfThenElseZero(has_above, at_rows(s.sums, highest)),
                     hn::IfThenElseZero(has_above, at_rows(s.squares, highest))};
    return below + above;
}

// Sample deviation of n values with these sums.
HWY_INLINE LaneV deviation(const Sums& sums, LaneV n) {
    const Lane d;
    const LaneV rest = hn::Sub(sums.second, hn::Div(hn::Mul(sums.first, sums.first), n));
    return hn::Sqrt(hn::Max(hn::Zero(d), hn::Div(rest, hn::Sub(n, hn::Set(d, 1.0F)))));
}

// Rows below `low`; the column is sorted, so the search ends at the first that is not.
HWY_INLINE LaneV rows_below(const Slice& s, LaneV low) {
    const Lane d;
    LaneV count = hn::Zero(d);
    for (int f = 0; f < s.rows; ++f) {
        const auto below = hn::Lt(s.value(f), low);
        if (!any(below)) break;
        count = hn::Add(count, hn::IfThenElseZero(below, hn::Set(d, 1.0F)));
    }
    return count;
}

HWY_INLINE LaneV rows_above(const Slice& s, LaneV high) {
    const Lane d;
    LaneV count = hn::Zero(d);
    for (int f = s.rows - 1; f >= 0; --f) {
        const auto above = hn::Gt(s.value(f), high);
        if (!any(above)) break;
        count = hn::Add(count, hn::IfThenElseZero(above, hn::Set(d, 1.0F)));
    }
    return count;
}

struct Bounds {
    LaneV low, high;
};

// The rows within bounds, none of which were lost before.
struct Rows {
    LaneV begin, count;
};

HWY_INLINE Bounds tighter(const Slice& s, const Bounds& b) { return {hn::Max(s.low, b.low), hn::Min(s.high, b.high)}; }

HWY_INLINE Rows rows_within(const Slice& s, const Bounds& b) {
    const LaneV begin = rows_below(s, b.low);
    return {begin, hn::Sub(hn::Sub(splat(s.rows), rows_above(s, b.high)), begin)};
}

// Cuts the lanes `wanted` to these bounds. Returns the lanes to look at again.
HWY_INLINE LaneM cut(Slice& s, const Bounds& bounds, LaneM wanted) {
    const Lane d;
    const Bounds b = tighter(s, bounds);
    const Rows kept = rows_within(s, b);
    const auto moved = hn::And(wanted, hn::And(hn::Lt(kept.count, s.count), hn::Gt(kept.count, hn::Zero(d))));
    s.low = hn::IfThenElse(moved, b.low, s.low);
    s.high = hn::IfThenElse(moved, b.high, s.high);
    s.begin = hn::IfThenElse(moved, kept.begin, s.begin);
    s.count = hn::IfThenElse(moved, kept.count, s.count);
    return hn::And(moved, hn::Gt(kept.count, hn::Set(d, 3.0F)));
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
