// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/calibrate.h"

#include <limits>
#include <string>

#include "pipeline/core/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/calibrate/calibrate.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr float kLargest = std::numeric_limits<float>::max();

// Choices are made between values before the arithmetic, so that the loops become vectors.
inline float usable_offset(float v) {
    const float not_low = v >= -kLargest ? v : 0.0F;
    return not_low <= kLargest ? not_low : 0.0F;
}
inline float usable_flat(float v) {
    const float not_low = v >= kFlatFloor ? v : 1.0F;
    return not_low <= kLargest ? not_low : 1.0F;
}

void subtract_row(float* __restrict light, const float* __restrict offset, int width) {
    for (int x = 0; x < width; ++x) light[x] -= usable_offset(offset[x]);
}
void divide_row(float* __restrict light, const float* __restrict flat, int width) {
    for (int x = 0; x < width; ++x) light[x] /= usable_flat(flat[x]);
}
void calibrate_row(float* __restrict light, const float* __restrict offset, const float* __restrict flat, int width) {
    for (int x = 0; x < width; ++x) light[x] = (light[x] - usable_offset(offset[x])) / usable_flat(flat[x]);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(subtract_row);
HWY_EXPORT(divide_row);
HWY_EXPORT(calibrate_row);

void check_master(const char* what, ImageView<const float> master, const Rect& region) {
    if (master.empty() || master.bounds().contains(region)) return;
    throw OptionError(std::string("calibrate: the ") + what + " of " + std::to_string(master.width()) + "x" +
                      std::to_string(master.height()) + " pixels does not cover columns " + std::to_string(region.x) +
                      ".." + std::to_string(region.right() - 1) + ", rows " + std::to_string(region.y) + ".." +
                      std::to_string(region.bottom() - 1));
}

}  // namespace

void calibrate(ImageView<float> light, const Rect& region, const Masters& masters) {
    if (!light.same_size(region.width, region.height)) {
        throw OptionError("calibrate: a light of " + std::to_string(light.width()) + "x" +
                          std::to_string(light.height()) + " pixels for a region of " + std::to_string(region.width) +
                          "x" + std::to_string(region.height));
    }
    if (light.empty()) return;
    const bool has_dark = !masters.dark.empty();
    const ImageView<const float> offset = has_dark ? masters.dark : masters.bias;
    check_master(has_dark ? "dark" : "bias", offset, region);
    check_master("flat", masters.flat, region);
    for (int y = 0; y < light.height(); ++y) {
        float* row = light.row_data(y);
        const float* o = offset.empty() ? nullptr : offset.row_data(region.y + y) + region.x;
        const float* f = masters.flat.empty() ? nullptr : masters.flat.row_data(region.y + y) + region.x;
        if (o != nullptr && f != nullptr) {
            HWY_DYNAMIC_DISPATCH(calibrate_row)(row, o, f, region.width);
        } else if (o != nullptr) {
            HWY_DYNAMIC_DISPATCH(subtract_row)(row, o, region.width);
        } else if (f != nullptr) {
            HWY_DYNAMIC_DISPATCH(divide_row)(row, f, region.width);
        }
    }
}

}  // namespace nightstack
#endif
