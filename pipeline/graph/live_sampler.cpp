// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_sampler.h"

#include "pipeline/graph/live_levels.h"

namespace nightstack {

LiveSampler::LiveSampler(const AcceptedLight& light, const LivePlanes& planes, double canvas_scale,
                         const SamplingOptions& sampling)
    : light_(light),
      count_(static_cast<std::size_t>(planes.count)),
      geometry_(sampled_geometry(light.light->format, sampling)),
      kind_(sampling.warp) {
    const LivePlacement placed =
        live_placement(light.ref_from_frame, light.light->format, light.tilt, canvas_scale, sampling);
    planes_from_canvas_ = placed.planes_from_canvas;
    tilt_ = placed.tilt;
    for (std::size_t p = 0; p < count_; ++p) planes_[p] = planes.planes[p].cview();
}

void LiveSampler::fill(const Rect& tile, std::span<const ImageView<float>> out) const {
    const Rect whole{0, 0, geometry_.width, geometry_.height};
    warp(out, tile, {std::span(planes_).first(count_), whole, geometry_.width, geometry_.height}, planes_from_canvas_,
         kind_);
    for (std::size_t p = 0; p < count_; ++p) bring_to_level(out[p], tile, tilt_[p], light_.scale[p], light_.offset[p]);
}

}  // namespace nightstack
