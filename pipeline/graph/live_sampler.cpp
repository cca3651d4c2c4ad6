// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_sampler.h"

#include "pipeline/graph/canvas.h"
#include "pipeline/stages/integrate/level_tile.h"

namespace nightstack {

LiveSampler::LiveSampler(const AcceptedLight& light, const LivePlanes& planes, double canvas_scale,
                         const SamplingOptions& sampling)
    : light_(light),
      count_(static_cast<std::size_t>(planes.count)),
      geometry_(sampled_geometry(light.light->format, sampling)),
      kind_(sampling.warp) {
    const StreamFormat& format = light.light->format;
    const Canvas whole{0, 0, format.width, format.height, canvas_scale};
    const Transform frame_from_canvas = light.ref_from_frame.inverse() * whole.ref_from_canvas();
    planes_from_canvas_ = geometry_.planes_from_frame() * frame_from_canvas;
    // A tilt is exact for affine transforms, for others at one point, the same for every tile.
    const Point middle{0.5 * canvas_scale * format.width, 0.5 * canvas_scale * format.height};
    for (std::size_t p = 0; p < count_; ++p) {
        planes_[p] = planes.planes[p].cview();
        tilt_[p] = light.tilt[p].over(frame_from_canvas, middle);
    }
}

void LiveSampler::fill(const Rect& tile, std::span<const ImageView<float>> out) const {
    const Rect whole{0, 0, geometry_.width, geometry_.height};
    warp(out, tile, {std::span(planes_).first(count_), whole, geometry_.width, geometry_.height}, planes_from_canvas_,
         kind_);
    for (std::size_t p = 0; p < count_; ++p) bring_to_level(out[p], tile, tilt_[p], light_.scale[p], light_.offset[p]);
}

bool LiveSampler::touches(const Rect& tile) const {
    return !source_region(tile, planes_from_canvas_, kind_, geometry_.width, geometry_.height).empty();
}

}  // namespace nightstack
