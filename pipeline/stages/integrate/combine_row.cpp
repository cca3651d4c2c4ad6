// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/combine_row.h"

#include <algorithm>
#include <limits>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/integrate/combine_row.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/integrate/column-inl.h"
#include "pipeline/stages/integrate/reject-inl.h"
#include "pipeline/stages/integrate/sort-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct ColumnResult {
    PerPixel value, variance;
};

// A value near the samples, for sums that lose nothing: the first sample there is.
HWY_INLINE void first_sample(const CombineRow& row, PerPixel& pivot) {
    const Lane d;
    for (int k = 0; k < kVectors; ++k) {
        LaneV p = hn::Set(d, std::numeric_limits<float>::quiet_NaN());
        for (int f = 0; f < row.frame_count; ++f) {
            const auto open = hn::IsNaN(p);
            if (hn::AllFalse(d, open)) break;
            p = hn::IfThenElse(
                open, hn::Load(d, row.samples + static_cast<std::ptrdiff_t>(f) * kColumnPixels + k * kLanes), p);
        }
        pivot.set(k, hn::IfThenElseZero(hn::Not(hn::IsNaN(p)), p));
    }
}

// Accepted samples in frame order around `pivot`, for register k.
HWY_INLINE void average(const CombineRow& row, const Kept& kept, const PerPixel& pivot, int k, ColumnResult& out) {
    const Lane d;
    const LaneV zero = hn::Zero(d);
    const LaneV p = pivot.get(k);
    const LaneV low = kept.low.get(k);
    const LaneV high = kept.high.get(k);
    const bool median = row.combine == CombineKind::median;
    const bool replaces = row.rejection == RejectKind::median;  // rejected samples count, at the pivot
    LaneV replaced = zero;
    LaneV weights = zero, weights2 = zero, first = zero, first2 = zero, second2 = zero;
    const float* at = row.samples + k * kLanes;
    const float* value_at = row.values != nullptr ? row.values + k * kLanes : at;
    for (int f = 0; f < row.frame_count; ++f, at += kColumnPixels, value_at += kColumnPixels) {
        const LaneV tested = hn::Load(d, at);
        const auto in = hn::And(hn::Ge(tested, low), hn::Le(tested, high));  // false for NaN
        const LaneV v = hn::Load(d, value_at);
        LaneV w = hn::Set(d, median ? 1.0F : row.frames[f].weight);
        if (row.sample_weights != nullptr && !median) {
            w = hn::Mul(w,
                        hn::Load(d, row.sample_weights + static_cast<std::ptrdiff_t>(f) * kColumnPixels + k * kLanes));
        }
        const LaneV w1 = hn::IfThenElseZero(in, w);
        const LaneV w2 = hn::IfThenElseZero(in, hn::Mul(w, w));
        const LaneV off = hn::IfThenElseZero(in, hn::Sub(v, p));
        weights = hn::Add(weights, w1);
        weights2 = hn::Add(weights2, w2);
        if (replaces) replaced = hn::Add(replaced, hn::IfThenElseZero(hn::Eq(tested, tested), w));
        first = hn::Add(first, hn::Mul(w1, off));
        const LaneV off2 = hn::Mul(w2, off);
        first2 = hn::Add(first2, off2);
        second2 = hn::Add(second2, hn::Mul(off2, off));
    }
    const LaneV n = kept.count.get(k);
    const auto any = hn::Gt(n, zero);
    const LaneV shift = hn::Div(first, weights);
    const LaneV cross = hn::Mul(hn::Add(shift, shift), first2);
    const LaneV spread = hn::Add(hn::Sub(second2, cross), hn::Mul(hn::Mul(shift, shift), weights2));
    const LaneV bessel = hn::Div(n, hn::Sub(n, hn::Set(d, 1.0F)));
    LaneV variance = hn::Mul(hn::Div(hn::Max(zero, spread), hn::Mul(weights, weights)), bessel);
    if (median) {
        const auto three = hn::Gt(n, hn::Set(d, 2.0F));
        variance = hn::IfThenElse(three, hn::Mul(variance, hn::Set(d, std::numbers::pi_v<float> / 2)), variance);
    }
    out.variance.set(k, hn::IfThenElseZero(hn::Gt(n, hn::Set(d, 1.0F)), variance));
    const LaneV moved = replaces ? hn::Div(first, replaced) : shift;
    out.value.set(k, hn::IfThenElseZero(any, median ? p : hn::Add(p, moved)));
}

// A single accepted sample says nothing about its scatter; its frame does.
HWY_INLINE void variance_of_singles(const CombineRow& row, const Kept& kept, int pixels, ColumnResult& out) {
    for (int i = 0; i < pixels; ++i) {
        if (kept.count.of[i] != 1.0F) continue;
        for (int f = 0; f < row.frame_count; ++f) {
            const float v = row.samples[static_cast<std::ptrdiff_t>(f) * kColumnPixels + i];
            if (v >= kept.low.of[i] && v <= kept.high.of[i]) out.variance.of[i] = row.frames[f].noise_variance;
        }
    }
}

HWY_INLINE void write_counts(const CombineRow& row, int x, int pixels, const Kept& kept, TileCounts& counts) {
    for (int i = 0; i < pixels; ++i) {
        const int covered = static_cast<int>(kept.covered.of[i]);
        const int low = static_cast<int>(kept.begin.of[i]) - (row.frame_count / 2 - covered / 2);
        const int high = covered - low - static_cast<int>(kept.count.of[i]);
        row.coverage[x + i] = static_cast<std::uint16_t>(covered);
        row.rejected_low[x + i] = static_cast<std::uint16_t>(low);
        row.rejected_high[x + i] = static_cast<std::uint16_t>(high);
        counts.samples += static_cast<std::uint64_t>(covered);
        counts.rejected_low += static_cast<std::uint64_t>(low);
        counts.rejected_high += static_cast<std::uint64_t>(high);
    }
}

TileCounts combine(const CombineRow& row) {
    TileCounts counts;
    Kept kept;
    PerPixel pivot;
    ColumnResult result;
    const bool rejects = row.rejection != RejectKind::none;
    const bool sorts = rejects || row.combine == CombineKind::median;
    for (int x = 0; x < row.width; x += kColumnPixels) {
        const int pixels = std::min(kColumnPixels, row.width - x);
        if (sorts) {
            load_column<true>(row, x, pixels, kept);
            sort_column(row);
        } else {
            load_column<false>(row, x, pixels, kept);
        }
        if (row.sample_weights != nullptr) load_weights(row, x, pixels);
        if (rejects) {
            reject_column(row, kept, pivot);
        } else if (sorts) {
            find_median(row, kept, pivot);
        } else {
            first_sample(row, pivot);
        }
        for (int k = 0; k < kVectors; ++k) average(row, kept, pivot, k, result);
        variance_of_singles(row, kept, pixels, result);
        std::copy_n(result.value.of, pixels, row.value + x);
        std::copy_n(result.variance.of, pixels, row.variance + x);
        write_counts(row, x, pixels, kept, counts);
    }
    return counts;
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(combine);

TileCounts combine_row(const CombineRow& row) { return HWY_DYNAMIC_DISPATCH(combine)(row); }

}  // namespace nightstack
#endif
