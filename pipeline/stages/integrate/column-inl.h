// SPDX-License-Identifier: MIT
// A column: the samples of kColumnPixels pixels over all frames, one pixel per lane. Loading, sorting
// and medians. Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_INTEGRATE_COLUMN_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_COLUMN_INL_H
#undef NIGHTSTACK_INTEGRATE_COLUMN_INL_H
#else
#define NIGHTSTACK_INTEGRATE_COLUMN_INL_H
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/integrate/combine_row.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lane = hn::CappedTag<float, kColumnPixels>;
using LaneV = hn::Vec<Lane>;
inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(Lane()));
inline constexpr int kVectors = kColumnPixels / kLanes;

// A value for each pixel of the column.
struct PerPixel {
    HWY_ALIGN float of[kColumnPixels];
    LaneV get(int k) const { return hn::Load(Lane(), of + k * kLanes); }
    void set(int k, LaneV v) { hn::Store(v, Lane(), of + k * kLanes); }
};

// The samples kept so far: those in [low, high], which are [begin, begin + count) once sorted.
struct Kept {
    PerPixel low, high, begin, count, covered;
    bool whole = true;  // no pixel of the column lacks a sample or has lost one
};

// Normalised samples in frame order, NaN = none; with kSorts also a copy with +inf for none.
template <bool kSorts>
HWY_INLINE void load_column(const CombineRow& row, int x, int pixels, Kept& kept) {
    const Lane d;
    const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
    const LaneV inf = hn::Set(d, std::numeric_limits<float>::infinity());
    const LaneV none = hn::Set(d, std::numeric_limits<float>::quiet_NaN());
    LaneV count[kVectors];
    for (auto& c : count) c = hn::Zero(d);
    HWY_ALIGN float part[kColumnPixels];
    // The last column of a row may be short: NaN beyond its end.
    const auto source_of = [&](const ImageView<const float>& plane) {
        const float* source = plane.data() + row.y * plane.stride() + x;
        if (pixels == kColumnPixels) return source;
        for (int i = 0; i < kColumnPixels; ++i)
            part[i] = i < pixels ? source[i] : std::numeric_limits<float>::quiet_NaN();
        return static_cast<const float*>(part);
    };
    for (int f = 0; f < row.frame_count; ++f) {
        const FrameTile& frame = row.frames[f];
        const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(f) * kColumnPixels;
        const LaneV scale = hn::Set(d, frame.scale);
        const LaneV offset = hn::Set(d, frame.offset);
        if (row.values != nullptr) {
            const float* source = source_of(frame.samples);
            for (int k = 0; k < kVectors; ++k) {
                const LaneV v = hn::Add(hn::Mul(hn::LoadU(d, source + k * kLanes), scale), offset);
                hn::Store(v, d, row.values + first + k * kLanes);
            }
        }
        const float* source = source_of(frame.tested.empty() ? frame.samples : frame.tested);
        for (int k = 0; k < kVectors; ++k) {
            const std::ptrdiff_t at = first + k * kLanes;
            const LaneV v = hn::Add(hn::Mul(hn::LoadU(d, source + k * kLanes), scale), offset);
            auto covered = hn::Le(hn::Abs(v), most);  // false for NaN and infinities
            if (row.values != nullptr) covered = hn::And(covered, hn::Le(hn::Abs(hn::Load(d, row.values + at)), most));
            count[k] = hn::Add(count[k], hn::IfThenElseZero(covered, hn::Set(d, 1.0F)));
            hn::Store(hn::IfThenElse(covered, v, none), d, row.samples + at);
            if constexpr (kSorts) hn::Store(hn::IfThenElse(covered, v, inf), d, row.sorted + at);
        }
    }
    kept.whole = row.frame_count > 0;
    for (int k = 0; k < kVectors; ++k) {
        kept.low.set(k, hn::Neg(most));
        kept.high.set(k, most);
        kept.begin.set(k, hn::Zero(d));
        kept.count.set(k, count[k]);
        kept.covered.set(k, count[k]);
        if (!hn::AllTrue(d, hn::Eq(count[k], hn::Set(d, static_cast<float>(row.frame_count))))) kept.whole = false;
    }
}

// The weights beside the samples; frames without any have 1.
HWY_INLINE void load_weights(const CombineRow& row, int x, int pixels) {
    for (int f = 0; f < row.frame_count; ++f) {
        const ImageView<const float>& weights = row.frames[f].sample_weights;
        float* to = row.sample_weights + static_cast<std::ptrdiff_t>(f) * kColumnPixels;
        std::fill_n(to, kColumnPixels, 1.0F);
        if (!weights.empty()) std::copy_n(weights.row_data(row.y) + x, pixels, to);
    }
}

HWY_INLINE void sort_column(const CombineRow& row) {
    const Lane d;
    for (std::size_t s = 0; s < row.network_steps; ++s) {
        float* HWY_RESTRICT a = row.sorted + std::size_t{row.network[s].first} * kColumnPixels;
        float* HWY_RESTRICT b = row.sorted + std::size_t{row.network[s].second} * kColumnPixels;
        for (int k = 0; k < kColumnPixels; k += kLanes) {
            const LaneV u = hn::Load(d, a + k);
            const LaneV v = hn::Load(d, b + k);
            hn::Store(hn::Min(u, v), d, a + k);
            hn::Store(hn::Max(u, v), d, b + k);
        }
    }
}

// Median of the kept samples, 0 where there are none.
HWY_INLINE void find_median(const CombineRow& row, const Kept& kept, PerPixel& median) {
    const Lane d;
    if (kept.whole) {
        const float* lower = row.sorted + static_cast<std::ptrdiff_t>((row.frame_count - 1) / 2) * kColumnPixels;
        const float* upper = row.sorted + static_cast<std::ptrdiff_t>(row.frame_count / 2) * kColumnPixels;
        for (int k = 0; k < kVectors; ++k) {
            const LaneV sum = hn::Add(hn::Load(d, lower + k * kLanes), hn::Load(d, upper + k * kLanes));
            median.set(k, hn::Mul(sum, hn::Set(d, 0.5F)));
        }
        return;
    }
    for (int i = 0; i < kColumnPixels; ++i) {
        const int begin = static_cast<int>(kept.begin.of[i]);
        const int count = static_cast<int>(kept.count.of[i]);
        const float* column = row.sorted + i;
        median.of[i] = 0;
        if (count == 0) continue;
        const std::ptrdiff_t lower = begin + (count - 1) / 2;
        const std::ptrdiff_t upper = begin + count / 2;
        median.of[i] = (column[lower * kColumnPixels] + column[upper * kColumnPixels]) * 0.5F;
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
