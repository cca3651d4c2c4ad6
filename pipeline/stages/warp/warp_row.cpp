// SPDX-License-Identifier: MIT
// The row kernels. A row is cut into blocks of 64 pixels: positions and weights once, then every
// plane. Where a window touches an edge it is first copied to a small patch, so that the same
// arithmetic runs everywhere and tile borders cannot show.
#include "pipeline/stages/warp/warp_row.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/warp/warp_row.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/warp/positions-inl.h"
#include "pipeline/stages/warp/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr float kNoData = std::numeric_limits<float>::quiet_NaN();
constexpr int kPatchRows = 6;

struct Weights {
    HWY_ALIGN float x[kBlock * kTapLanes];
    HWY_ALIGN float y[kBlock * kTapLanes];
};

// Drops taps beyond the frame. At least one of a pixel with data stays, at half a pixel or nearer.
// Weights of a window inside the frame stay as they are, to the bit.
void trim_weights(float* weights, int whole, int size) {
    if (whole >= 2 && whole + 3 < size) return;
    float sum = 0;
    for (int t = 0; t < kTapLanes; ++t) {
        const int at = whole - 2 + t;
        if (at < 0 || at >= size) weights[t] = 0;
        sum += weights[t];
    }
    for (int t = 0; t < kTapLanes; ++t) weights[t] /= sum;
}

struct Windows {
    const WarpRow& row;
    const TapTable& taps;
    Positions at;
    Weights weights;
    LaneMasks masks;
    HWY_ALIGN float patch[kGroup][kPatchRows * kTapLanes];

    Inside inside() const {
        const int slack = row.affine ? 0 : 1;  // a division may round out of order along the row
        const Rect& r = row.rect;
        return {r.x + 2 + slack, r.right() - 5 - slack, r.y + 2 + slack, r.bottom() - 3 - slack};
    }
};

// Coordinate of a tap, brought into the frame (its weight is 0 there) and, for the spare lanes,
// into what is at hand. A tap with a weight must be at hand.
int patch_coordinate(int wanted, bool used, int size, int begin, int end) {
    const int in_frame = std::clamp(wanted, 0, size - 1);
    const int at_hand = std::clamp(in_frame, begin, end - 1);
    assert(!used || at_hand == in_frame);  // the caller read less than source_region()
    (void)used;
    return at_hand - begin;
}

void fill_patch(const Windows& w, const PlanePair& plane, int i, float* patch) {
    const Rect& r = w.row.rect;
    for (int j = 0; j < kPatchRows; ++j) {
        const bool row_used = j >= w.taps.first && j < w.taps.first + w.taps.count;
        const int y = patch_coordinate(w.at.iy[i] - 2 + j, row_used, w.row.frame_height, r.y, r.bottom());
        const float* source = plane.source + y * plane.source_stride;
        for (int t = 0; t < kTapLanes; ++t) {
            const bool used = row_used && t >= w.taps.first && t < w.taps.first + w.taps.count;
            patch[j * kTapLanes + t] =
                source[patch_coordinate(w.at.ix[i] - 2 + t, used, w.row.frame_width, r.x, r.right())];
        }
    }
}

template <int kFirst, int kCount>
void group_at_edge(Windows& w, int begin, int end, int first) {
    const float* tap[kGroup];
    HWY_ALIGN float result[kGroup];
    for (int i = begin; i < begin + kGroup; ++i) {
        if (i >= end || w.at.valid[i] == 0) continue;
        trim_weights(w.weights.x + kTapLanes * i, w.at.ix[i], w.row.frame_width);
        trim_weights(w.weights.y + kTapLanes * i, w.at.iy[i], w.row.frame_height);
    }
    for (int p = 0; p < w.row.plane_count; ++p) {
        for (int j = 0; j < kGroup; ++j) {
            tap[j] = w.patch[j];
            if (begin + j < end && w.at.valid[begin + j] != 0) {
                fill_patch(w, w.row.planes[p], begin + j, w.patch[j]);
            } else {
                std::memset(w.patch[j], 0, sizeof(w.patch[j]));
            }
        }
        eight_pixels<kFirst, kCount>(tap, kTapLanes, w.weights.x + kTapLanes * begin, w.weights.y + kTapLanes * begin,
                                     w.masks, result);
        float* out = w.row.planes[p].out + first;
        for (int i = begin; i < std::min(begin + kGroup, end); ++i) {
            out[i] = w.at.valid[i] != 0 ? result[i - begin] : kNoData;
        }
    }
}

template <int kFirst, int kCount>
void group_inside(const Windows& w, int begin, int first) {
    const float* tap[kGroup];
    for (int p = 0; p < w.row.plane_count; ++p) {
        const PlanePair& plane = w.row.planes[p];
        for (int j = 0; j < kGroup; ++j) {
            const std::ptrdiff_t y = w.at.iy[begin + j] - 2 - w.row.rect.y;
            tap[j] = plane.source + y * plane.source_stride + (w.at.ix[begin + j] - 2 - w.row.rect.x);
        }
        eight_pixels<kFirst, kCount>(tap, plane.source_stride, w.weights.x + kTapLanes * begin,
                                     w.weights.y + kTapLanes * begin, w.masks, plane.out + first + begin);
    }
}

// No pixel of the row piece has data.
bool blank(const Positions& at, int count) {
    for (int i = 0; i < count; ++i) {
        if (at.valid[i] != 0) return false;
    }
    return true;
}

void fill_blank(const WarpRow& row, int first, int count) {
    for (int p = 0; p < row.plane_count; ++p) std::fill_n(row.planes[p].out + first, count, kNoData);
}

template <int kFirst, int kCount>
void windowed_row(const WarpRow& row, const TapTable& taps) {
    Windows w{row, taps, {}, {}, lane_masks(taps.first, taps.count), {}};
    const Inside inside = w.inside();
    for (int first = 0; first < row.width; first += kBlock) {
        const int count = std::min(kBlock, row.width - first);
        find_positions(row, first, 0, w.at);
        if (blank(w.at, count)) {
            fill_blank(row, first, count);
            continue;
        }
        for (int i = 0; i < kBlock; ++i) {
            look_up(taps.weights.data(), w.at.fx[i], w.weights.x + kTapLanes * i);
            look_up(taps.weights.data(), w.at.fy[i], w.weights.y + kTapLanes * i);
        }
        for (int begin = 0; begin < count; begin += kGroup) {
            if (begin + kGroup <= count && inside.holds_all(w.at, begin, begin + kGroup)) {
                group_inside<kFirst, kCount>(w, begin, first);
            } else {
                group_at_edge<kFirst, kCount>(w, begin, count, first);
            }
        }
    }
}

void windowed(const WarpRow& row, const TapTable& taps) {
    if (taps.count == 6) return windowed_row<0, 6>(row, taps);
    windowed_row<1, 4>(row, taps);
}

// Left and right neighbour of each position, for the row above and the row below.
struct Pairs {
    HWY_ALIGN float upper[2 * kBlock];
    HWY_ALIGN float lower[2 * kBlock];
};

void pairs_inside(const WarpRow& row, const PlanePair& plane, const Positions& at, int count, Pairs& pairs) {
    for (int i = 0; i < count; ++i) {
        const std::ptrdiff_t y = at.iy[i] - row.rect.y;
        const float* source = plane.source + y * plane.source_stride + (at.ix[i] - row.rect.x);
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
        hn::StoreU(hn::Add(left, hn::Mul(hn::Load(d, at.fx + i), hn::Sub(right, left))), d, out + i);
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
        if (!all_inside && blank(at, count)) {
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

HWY_EXPORT(windowed);
HWY_EXPORT(bilinear);
HWY_EXPORT(nearest);

void warp_row_windowed(const WarpRow& row, const TapTable& taps) { HWY_DYNAMIC_DISPATCH(windowed)(row, taps); }
void warp_row_bilinear(const WarpRow& row) { HWY_DYNAMIC_DISPATCH(bilinear)(row); }
void warp_row_nearest(const WarpRow& row) { HWY_DYNAMIC_DISPATCH(nearest)(row); }

}  // namespace nightstack
#endif
