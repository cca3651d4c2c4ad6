// SPDX-License-Identifier: MIT
// The row kernels for bilinear and nearest, in blocks of 64 pixels: positions once, then every plane.
#include <algorithm>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/warp/simple_row.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/warp/positions-inl.h"
#include "pipeline/stages/warp/row_access.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Left and right neighbour of each position, for the row above and the row below.
struct Pairs {
    HWY_ALIGN float upper[2 * kBlock];
    HWY_ALIGN float lower[2 * kBlock];
};

void pairs_inside(const WarpRow& row, const PlanePair& plane, const Positions& at, int count, Pairs& pairs) {
    const std::ptrdiff_t ahead = prefetch_distance(row, plane);
    for (int i = 0; i < count; ++i) {
        const std::ptrdiff_t y = at.iy[i] - row.rect.y;
        const float* source = plane.source + y * plane.source_stride + (at.ix[i] - row.rect.x);
        if (i % 4 == 0) prefetch(source, ahead);
        std::memcpy(pairs.upper + 2 * i, source, 2 * sizeof(float));
        std::memcpy(pairs.lower + 2 * i, source + plane.source_stride, 2 * sizeof(float));
    }
}

// Beyond the edge stands its last pixel: the same as leaving it out, since the weights sum to 1.
void pairs_at_edge(const WarpRow& row, const PlanePair& plane, const Positions& at, int count, Pairs& pairs) {
    const Rect& r = row.rect;
    for (int i = 0; i < count; ++i) {
        if (at.valid[i] == 0) {
            std::fill_n(pairs.upper + 2 * i, 2, 0.0F);
            std::fill_n(pairs.lower + 2 * i, 2, 0.0F);
            continue;
        }
        for (int k = 0; k < 2; ++k) {
            const int x = patch_coordinate(at.ix[i] + k, true, row.frame_width, r.x, r.right());
            const std::ptrdiff_t y0 = patch_coordinate(at.iy[i], true, row.frame_height, r.y, r.bottom());
            const std::ptrdiff_t y1 = patch_coordinate(at.iy[i] + 1, true, row.frame_height, r.y, r.bottom());
            pairs.upper[2 * i + k] = plane.source[y0 * plane.source_stride + x];
            pairs.lower[2 * i + k] = plane.source[y1 * plane.source_stride + x];
        }
    }
}

// Vertical, then horizontal. `out` holds a whole block.
HWY_INLINE void blend(const Positions& at, const Pairs& pairs, float* HWY_RESTRICT out) {
    const hn::ScalableTag<float> d;
    using V = hn::Vec<decltype(d)>;
    for (std::size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
        V upper_left, upper_right, lower_left, lower_right;
        hn::LoadInterleaved2(d, pairs.upper + 2 * i, upper_left, upper_right);
        hn::LoadInterleaved2(d, pairs.lower + 2 * i, lower_left, lower_right);
        const V fy = hn::Load(d, at.fy + i);
        const V left = hn::Add(upper_left, hn::Mul(fy, hn::Sub(lower_left, upper_left)));
        const V right = hn::Add(upper_right, hn::Mul(fy, hn::Sub(lower_right, upper_right)));
        const V value = hn::Add(left, hn::Mul(hn::Load(d, at.fx + i), hn::Sub(right, left)));
        hn::StoreU(hn::Add(value, hn::Sub(value, value)), d, out + i);  // NaN where it is not finite
    }
}

void bilinear(const WarpRow& row) {
    Positions at;
    Pairs pairs{};
    HWY_ALIGN float result[kBlock];
    const int slack = row.affine ? 0 : 1;
    const Rect& r = row.rect;
    const Inside inside{r.x + slack, r.right() - 1 - slack, r.y + slack, r.bottom() - 1 - slack};
    for (int first = 0; first < row.width; first += kBlock) {
        const int count = std::min(kBlock, row.width - first);
        find_positions(row, first, 0, at);
        const bool all_inside = inside.holds_all(at, 0, count);
        if (!all_inside && at.blank(count)) {
            fill_blank(row, first, count);
            continue;
        }
        for (int p = 0; p < row.plane_count; ++p) {
            const PlanePair& plane = row.planes[p];
            float* out = plane.out + first;
            if (all_inside) {
                pairs_inside(row, plane, at, count, pairs);
            } else {
                pairs_at_edge(row, plane, at, count, pairs);
            }
            blend(at, pairs, result);
            std::memcpy(out, result, static_cast<std::size_t>(count) * sizeof(float));
            if (all_inside) continue;
            for (int i = 0; i < count; ++i) {
                if (at.valid[i] == 0) out[i] = kNoData;
            }
        }
    }
}

void nearest(const WarpRow& row) {
    Positions at;
    const Rect& r = row.rect;
    for (int first = 0; first < row.width; first += kBlock) {
        const int count = std::min(kBlock, row.width - first);
        find_positions(row, first, 0.5, at);
        for (int p = 0; p < row.plane_count; ++p) {
            const PlanePair& plane = row.planes[p];
            for (int i = 0; i < count; ++i) {
                float value = kNoData;
                if (at.valid[i] != 0) {
                    const int x = patch_coordinate(at.ix[i], true, row.frame_width, r.x, r.right());
                    const std::ptrdiff_t y = patch_coordinate(at.iy[i], true, row.frame_height, r.y, r.bottom());
                    value = plane.source[y * plane.source_stride + x];
                    value += value - value;  // NaN where it is not finite
                }
                plane.out[first + i] = value;
            }
        }
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(bilinear);
HWY_EXPORT(nearest);

void warp_row_bilinear(const WarpRow& row) { HWY_DYNAMIC_DISPATCH(bilinear)(row); }
void warp_row_nearest(const WarpRow& row) { HWY_DYNAMIC_DISPATCH(nearest)(row); }

}  // namespace nightstack
#endif
