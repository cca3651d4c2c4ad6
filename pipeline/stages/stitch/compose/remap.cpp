// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/remap.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stitch/compose/remap.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stitch/compose/bicubic-inl.h"
#include "pipeline/stages/stitch/compose/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

void cubics(const float (*coefficients)[4], int pieces, int length, float* HWY_RESTRICT out) {
    alignas(64) float at[kLongestPiece];
    for (int i = 0; i < length; ++i) at[i] = static_cast<float>(i) / static_cast<float>(length);
    for (int p = 0; p < pieces; ++p) {
        const float a = coefficients[p][0], b = coefficients[p][1], c = coefficients[p][2], d = coefficients[p][3];
        for (int i = 0; i < length; i += kWide) {
            const Wide t = NS_GET(Wide, at + i);
            NS_PUT(Wide, out + i) = a + t * (b + t * (c + t * d));
        }
        out += length;
    }
}

// Four pixels at a time: the same transposition in both directions.
HWY_INLINE void transpose(const Four& a, const Four& b, const Four& c, const Four& d, Four (&to)[4]) {
    const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    to[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    to[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    to[2] = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
    to[3] = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

void interleave(const float* HWY_RESTRICT r, const float* HWY_RESTRICT g, const float* HWY_RESTRICT b, int count,
                float* HWY_RESTRICT rgbx) {
    const Four none = {};
    int i = 0;
    for (; i + 4 <= count; i += 4) {
        Four p[3] = {NS_GET(Four, r + i), NS_GET(Four, g + i), NS_GET(Four, b + i)}, t[4];
        for (Four& v : p) v = v - v == none ? v : none;
        transpose(p[0], p[1], p[2], none, t);
        for (int k = 0; k < 4; ++k) NS_PUT(Four, rgbx + 4 * (i + k)) = t[k];
    }
    for (; i < count; ++i) {
        const float p[3] = {r[i], g[i], b[i]};
        for (int c = 0; c < 3; ++c) rgbx[4 * i + c] = p[c] - p[c] == 0 ? p[c] : 0;
        rgbx[4 * i + 3] = 0;
    }
}

void split(const float* HWY_RESTRICT rgbx, int count, float* HWY_RESTRICT r, float* HWY_RESTRICT g,
           float* HWY_RESTRICT b) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
        const float* p = rgbx + 4 * i;
        Four t[4];
        transpose(NS_GET(Four, p), NS_GET(Four, p + 4), NS_GET(Four, p + 8), NS_GET(Four, p + 12), t);
        NS_PUT(Four, r + i) = t[0];
        NS_PUT(Four, g + i) = t[1];
        NS_PUT(Four, b + i) = t[2];
    }
    for (; i < count; ++i) {
        r[i] = rgbx[4 * i];
        g[i] = rgbx[4 * i + 1];
        b[i] = rgbx[4 * i + 2];
    }
}

void run(const RemapSource& s, const RemapLight& l, const float* HWY_RESTRICT px, const float* HWY_RESTRICT py,
         int count, float* HWY_RESTRICT out) {
    Taps taps;
    alignas(64) float tail[2][kBlock];
    const Four gain = NS_GET(Four, l.gain);
    for (int first = 0; first < count; first += kBlock) {
        const int n = std::min(kBlock, count - first), rounded = (n + kWide - 1) & ~(kWide - 1);
        if (n == rounded) {
            find_taps(s, l, px + first, py + first, n, taps);
        } else {
            std::copy_n(px + first, n, tail[0]);
            std::copy_n(py + first, n, tail[1]);
            std::fill_n(tail[0] + n, rounded - n, 0.0F);
            std::fill_n(tail[1] + n, rounded - n, 0.0F);
            find_taps(s, l, tail[0], tail[1], rounded, taps);
        }
        for (int i = 0; i < n; ++i) {
            const float* corner = s.rgbx + 4 * static_cast<std::ptrdiff_t>(taps.offset[i]);
            NS_PUT(Four, out + 4 * (first + i)) = bicubic(corner, s.stride, taps, i) * (gain * taps.light[i]);
        }
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(cubics);
HWY_EXPORT(interleave);
HWY_EXPORT(split);
HWY_EXPORT(run);

void evaluate_cubics(const float (*coefficients)[4], int pieces, int length, float* out) {
    HWY_DYNAMIC_DISPATCH(cubics)(coefficients, pieces, length, out);
}
void interleave_run(const float* r, const float* g, const float* b, int count, float* rgbx) {
    HWY_DYNAMIC_DISPATCH(interleave)(r, g, b, count, rgbx);
}
void split_run(const float* rgbx, int count, float* r, float* g, float* b) {
    HWY_DYNAMIC_DISPATCH(split)(rgbx, count, r, g, b);
}
void remap_run(const RemapSource& source, const RemapLight& light, const float* x, const float* y, int count,
               float* out) {
    HWY_DYNAMIC_DISPATCH(run)(source, light, x, y, count, out);
}

}  // namespace nightstack
#endif
