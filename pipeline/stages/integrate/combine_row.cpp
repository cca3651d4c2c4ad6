// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/combine_row.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/integrate/combine_row.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/integrate/average-inl.h"
#include "pipeline/stages/integrate/column-inl.h"
#include "pipeline/stages/integrate/reject-inl.h"
#include "pipeline/stages/integrate/sort-inl.h"
#include "pipeline/stages/integrate/waiting-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void combine_one_row(const CombineRow& row, Waiting& waiting, TileCounts& counts) {
    Kept kept;
    PerPixel pivot;
    ColumnResult result;
    PerPixel open;
    const bool rejects = row.rejection != RejectKind::none;
    const bool sorts = rejects || row.combine == CombineKind::median;
    const bool waits = knows_noise(row);
    for (int x = 0; x < row.width; x += kColumnPixels) {
        const int pixels = std::min(kColumnPixels, row.width - x);
        if (!sorts) {
            load_column<false>(row, x, pixels, kept);
        } else if (load_whole_column(row, x, pixels, kept)) {
            sort_column(row, row.samples);
        } else {
            load_column<true>(row, x, pixels, kept);
            sort_column(row, row.sorted);
        }
        if (row.sample_weights != nullptr) load_weights(row, x, pixels);
        if (waits) {
            find_open(row, kept, pivot, open);
        } else if (rejects) {
            reject_column(row, kept, pivot);
        } else if (sorts) {
            find_median(row, kept, pivot);
        } else {
            first_sample(row, pivot);
        }
        average_column(row, kept, pivot, pixels, result);
        std::copy_n(result.value.of, pixels, row.value + x);
        std::copy_n(result.variance.of, pixels, row.variance + x);
        write_counts(row, x, pixels, kept, counts);
        if (!waits) continue;
        for (int i = 0; i < pixels; ++i) {
            if (open.of[i] != 0) waiting.add(row, kept, x, i);
        }
    }
}

TileCounts combine(const CombineRow& of, const TileResult& out) {
    CombineRow row = of;
    TileCounts counts;
    Waiting waiting(row, counts);
    for (int y = 0; y < out.value.height(); ++y) {
        row.y = y;
        row.value = out.value.row_data(y);
        row.variance = out.variance.row_data(y);
        row.coverage = out.coverage.row_data(y);
        row.rejected_low = out.rejected_low.row_data(y);
        row.rejected_high = out.rejected_high.row_data(y);
        combine_one_row(row, waiting, counts);
    }
    waiting.finish();
    return counts;
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(combine);

TileCounts combine_rows(const CombineRow& row, const TileResult& out) {
    return HWY_DYNAMIC_DISPATCH(combine)(row, out);
}

}  // namespace nightstack
#endif
