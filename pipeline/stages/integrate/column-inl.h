// SPDX-License-Identifier: MIT
// A column: the samples of kColumnPixels pixels over all frames, one pixel per lane. Loading and
// medians. Included once per instruction level; its guard therefore toggles.
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

// The samples kept so far: those in [low, high], which are rows [begin, begin + count) once sorted.
struct Kept {
    PerPixel low, high, begin, count, covered;
    bool whole = true;  // no pixel of the column lacks a sample
};

// Many frames are more rows at a time than hardware prefetchers follow. A hint: the address need not exist.
HWY_INLINE void prefetch_columns_ahead(const float* source) {
    constexpr std::uintptr_t kAhead = 4 * kColumnPixels * sizeof(float);
    __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(source) + kAhead));
}

// The usual case in short: every frame has a sample in every pixel. False where one has not, then nothing is loaded.
HWY_INLINE bool load_whole_column(const CombineRow& row, int x, int pixels, Kept& kept) {
    if (pixels < kColumnPixels || row.values != nullptr) return false;
    const Lane d;
    const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
    LaneV missing = hn::Zero(d);  // not 0 where a sample is not there
    for (int f = 0; f < row.frame_count; ++f) {
        const FrameTile& frame = row.frames[f];
        const float* source = frame.samples.data() + row.y * frame.samples.stride() + x;
        prefetch_columns_ahead(source);
        const LaneV scale = hn::Set(d, frame.scale);
        const LaneV offset = hn::Set(d, frame.offset);
        float* to = row.samples + static_cast<std::ptrdiff_t>(f) * kColumnPixels;
        for (int k = 0; k < kVectors; ++k) {
            const LaneV v = hn::Add(hn::Mul(hn::LoadU(d, source + k * kLanes), scale), offset);
            hn::Store(v, d, to + k * kLanes);
            missing = hn::IfThenElse(hn::Le(hn::Abs(v), most), missing, most);  // false for NaN and infinities
        }
    }
    if (!hn::AllTrue(d, hn::Eq(missing, hn::Zero(d)))) return false;
    const auto all = static_cast<float>(row.frame_count);
    kept.whole = true;
    for (int k = 0; k < kVectors; ++k) {
        kept.low.set(k, hn::Neg(most));
        kept.high.set(k, most);
        kept.begin.set(k, hn::Zero(d));
        kept.count.set(k, hn::Set(d, all));
        kept.covered.set(k, hn::Set(d, all));
    }
    return true;
}

// Normalised samples in frame order, NaN = none; with kSorts also a copy for sorting, in which missing
// samples are -inf and +inf in turn. So the n samples of every pixel, however many it has, end up around
// the same row, frame_count / 2: it holds the one with n / 2 below it.
template <bool kSorts>
HWY_INLINE void load_column(const CombineRow& row, int x, int pixels, Kept& kept) {
    const Lane d;
    const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
    const LaneV inf = hn::Set(d, std::numeric_limits<float>::infinity());
    const LaneV none = hn::Set(d, std::numeric_limits<float>::quiet_NaN());
    LaneV count[kVectors];
    LaneV filler[kVectors];
    for (auto& c : count) c = hn::Zero(d);
    for (auto& f : filler) f = row.frame_count % 2 == 0 ? hn::Neg(inf) : inf;
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
            if constexpr (kSorts) {
                hn::Store(hn::IfThenElse(covered, v, filler[k]), d, row.sorted + at);
                filler[k] = hn::IfThenElse(covered, filler[k], hn::Neg(filler[k]));
            }
        }
    }
    kept.whole = true;
    const LaneV all = hn::Set(d, static_cast<float>(row.frame_count));
    const LaneV middle = hn::Set(d, static_cast<float>(row.frame_count / 2));
    for (int k = 0; k < kVectors; ++k) {
        kept.low.set(k, hn::Neg(most));
        kept.high.set(k, most);
        kept.begin.set(k, hn::Sub(middle, hn::Floor(hn::Mul(count[k], hn::Set(d, 0.5F)))));
        kept.count.set(k, count[k]);
        kept.covered.set(k, count[k]);
        if (!hn::AllTrue(d, hn::Eq(count[k], all))) kept.whole = false;
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

// From rows of a plane of the column (`plane` points at register k of row 0), another row for each lane.
HWY_INLINE LaneV at_rows(const float* HWY_RESTRICT plane, LaneV rows) {
    const Lane d;
    const hn::RebindToSigned<Lane> di;
    const auto step = hn::Set(di, kColumnPixels);
    return hn::GatherIndex(d, plane, hn::Add(hn::Mul(hn::ConvertTo(di, rows), step), hn::Iota(di, 0)));
}

// Median of rows [begin, begin + count) of each lane; 0 where there are none.
HWY_INLINE LaneV median_of_rows(const float* HWY_RESTRICT plane, LaneV begin, LaneV count) {
    const Lane d;
    const LaneV half = hn::Set(d, 0.5F);
    const LaneV one = hn::Set(d, 1.0F);
    const auto any = hn::Ge(count, one);
    const LaneV upper = hn::Add(begin, hn::Floor(hn::Mul(count, half)));
    const LaneV lower = hn::Add(begin, hn::Floor(hn::Mul(hn::Sub(count, one), half)));
    const LaneV a = at_rows(plane, hn::IfThenElseZero(any, lower));
    const LaneV b = at_rows(plane, hn::IfThenElseZero(any, upper));
    return hn::IfThenElseZero(any, hn::Mul(hn::Add(a, b), half));
}

// The same of all samples of register k: they lie around the middle row.
HWY_INLINE LaneV median_of_all(const CombineRow& row, const Kept& kept, int k) {
    const Lane d;
    if (row.frame_count == 0) return hn::Zero(d);
    const int middle = row.frame_count / 2;
    const float* const upper = row.sorted + static_cast<std::ptrdiff_t>(middle) * kColumnPixels + k * kLanes;
    const LaneV half = hn::Set(d, 0.5F);
    const LaneV count = kept.count.get(k);
    const LaneV pairs = hn::Mul(count, half);
    const auto odd = hn::Ne(pairs, hn::Floor(pairs));
    const LaneV b = hn::Load(d, upper);
    const LaneV a = hn::IfThenElse(odd, b, hn::Load(d, middle > 0 ? upper - kColumnPixels : upper));
    return hn::IfThenElseZero(hn::Gt(count, hn::Zero(d)), hn::Mul(hn::Add(a, b), half));
}

HWY_INLINE void find_median(const CombineRow& row, const Kept& kept, PerPixel& median) {
    for (int k = 0; k < kVectors; ++k) median.set(k, median_of_all(row, kept, k));
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
