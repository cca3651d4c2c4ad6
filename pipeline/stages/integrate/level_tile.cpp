// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/level_tile.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/integrate/level_tile.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

void level_row(float* HWY_RESTRICT row, int width, float scale, float offset) {
    for (int x = 0; x < width; ++x) row[x] = row[x] * scale + offset;
}

// The slope base + along * (first + x) is computed in double.
void level_tilted_row(float* HWY_RESTRICT row, int width, double base, double along, int first, float scale,
                      float offset) {
    const hn::ScalableTag<double> d;
    const hn::Rebind<float, decltype(d)> df;
    const int lanes = static_cast<int>(hn::Lanes(d));
    const auto base_v = hn::Set(d, base), along_v = hn::Set(d, along), step = hn::Set(d, static_cast<double>(lanes));
    const auto scale_v = hn::Set(df, scale), offset_v = hn::Set(df, offset);
    auto at = hn::Iota(d, static_cast<double>(first));
    int x = 0;
    for (; x + lanes <= width; x += lanes) {
        const auto more = hn::DemoteTo(df, hn::Add(base_v, hn::Mul(along_v, at)));
        const auto level = hn::Add(hn::LoadU(df, row + x), more);
        hn::StoreU(hn::Add(hn::Mul(level, scale_v), offset_v), df, row + x);
        at = hn::Add(at, step);  // whole numbers
    }
    for (; x < width; ++x) row[x] = (row[x] + static_cast<float>(base + along * (first + x))) * scale + offset;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(level_row);
HWY_EXPORT(level_tilted_row);

void bring_to_level(ImageView<float> samples, const Rect& tile, const SkyTilt& tilt, float scale, float offset) {
    const auto s = static_cast<double>(scale);
    for (int y = 0; y < tile.height; ++y) {
        if (tilt.known) {
            HWY_DYNAMIC_DISPATCH(level_tilted_row)
            (samples.row_data(y), tile.width, tilt.at(0, tile.y + y) / s, tilt.along_x / s, tile.x, scale, offset);
        } else if (scale != 1 || offset != 0) {
            HWY_DYNAMIC_DISPATCH(level_row)(samples.row_data(y), tile.width, scale, offset);
        }
    }
}

}  // namespace nightstack
#endif
