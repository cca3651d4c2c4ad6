// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/sky_tilt.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/integrate/add_tilt.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

// Adds base + along * (first + x) to each pixel, computed in double.
void add_slope(float* HWY_RESTRICT row, int width, double base, double along, int first) {
    const hn::ScalableTag<double> d;
    const hn::Rebind<float, decltype(d)> df;
    const int lanes = static_cast<int>(hn::Lanes(d));
    const auto base_v = hn::Set(d, base);
    const auto along_v = hn::Set(d, along);
    int x = 0;
    for (; x + lanes <= width; x += lanes) {
        const auto at = hn::Iota(d, static_cast<double>(first + x));
        const auto more = hn::DemoteTo(df, hn::Add(base_v, hn::Mul(along_v, at)));
        hn::StoreU(hn::Add(hn::LoadU(df, row + x), more), df, row + x);
    }
    for (; x < width; ++x) row[x] += static_cast<float>(base + along * (first + x));
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(add_slope);

void add_tilt(ImageView<float> samples, const Rect& tile, const SkyTilt& tilt, double scale) {
    if (!tilt.known) return;
    const auto add_slope_here = HWY_DYNAMIC_DISPATCH(add_slope);
    for (int y = 0; y < tile.height; ++y) {
        const double base = tilt.at(0, tile.y + y) / scale;
        add_slope_here(samples.row_data(y), tile.width, base, tilt.along_x / scale, tile.x);
    }
}

}  // namespace nightstack
#endif
