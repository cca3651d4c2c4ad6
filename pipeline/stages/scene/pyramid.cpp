// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/pyramid.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/scene/pyramid.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

void halve_row(float* __restrict out, const float* __restrict upper, const float* __restrict lower, int n) {
    for (int x = 0; x < n; ++x)
        out[x] = 0.25F * ((upper[2 * x] + upper[2 * x + 1]) + (lower[2 * x] + lower[2 * x + 1]));
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(halve_row);

void halve(ImageView<float> out, ImageView<const float> in) {
    assert(out.same_size(in.width() / 2, in.height() / 2));
    for (int y = 0; y < out.height(); ++y) {
        HWY_DYNAMIC_DISPATCH(halve_row)
        (out.row_data(y), in.row_data(2 * y), in.row_data(2 * y + 1), out.width());
    }
}

void build(Pyramid& pyramid, ImageView<const float> whole, int top_level) {
    pyramid.levels.resize(static_cast<std::size_t>(top_level));
    ImageView<const float> below = whole;
    for (Image<float>& level : pyramid.levels) {
        level.reshape(below.width() / 2, below.height() / 2);
        halve(level.view(), below);
        below = level.cview();
    }
}

int level_for(int width, int height, int most_px) {
    int level = 0;
    for (int side = std::max(width, height); side > most_px; side /= 2) ++level;
    return level;
}

Transform at_level(const Transform& whole, int level) {
    const double s = std::ldexp(1.0, -level), b = 0.5 * s - 0.5;
    const Transform level_from_whole({s, 0, b, 0, s, b, 0, 0, 1});
    const Transform whole_from_level({1 / s, 0, -b / s, 0, 1 / s, -b / s, 0, 0, 1});
    return level_from_whole * whole * whole_from_level;
}

}  // namespace nightstack
#endif
