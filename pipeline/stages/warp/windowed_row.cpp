// SPDX-License-Identifier: MIT
// The row kernels for lanczos and cubic. A row is cut into blocks of 64 pixels: positions and
// weights once, then every plane; in a block, groups take the fast way of lanes-inl.h where they can.
#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/warp/windowed_row.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/warp/eights-inl.h"
#include "pipeline/stages/warp/lanes-inl.h"
#include "pipeline/stages/warp/row_access.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kStep = std::max(kLanes, kGroup);

Inside inside_of(const WarpRow& row) {
    const int slack = row.affine ? 0 : 1;  // a division may round out of order along the row
    const Rect& r = row.rect;
    return {r.x + 2 + slack, r.right() - 5 - slack, r.y + 2 + slack, r.bottom() - 3 - slack};
}

// The next kStep pixels, all inside, in one go; false when they do not lie for it. Registers too
// narrow to gain from it never do.
template <int kFirst, int kCount>
bool step_by_lanes(const Block& b, GroupShape& shape, int begin, int first) {
    if constexpr (kLanes < kGroup) return false;
    if (!find_shape(b.at, b.wy, b.row.rect, begin, shape)) return false;
    for (int p = 0; p < b.row.plane_count; ++p) {
        const PlanePair& plane = b.row.planes[p];
        const float* source = plane.source + (shape.y - b.row.rect.y) * plane.source_stride + (shape.x - b.row.rect.x);
        lanes<kFirst, kCount>(shape, b.wx, begin, source, plane.source_stride, plane.out + first + begin);
    }
    return true;
}

template <int kFirst, int kCount>
void step_by_eights(const Block& b, const Inside& inside, int begin, int end, int first) {
    for (int i = begin; i < std::min(begin + kStep, end); i += kGroup) {
        if (i + kGroup <= end && inside.holds_all(b.at, i, i + kGroup)) {
            group_inside<kFirst, kCount>(b, i, first);
        } else {
            group_at_edge<kFirst, kCount>(b, i, end, first);
        }
    }
}

template <int kFirst, int kCount>
void windowed_row(const WarpRow& row, const TapCurves& curves) {
    Block b(row);
    const SpreadCurves spread(curves);
    GroupShape shape;
    const Inside inside = inside_of(row);
    for (int first = 0; first < row.width; first += kBlock) {
        const int count = std::min(kBlock, row.width - first);
        find_positions(row, first, 0, b.at);
        if (b.at.blank(count)) {
            fill_blank(row, first, count);
            continue;
        }
        const int padded = (count + kGroup - 1) / kGroup * kGroup;
        find_weights(spread, b.at.fx, padded, b.wx);
        find_weights(spread, b.at.fy, padded, b.wy);
        for (int begin = 0; begin < count; begin += kStep) {
            const bool whole = begin + kStep <= count && inside.holds_all(b.at, begin, begin + kStep);
            if (whole && step_by_lanes<kFirst, kCount>(b, shape, begin, first)) continue;
            step_by_eights<kFirst, kCount>(b, inside, begin, count, first);
        }
    }
}

void windowed_row_lanczos(const WarpRow& row) { windowed_row<0, 6>(row, lanczos_curves()); }
void windowed_row_cubic(const WarpRow& row) { windowed_row<1, 4>(row, cubic_curves()); }

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(windowed_row_lanczos);
HWY_EXPORT(windowed_row_cubic);

void warp_row_lanczos(const WarpRow& row) { HWY_DYNAMIC_DISPATCH(windowed_row_lanczos)(row); }
void warp_row_cubic(const WarpRow& row) { HWY_DYNAMIC_DISPATCH(windowed_row_cubic)(row); }

}  // namespace nightstack
#endif
