// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/add_row.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/video/add_row.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// A plain loop that becomes vectors at all levels: one pixel per lane. Differences are whole numbers, exact in float.
void add_pixels(float* HWY_RESTRICT sum, const RowStretch& s) {
    const std::uint8_t* HWY_RESTRICT upper = s.upper;
    const std::uint8_t* HWY_RESTRICT lower = s.lower;
    const float x0 = s.x, dx = s.dx, y0 = s.y, dy = s.dy;
    const int length = s.length;
    for (int i = 0; i < length; ++i) {
        const float at = static_cast<float>(i);
        const float x = x0 + dx * at;
        const float y = y0 + dy * at;
        const int a = upper[i], b = upper[i + 1], c = lower[i], d = lower[i + 1];
        const float top = static_cast<float>(a) + x * static_cast<float>(b - a);
        const float bottom = static_cast<float>(c) + x * static_cast<float>(d - c);
        sum[i] += top + y * (bottom - top);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
HWY_EXPORT(add_pixels);
void add_stretch(float* sum, const RowStretch& stretch) { HWY_DYNAMIC_DISPATCH(add_pixels)(sum, stretch); }
}  // namespace nightstack
#endif
