// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_sampler.h"

#include "pipeline/stages/integrate/level_tile.h"

namespace nightstack {

LiveSampler::LiveSampler(const AcceptedLight& light, const LivePlanes& planes, double canvas_scale,
                         const SamplingOptions& sampling)
    : light_(light),
      count_(static_cast<std::size_t>(planes.count)),
      placed_(live_placement(light.ref_from_frame, light.light->format, light.tilt, canvas_scale, sampling)) {
    for (std::size_t p = 0; p < count_; ++p) planes_[p] = planes.planes[p].cview();
}

void LiveSampler::fill(const Rect& tile, std::span<const ImageView<float>> out) const {
    const int width = placed_.geometry.width, height = placed_.geometry.height;
    warp(out, tile, {std::span(planes_).first(count_), {0, 0, width, height}, width, height},
         placed_.planes_from_canvas, placed_.warp);
    for (std::size_t p = 0; p < count_; ++p)
        bring_to_level(out[p], tile, placed_.tilt[p], light_.scale[p], light_.offset[p]);
}

}  // namespace nightstack
