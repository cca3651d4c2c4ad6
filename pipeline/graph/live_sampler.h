// SPDX-License-Identifier: MIT
// One light's samples on a tile of the live stack: warped from its planes and brought to the reference's level.
#pragma once

#include <span>

#include "pipeline/core/image.h"
#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/live_light.h"
#include "pipeline/graph/live_placement.h"

namespace nightstack {

// `fill` may be called from several threads at once. Both arguments of the constructor are borrowed.
class LiveSampler {
public:
    // `canvas_scale` is canvas pixels per pixel of the frame, the canvas begins where the reference does.
    LiveSampler(const AcceptedLight& light, const LivePlanes& planes, double canvas_scale,
                const SamplingOptions& sampling);

    // NaN where the light has nothing.
    void fill(const Rect& tile, std::span<const ImageView<float>> out) const;
    // False where all of the tile would be NaN: the corners of the box about a turned light.
    bool touches(const Rect& tile) const { return placed_.touches(tile); }

private:
    const AcceptedLight& light_;
    std::array<ImageView<const float>, 3> planes_;
    std::size_t count_;
    LivePlacement placed_;
};

}  // namespace nightstack
