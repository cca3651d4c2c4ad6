// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_placement.h"

#include "pipeline/graph/canvas.h"

namespace nightstack {

bool LivePlacement::touches(const Rect& tile) const {
    return !source_region(tile, planes_from_canvas, warp, geometry.width, geometry.height).empty();
}

LivePlacement live_placement(const Transform& ref_from_frame, const StreamFormat& format,
                             const std::array<SkyTilt, 3>& tilt, double canvas_scale, const SamplingOptions& sampling) {
    const Canvas whole{0, 0, format.width, format.height, canvas_scale};
    const Transform frame_from_canvas = ref_from_frame.inverse() * whole.ref_from_canvas();
    LivePlacement out;
    out.geometry = sampled_geometry(format, sampling);
    out.planes_from_canvas = out.geometry.planes_from_frame() * frame_from_canvas;
    out.warp = sampling.warp;
    // A tilt is exact for affine transforms, for others at one point, the same for every tile.
    const Point middle{0.5 * canvas_scale * format.width, 0.5 * canvas_scale * format.height};
    for (std::size_t p = 0; p < 3; ++p) out.tilt[p] = tilt[p].over(frame_from_canvas, middle);
    return out;
}

}  // namespace nightstack
