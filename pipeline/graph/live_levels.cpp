// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_levels.h"

#include "pipeline/graph/canvas.h"

namespace nightstack {

LivePlacement live_placement(const Transform& ref_from_frame, const StreamFormat& format,
                             const std::array<SkyTilt, 3>& tilt, double canvas_scale, const SamplingOptions& sampling) {
    const Canvas whole{0, 0, format.width, format.height, canvas_scale};
    const Transform frame_from_canvas = ref_from_frame.inverse() * whole.ref_from_canvas();
    LivePlacement out;
    out.planes_from_canvas = sampled_geometry(format, sampling).planes_from_frame() * frame_from_canvas;
    // A tilt is exact for affine transforms, for others at one point, the same for every tile.
    const Point middle{0.5 * canvas_scale * format.width, 0.5 * canvas_scale * format.height};
    for (std::size_t p = 0; p < 3; ++p) out.tilt[p] = tilt[p].over(frame_from_canvas, middle);
    return out;
}

void bring_to_level(ImageView<float> samples, const Rect& tile, const SkyTilt& tilt, float scale, float offset) {
    add_tilt(samples, tile, tilt, static_cast<double>(scale));
    for (int y = 0; y < tile.height; ++y) {
        for (float& v : samples.row(y)) v = v * scale + offset;
    }
}

}  // namespace nightstack
