// SPDX-License-Identifier: MIT
// Pixels whose rejection is put off. Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_INTEGRATE_WAITING_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_WAITING_INL_H
#undef NIGHTSTACK_INTEGRATE_WAITING_INL_H
#else
#define NIGHTSTACK_INTEGRATE_WAITING_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

#include "pipeline/stages/integrate/average-inl.h"
#include "pipeline/stages/integrate/reject-inl.h"
#include "pipeline/stages/integrate/sort-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Where rejection has to look closer there is one pixel in six, scattered; those gathered into columns of their own
// keep all lanes busy. The pixel has been written as if nothing were rejected, its coverage counted.
class Waiting {
public:
    Waiting(const CombineRow& row, TileCounts& counts) : row_(row), counts_(counts) {
        row_.samples = row.waiting;
        row_.sorted = row.waiting + row.plane_floats;
        if (row.values != nullptr) row_.values = row.waiting + 2 * row.plane_floats;
        if (row.sample_weights != nullptr) row_.sample_weights = row.waiting + 3 * row.plane_floats;
    }

    // Pixel i of the column at x.
    HWY_INLINE void add(const CombineRow& row, const Kept& kept, int x, int i) {
        copy_lane(row, i, row_, pixels_);
        copy_lane(kept, i, kept_, pixels_);
        place_[pixels_++] = {row.value + x + i, row.variance + x + i, row.rejected_low + x + i,
                             row.rejected_high + x + i};
        if (pixels_ == kColumnPixels) finish();
    }

    void finish() {
        if (pixels_ == 0) return;
        for (int i = pixels_; i < kColumnPixels; ++i) {  // any pixel will do
            copy_lane(row_, 0, row_, i);
            copy_lane(kept_, 0, kept_, i);
        }
        const auto all = static_cast<float>(row_.frame_count);
        kept_.whole =
            std::all_of(kept_.covered.of, kept_.covered.of + kColumnPixels, [&](float n) { return n == all; });
        PerPixel pivot;
        ColumnResult result;
        reject_column(row_, kept_, pivot);
        average_column(row_, kept_, pivot, pixels_, result);
        for (int i = 0; i < pixels_; ++i) {
            const PixelCounts pixel = counts_of(row_, kept_, i);
            *place_[i].value = result.value.of[i];
            *place_[i].variance = result.variance.of[i];
            *place_[i].rejected_low = static_cast<std::uint16_t>(pixel.low);
            *place_[i].rejected_high = static_cast<std::uint16_t>(pixel.high);
            add_rejected(pixel, counts_);
        }
        pixels_ = 0;
    }

private:
    struct Place {
        float* value;
        float* variance;
        std::uint16_t* rejected_low;
        std::uint16_t* rejected_high;
    };

    // Rows are padded to whole groups.
    static void copy_lane(const float* HWY_RESTRICT from, int i, float* HWY_RESTRICT to, int j, int rows) {
        if (from == nullptr) return;
        from += i;
        to += j;
        for (int f = 0; f < rows; f += kGroup) {
            HWY_UNROLL(8)
            for (int g = 0; g < kGroup; ++g) to[g * kColumnPixels] = from[g * kColumnPixels];
            from += kGroup * kColumnPixels;
            to += kGroup * kColumnPixels;
        }
    }
    static void copy_lane(const CombineRow& from, int i, const CombineRow& to, int j) {
        copy_lane(from.samples, i, to.samples, j, from.frame_count);
        copy_lane(from.sorted, i, to.sorted, j, from.frame_count);
        copy_lane(from.values, i, to.values, j, from.frame_count);
        copy_lane(from.sample_weights, i, to.sample_weights, j, from.frame_count);
    }
    static void copy_lane(const Kept& from, int i, Kept& to, int j) {
        to.low.of[j] = from.low.of[i];
        to.high.of[j] = from.high.of[i];
        to.begin.of[j] = from.begin.of[i];
        to.count.of[j] = from.count.of[i];
        to.covered.of[j] = from.covered.of[i];
    }

    CombineRow row_;  // with memory of its own
    TileCounts& counts_;
    Kept kept_;
    Place place_[kColumnPixels];
    int pixels_ = 0;
};

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
