// SPDX-License-Identifier: MIT
// What a live sampler does to a light's samples besides reading them, shared with the replay of a light that was
// stacked before. Pure functions.
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
    Transform planes_from_canvas;
    std::array<SkyTilt, 3> tilt;
};
LivePlacement live_placement(const Transform& ref_from_frame, const StreamFormat& format,
                             const std::array<SkyTilt, 3>& tilt, double canvas_scale, const SamplingOptions& sampling);

// To the reference's level, in place.
void bring_to_level(ImageView<float> samples, const Rect& tile, const SkyTilt& tilt, float scale, float offset);

}  // namespace nightstack
