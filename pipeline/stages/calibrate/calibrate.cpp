// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/calibrate.h"

#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/pixel_rows.h"

namespace nightstack {
namespace {

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
        if (!offset.empty()) subtract_offset(row, offset.row_data(region.y + y) + region.x, region.width);
        if (!masters.flat.empty()) divide_by_flat(row, masters.flat.row_data(region.y + y) + region.x, region.width);
    }
}

}  // namespace nightstack
