// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/pyramid_rows.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stitch/compose/pyramid_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stitch/compose/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

void reduce(const float* const* rows, int width, float* HWY_RESTRICT scratch, float* HWY_RESTRICT out) {
    const float* HWY_RESTRICT a = rows[0];
    const float* HWY_RESTRICT b = rows[1];
    const float* HWY_RESTRICT c = rows[2];
    const float* HWY_RESTRICT d = rows[3];
    const int floats = 4 * width;
    for (int i = 0; i < floats; ++i) scratch[i] = (a[i] + d[i]) * 0.125F + (b[i] + c[i]) * 0.375F;
    const int half = width / 2;
    const auto at = [&](int x, int before, int after) {
        float* p = scratch + 8 * static_cast<std::ptrdiff_t>(x);
        const Four v = (NS_GET(Four, p + 4 * before) + NS_GET(Four, p + 4 * after)) * 0.125F +
                       (NS_GET(Four, p) + NS_GET(Four, p + 4)) * 0.375F;
        NS_PUT(Four, out + 4 * static_cast<std::ptrdiff_t>(x)) = v;
    };
    at(0, 0, half > 1 ? 2 : 1);
    for (int x = 1; x < half - 1; ++x) at(x, -1, 2);
    if (half > 1) at(half - 1, -1, 1);
}

void expand(const float* HWY_RESTRICT nearer, const float* HWY_RESTRICT farther, int width, float* HWY_RESTRICT scratch,
            float* HWY_RESTRICT out) {
    const int floats = 4 * width;
    for (int i = 0; i < floats; ++i) scratch[i] = nearer[i] * 0.75F + farther[i] * 0.25F;
    Four before = NS_GET(Four, scratch), here = before;
    for (int x = 0; x < width; ++x) {
        const Four after = x + 1 < width ? NS_GET(Four, scratch + 4 * (x + 1)) : here;
        const Four most = here * 0.75F;
        NS_PUT(Four, out + 8 * x) = most + before * 0.25F;
        NS_PUT(Four, out + 8 * x + 4) = most + after * 0.25F;
        before = here;
        here = after;
    }
}

// The fourth lane: 1 less 0 of `smooth`, so that the sum of weights comes with the colours.
HWY_INLINE Four with_one(const Four& v) { return Four{v[0], v[1], v[2], 1}; }
HWY_INLINE Four with_none(const Four& v) { return Four{v[0], v[1], v[2], 0}; }

void add_band(const float* HWY_RESTRICT fine, const float* HWY_RESTRICT smooth, int width, float* HWY_RESTRICT sum) {
    for (int i = 0; i < 4 * width; i += 4) {
        const float w = fine[i + 3];
        NS_PUT(Four, sum + i) += w * (with_one(NS_GET(Four, fine + i)) - with_none(NS_GET(Four, smooth + i)));
    }
}

void add_last(const float* HWY_RESTRICT fine, int width, float* HWY_RESTRICT sum) {
    for (int i = 0; i < 4 * width; i += 4) NS_PUT(Four, sum + i) += fine[i + 3] * with_one(NS_GET(Four, fine + i));
}

void finish(const float* HWY_RESTRICT smooth, int width, float* HWY_RESTRICT sum) {
    for (int i = 0; i < 4 * width; i += 4) {
        const float w = sum[i + 3];
        NS_PUT(Four, sum + i) = NS_GET(Four, sum + i) * (w > 0 ? 1.0F / w : 0) + NS_GET(Four, smooth + i);
    }
}

void finish_last(int width, float* HWY_RESTRICT sum) {
    for (int i = 0; i < 4 * width; i += 4) {
        const float w = sum[i + 3];
        NS_PUT(Four, sum + i) = NS_GET(Four, sum + i) * (w > 0 ? 1.0F / w : 0);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(reduce);
HWY_EXPORT(expand);
HWY_EXPORT(add_band);
HWY_EXPORT(add_last);
HWY_EXPORT(finish);
HWY_EXPORT(finish_last);

void reduce_row(const float* const rows[4], int width, float* scratch, float* out) {
    HWY_DYNAMIC_DISPATCH(reduce)(rows, width, scratch, out);
}
void expand_row(const float* nearer, const float* farther, int width, float* scratch, float* out) {
    HWY_DYNAMIC_DISPATCH(expand)(nearer, farther, width, scratch, out);
}
void add_band_row(const float* fine, const float* smooth, int width, float* sum) {
    if (smooth != nullptr) {
        HWY_DYNAMIC_DISPATCH(add_band)(fine, smooth, width, sum);
    } else {
        HWY_DYNAMIC_DISPATCH(add_last)(fine, width, sum);
    }
}
void finish_band_row(const float* smooth, int width, float* sum) {
    if (smooth != nullptr) {
        HWY_DYNAMIC_DISPATCH(finish)(smooth, width, sum);
    } else {
        HWY_DYNAMIC_DISPATCH(finish_last)(width, sum);
    }
}

}  // namespace nightstack
#endif
