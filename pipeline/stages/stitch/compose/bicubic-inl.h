// SPDX-License-Identifier: MIT
// Part of remap.cpp, once for each CPU level: where a position's sixteen pixels lie, their weights, and their sum.
#if defined(NS_COMPOSE_BICUBIC_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NS_COMPOSE_BICUBIC_INL_H
#undef NS_COMPOSE_BICUBIC_INL_H
#else
#define NS_COMPOSE_BICUBIC_INL_H
#endif

#include <algorithm>
#include <cstddef>

#include "pipeline/stages/stitch/compose/remap.h"
#include "pipeline/stages/stitch/compose/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr int kBlock = 64;

// What is needed for each position of a block.
struct Taps {
    alignas(64) float wx[4][kBlock];
    alignas(64) float wy[4][kBlock];
    alignas(64) float light[kBlock];
    alignas(64) int offset[kBlock];  // pixels from the source's beginning to the one at the upper left
};

HWY_INLINE void put_weights(float (&to)[4][kBlock], int i, const Wide& f) {
    NS_PUT(Wide, to[0] + i) = ((-0.5F * f + 1.0F) * f - 0.5F) * f;
    NS_PUT(Wide, to[1] + i) = (1.5F * f - 2.5F) * f * f + 1.0F;
    NS_PUT(Wide, to[2] + i) = ((-1.5F * f + 2.0F) * f + 0.5F) * f;
    NS_PUT(Wide, to[3] + i) = (0.5F * f - 0.5F) * f * f;
}

// `count` is a multiple of kWide.
HWY_INLINE void find_taps(const RemapSource& s, const RemapLight& l, const float* px, const float* py, int count,
                          Taps& taps) {
    const float reduction = static_cast<float>(s.reduction), scale = 1.0F / reduction, shift = 0.5F * scale - 0.5F;
    const Wide zero = {};
    const Wide most_x = zero + static_cast<float>(s.width - 1), most_y = zero + static_cast<float>(s.height - 1);
    const WideInts none = {};
    const WideInts last_x = none + std::max(0, s.width - 2), last_y = none + std::max(0, s.height - 2);
    const WideInts in_x = none + (s.rect.width - 4), in_y = none + (s.rect.height - 4);
    const int rx = s.rect.x + 1, ry = s.rect.y + 1, stride = static_cast<int>(s.stride / 4);
    const Wide least = zero + 0.05F;
    for (int i = 0; i < count; i += kWide) {
        Wide x = NS_GET(Wide, px + i) * scale + shift, y = NS_GET(Wide, py + i) * scale + shift;
        x = x > zero ? x : zero;  // what is not a number too
        x = x < most_x ? x : most_x;
        y = y > zero ? y : zero;
        y = y < most_y ? y : most_y;
        WideInts ix = __builtin_convertvector(x, WideInts), iy = __builtin_convertvector(y, WideInts);
        ix = ix < last_x ? ix : last_x;
        iy = iy < last_y ? iy : last_y;
        put_weights(taps.wx, i, x - __builtin_convertvector(ix, Wide));
        put_weights(taps.wy, i, y - __builtin_convertvector(iy, Wide));
        // The reduction is a power of two: exact.
        const Wide dx = (x - shift) * reduction - l.middle_x, dy = (y - shift) * reduction - l.middle_y;
        const Wide q = (dx * dx + dy * dy) * l.per_half_diagonal2;
        Wide falloff = 1.0F + q * (l.v[0] + q * (l.v[1] + q * l.v[2]));
        falloff = falloff > least ? falloff : least;
        NS_PUT(Wide, taps.light + i) = 1.0F / falloff;
        // Never outside of the memory, whatever was asked for.
        WideInts bx = ix - rx, by = iy - ry;
        bx = bx > none ? bx : none;
        bx = bx < in_x ? bx : in_x;
        by = by > none ? by : none;
        by = by < in_y ? by : in_y;
        NS_PUT(WideInts, taps.offset + i) = by * stride + bx;
    }
}

// Down the columns, then (first + third) + (second + fourth) of them; kept within the range of the middle four.
HWY_INLINE Four bicubic(const float* row0, std::ptrdiff_t stride, const Taps& taps, int i) {
    const float* row1 = row0 + stride;
    const float* row2 = row1 + stride;
    const float* row3 = row2 + stride;
    const float y0 = taps.wy[0][i], y1 = taps.wy[1][i], y2 = taps.wy[2][i], y3 = taps.wy[3][i];
    const float x0 = taps.wx[0][i], x1 = taps.wx[1][i], x2 = taps.wx[2][i], x3 = taps.wx[3][i];
#if NS_WIDE_IS_EIGHT
    const Wide left =
        (NS_GET(Wide, row0) * y0 + NS_GET(Wide, row1) * y1) + (NS_GET(Wide, row2) * y2 + NS_GET(Wide, row3) * y3);
    const Wide right = (NS_GET(Wide, row0 + 8) * y0 + NS_GET(Wide, row1 + 8) * y1) +
                       (NS_GET(Wide, row2 + 8) * y2 + NS_GET(Wide, row3 + 8) * y3);
    const Wide wl = {x0, x0, x0, x0, x1, x1, x1, x1}, wr = {x2, x2, x2, x2, x3, x3, x3, x3};
    const Wide both = left * wl + right * wr;
    const Wide up = NS_GET(Wide, row1 + 4), down = NS_GET(Wide, row2 + 4);
    const Wide low = up < down ? up : down, high = up > down ? up : down;
    const Four low0 = __builtin_shufflevector(low, low, 0, 1, 2, 3),
               low1 = __builtin_shufflevector(low, low, 4, 5, 6, 7);
    const Four high0 = __builtin_shufflevector(high, high, 0, 1, 2, 3);
    const Four high1 = __builtin_shufflevector(high, high, 4, 5, 6, 7);
    Four value = __builtin_shufflevector(both, both, 0, 1, 2, 3) + __builtin_shufflevector(both, both, 4, 5, 6, 7);
#else
    const auto column = [&](int k) {
        return (NS_GET(Four, row0 + k) * y0 + NS_GET(Four, row1 + k) * y1) +
               (NS_GET(Four, row2 + k) * y2 + NS_GET(Four, row3 + k) * y3);
    };
    Four value = (column(0) * x0 + column(8) * x2) + (column(4) * x1 + column(12) * x3);
    const auto lower = [&](int k) {
        const Four up = NS_GET(Four, row1 + k), down = NS_GET(Four, row2 + k);
        return up < down ? up : down;
    };
    const auto higher = [&](int k) {
        const Four up = NS_GET(Four, row1 + k), down = NS_GET(Four, row2 + k);
        return up > down ? up : down;
    };
    const Four low0 = lower(4), low1 = lower(8), high0 = higher(4), high1 = higher(8);
#endif
    const Four least = low0 < low1 ? low0 : low1, most = high0 > high1 ? high0 : high1;
    value = value > least ? value : least;
    return value < most ? value : most;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
