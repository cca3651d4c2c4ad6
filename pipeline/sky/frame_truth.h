// SPDX-License-Identifier: MIT
// What a frame shows: where the camera looked, through what air and lens, what went wrong. Plain values; together with
// a Scene and a SensorModel all that a renderer needs (render.h).
#pragma once

#include <vector>

#include "pipeline/core/distortion.h"
#include "pipeline/core/transform.h"
#include "pipeline/sky/anomalies.h"
#include "pipeline/sky/bands.h"
#include "pipeline/sky/scene.h"

namespace nightstack::sky {

struct TrueStar {
    double x = 0;  // in this frame
    double y = 0;
    Rgb flux_e;           // as it arrives: through this frame's air, before the sensor's flat
    int scene_index = 0;  // into Scene::stars, the same star in all frames
};

struct FrameTruth {
    Transform frame_from_scene;  // to the ideal plane, which the lens bends; rigid, or nearly so
    RadialDistortion lens;       // the same in all frames
    double fwhm_px = 0;
    double transparency = 1;  // all losses together
    Rgb sky_e;                // electrons per pixel at the frame's centre
    double gradient_x = 0;    // relative change of the sky from left to right and from top to bottom
    double gradient_y = 0;
    bool flipped = false;
    FrameAnomalies anomalies;
    std::vector<TrueStar> stars;  // those whose centre lies in the frame, in the scene's order

    // Where a place of the scene is seen in the frame.
    Point seen(Point scene) const {
        const Point ideal = frame_from_scene(scene);
        return lens.none() ? ideal : lens.frame_from_ideal(ideal);
    }
};

// What FrameTruth::stars holds for a frame of this size.
std::vector<TrueStar> stars_in_frame(const Scene& scene, const FrameTruth& frame, int width, int height);

}  // namespace nightstack::sky
