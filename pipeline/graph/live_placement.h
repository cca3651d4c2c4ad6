// SPDX-License-Identifier: MIT
// Where a light lies on the canvas of the live stack, for the sampler and for the replay of a light that was stacked
// before. Pure functions.
#pragma once

#include <array>

#include "pipeline/core/frame.h"
#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/sample_light.h"
#include "pipeline/stages/integrate/sky_tilt.h"

namespace nightstack {

// Where a light's planes lie on the canvas, and its tilts in canvas pixels.
struct LivePlacement {
    PlaneGeometry geometry;
    Transform planes_from_canvas;
    std::array<SkyTilt, 3> tilt;
    WarpKind warp = WarpKind::lanczos;
    // False where the tile has nothing of the light: the corners of the box about a turned one.
    bool touches(const Rect& tile) const;
};
LivePlacement live_placement(const Transform& ref_from_frame, const StreamFormat& format,
                             const std::array<SkyTilt, 3>& tilt, double canvas_scale, const SamplingOptions& sampling);

}  // namespace nightstack
