// SPDX-License-Identifier: MIT
// Groups of eight pixels of a windowed kernel, one pixel after the other: at the edges of the frame,
// and where windows do not lie side by side. At an edge each window is first copied to a small
// patch, so that the same arithmetic runs everywhere and tile borders cannot show.
// Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_EIGHTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_EIGHTS_INL_H
#undef NIGHTSTACK_WARP_EIGHTS_INL_H
#else
#define NIGHTSTACK_WARP_EIGHTS_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <hwy/highway.h>

#include "pipeline/stages/warp/positions-inl.h"
#include "pipeline/stages/warp/row_access.h"
#include "pipeline/stages/warp/taps-inl.h"
#include "pipeline/stages/warp/weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A block of output pixels: where they lie and what their taps weigh, the same for all planes.
struct Block {
    explicit Block(const WarpRow& of) : row(of) {}
    const WarpRow& row;
    Positions at;
    Weights wx, wy;
};

// The weights of eight pixels, each pixel's side by side.
struct EightWeights {
    HWY_ALIGN float x[kGroup * kTapLanes];
    HWY_ALIGN float y[kGroup * kTapLanes];
};

inline void gather(const Weights& from, int begin, float* HWY_RESTRICT to) {
    for (int i = 0; i < kGroup; ++i) {
        for (int t = 0; t < kTapLanes; ++t) to[kTapLanes * i + t] = t < kTaps ? from.of[t][begin + i] : 0.0F;
    }
}

// Drops taps beyond the frame. At least one of a pixel with data stays, at half a pixel or nearer.
// Weights of a window inside the frame stay as they are, to the bit.
inline void trim_weights(float* weights, int whole, int size) {
    if (whole >= 2 && whole + 3 < size) return;
    float sum = 0;
    for (int t = 0; t < kTapLanes; ++t) {
        const int at = whole - 2 + t;
        if (at < 0 || at >= size) weights[t] = 0;
        sum += weights[t];
    }
    for (int t = 0; t < kTapLanes; ++t) weights[t] /= sum;
}

// Where the taps of a pixel's window are found in what is at hand, the same for all planes.
struct PatchPlaces {
    int row[kTaps];
    int column[kTapLanes];
    bool in_line;  // columns follow each other
};

template <int kFirst, int kCount>
void find_places(const Block& b, int i, PatchPlaces& places) {
    const Rect& r = b.row.rect;
    const auto used = [](int tap) { return tap >= kFirst && tap < kFirst + kCount; };
    for (int j = 0; j < kTaps; ++j) {
        places.row[j] = patch_coordinate(b.at.iy[i] - 2 + j, used(j), b.row.frame_height, r.y, r.bottom());
    }
    const int left = b.at.ix[i] - 2;
    places.in_line = left >= r.x && left + kTapLanes <= r.right();
    for (int t = 0; t < kTapLanes; ++t) {
        places.column[t] = patch_coordinate(left + t, used(t), b.row.frame_width, r.x, r.right());
    }
}

inline void fill_patch(const PatchPlaces& places, const PlanePair& plane, float* HWY_RESTRICT patch) {
    for (int j = 0; j < kTaps; ++j, patch += kTapLanes) {
        const float* source = plane.source + places.row[j] * plane.source_stride;
        if (places.in_line) {
            std::memcpy(patch, source + places.column[0], kTapLanes * sizeof(float));
        } else {
            for (int t = 0; t < kTapLanes; ++t) patch[t] = source[places.column[t]];
        }
    }
}

// Pixels [begin, begin + kGroup) of the block, of which those before `end` exist. `first` is the
// block's place in the row.
template <int kFirst, int kCount>
void group_at_edge(const Block& b, int begin, int end, int first) {
    HWY_ALIGN float patch[kGroup][kTaps * kTapLanes];
    HWY_ALIGN float result[kGroup];
    PatchPlaces places[kGroup];
    const float* tap[kGroup];
    EightWeights weights;
    gather(b.wx, begin, weights.x);
    gather(b.wy, begin, weights.y);
    const auto there = [&](int j) { return begin + j < end && b.at.valid[begin + j] != 0; };
    for (int j = 0; j < kGroup; ++j) {
        tap[j] = patch[j];
        if (!there(j)) {
            std::memset(patch[j], 0, sizeof(patch[j]));
            continue;
        }
        find_places<kFirst, kCount>(b, begin + j, places[j]);
        trim_weights(weights.x + kTapLanes * j, b.at.ix[begin + j], b.row.frame_width);
        trim_weights(weights.y + kTapLanes * j, b.at.iy[begin + j], b.row.frame_height);
    }
    for (int p = 0; p < b.row.plane_count; ++p) {
        const PlanePair& plane = b.row.planes[p];
        for (int j = 0; j < kGroup; ++j) {
            if (there(j)) fill_patch(places[j], plane, patch[j]);
        }
        eight_pixels<kFirst, kCount>(tap, kTapLanes, weights.x, weights.y, lane_masks(kFirst, kCount), result);
        for (int j = 0; j < std::min(kGroup, end - begin); ++j) {
            plane.out[first + begin + j] = there(j) ? result[j] : kNoData;
        }
    }
}

template <int kFirst, int kCount>
void group_inside(const Block& b, int begin, int first) {
    const float* tap[kGroup];
    EightWeights weights;
    gather(b.wx, begin, weights.x);
    gather(b.wy, begin, weights.y);
    const LaneMasks masks = lane_masks(kFirst, kCount);
    for (int p = 0; p < b.row.plane_count; ++p) {
        const PlanePair& plane = b.row.planes[p];
        const std::ptrdiff_t ahead = prefetch_distance(b.row, plane);
        for (int j = 0; j < kGroup; ++j) {
            const std::ptrdiff_t y = b.at.iy[begin + j] - 2 - b.row.rect.y;
            tap[j] = plane.source + y * plane.source_stride + (b.at.ix[begin + j] - 2 - b.row.rect.x);
            if (j % 4 == 0) prefetch(tap[j] + 2, ahead);
        }
        eight_pixels<kFirst, kCount>(tap, plane.source_stride, weights.x, weights.y, masks, plane.out + first + begin);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
