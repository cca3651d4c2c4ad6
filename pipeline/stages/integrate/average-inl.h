// SPDX-License-Identifier: MIT
// What becomes of the accepted samples of a column: mean or median, variance, counts. Included once per instruction
// level; its guard therefore toggles.
#if defined(NIGHTSTACK_INTEGRATE_AVERAGE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_AVERAGE_INL_H
#undef NIGHTSTACK_INTEGRATE_AVERAGE_INL_H
#else
#define NIGHTSTACK_INTEGRATE_AVERAGE_INL_H
#endif

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numbers>

#include <hwy/highway.h>

#include "pipeline/stages/integrate/column-inl.h"

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

// Sums over accepted samples in frame order, of offsets from the pivot.
struct WeightedSums {
    LaneV weights, weights2;       // of w and w^2
    LaneV first, first2, second2;  // of w off, w^2 off, w^2 off^2
    LaneV replaced;                // of w, those at the pivot included
};

HWY_INLINE WeightedSums sums_of_accepted(const CombineRow& row, const Kept& kept, LaneV pivot, int k) {
    const Lane d;
    const LaneV zero = hn::Zero(d);
    const LaneV low = kept.low.get(k);
    const LaneV high = kept.high.get(k);
    const bool median = row.combine == CombineKind::median;
    const bool replaces = row.rejection == RejectKind::median;  // rejected samples count, at the pivot
    WeightedSums s{zero, zero, zero, zero, zero, zero};
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
        const LaneV off = hn::IfThenElseZero(in, hn::Sub(v, pivot));
        s.weights = hn::Add(s.weights, w1);
        s.weights2 = hn::Add(s.weights2, w2);
        if (replaces) s.replaced = hn::Add(s.replaced, hn::IfThenElseZero(hn::Eq(tested, tested), w));
        s.first = hn::Add(s.first, hn::Mul(w1, off));
        const LaneV off2 = hn::Mul(w2, off);
        s.first2 = hn::Add(s.first2, off2);
        s.second2 = hn::Add(s.second2, hn::Mul(off2, off));
    }
    return s;
}

// The same where all samples are accepted and count with their frame's weight.
HWY_INLINE WeightedSums sums_of_all(const CombineRow& row, LaneV pivot, int k) {
    const Lane d;
    const LaneV zero = hn::Zero(d);
    const float* at = row.samples + k * kLanes;
    const FrameWeights& weights = *row.weights;
    const float* const w = weights.of.data();
    const float* const w2 = weights.squares.data();
    LaneV first = zero, first2 = zero, second2 = zero;
    for (int f = 0; f < row.frame_count; ++f, at += kColumnPixels) {
        const LaneV off = hn::Sub(hn::Load(d, at), pivot);
        const LaneV off2 = hn::Mul(hn::Set(d, w2[f]), off);
        first = hn::Add(first, hn::Mul(hn::Set(d, w[f]), off));
        first2 = hn::Add(first2, off2);
        second2 = hn::Add(second2, hn::Mul(off2, off));
    }
    const LaneV sum = hn::Set(d, weights.sum);
    return {sum, hn::Set(d, weights.sum_of_squares), first, first2, second2, sum};
}

HWY_INLINE bool takes_all(const CombineRow& row, const Kept& kept, int k) {
    const Lane d;
    const bool plain = row.combine == CombineKind::mean && row.values == nullptr && row.sample_weights == nullptr;
    return plain && hn::AllTrue(d, hn::Eq(kept.count.get(k), hn::Set(d, static_cast<float>(row.frame_count))));
}

// Accepted samples around `pivot`, for register k.
HWY_INLINE void average(const CombineRow& row, const Kept& kept, const PerPixel& pivot, int k, ColumnResult& out) {
    const Lane d;
    const LaneV zero = hn::Zero(d);
    const LaneV p = pivot.get(k);
    const WeightedSums s = takes_all(row, kept, k) ? sums_of_all(row, p, k) : sums_of_accepted(row, kept, p, k);
    const bool median = row.combine == CombineKind::median;
    const LaneV n = kept.count.get(k);
    const auto any = hn::Gt(n, zero);
    const LaneV shift = hn::Div(s.first, s.weights);
    const LaneV cross = hn::Mul(hn::Add(shift, shift), s.first2);
    const LaneV spread = hn::Add(hn::Sub(s.second2, cross), hn::Mul(hn::Mul(shift, shift), s.weights2));
    const LaneV bessel = hn::Div(n, hn::Sub(n, hn::Set(d, 1.0F)));
    LaneV variance = hn::Mul(hn::Div(hn::Max(zero, spread), hn::Mul(s.weights, s.weights)), bessel);
    if (median) {
        const auto three = hn::Gt(n, hn::Set(d, 2.0F));
        variance = hn::IfThenElse(three, hn::Mul(variance, hn::Set(d, std::numbers::pi_v<float> / 2)), variance);
    }
    out.variance.set(k, hn::IfThenElseZero(hn::Gt(n, hn::Set(d, 1.0F)), variance));
    const LaneV moved = row.rejection == RejectKind::median ? hn::Div(s.first, s.replaced) : shift;
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

struct PixelCounts {
    int covered, low, high;
};

HWY_INLINE PixelCounts counts_of(const CombineRow& row, const Kept& kept, int i) {
    const int covered = static_cast<int>(kept.covered.of[i]);
    const int low = static_cast<int>(kept.begin.of[i]) - (row.frame_count / 2 - covered / 2);
    return {covered, low, covered - low - static_cast<int>(kept.count.of[i])};
}

HWY_INLINE void add_rejected(const PixelCounts& pixel, TileCounts& counts) {
    counts.rejected_low += static_cast<std::uint64_t>(pixel.low);
    counts.rejected_high += static_cast<std::uint64_t>(pixel.high);
}

HWY_INLINE void write_counts(const CombineRow& row, int x, int pixels, const Kept& kept, TileCounts& counts) {
    for (int i = 0; i < pixels; ++i) {
        const PixelCounts pixel = counts_of(row, kept, i);
        row.coverage[x + i] = static_cast<std::uint16_t>(pixel.covered);
        row.rejected_low[x + i] = static_cast<std::uint16_t>(pixel.low);
        row.rejected_high[x + i] = static_cast<std::uint16_t>(pixel.high);
        counts.samples += static_cast<std::uint64_t>(pixel.covered);
        add_rejected(pixel, counts);
    }
}

HWY_INLINE void average_column(const CombineRow& row, const Kept& kept, const PerPixel& pivot, int pixels,
                               ColumnResult& result) {
    for (int k = 0; k < kVectors; ++k) average(row, kept, pivot, k, result);
    variance_of_singles(row, kept, pixels, result);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
