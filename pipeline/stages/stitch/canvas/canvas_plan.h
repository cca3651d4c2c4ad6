// SPDX-License-Identifier: MIT
// How a panorama is laid flat: its projection, which way is up, how large the canvas is. Pure function; any thread.
#pragma once

#include <optional>
#include <span>

#include "pipeline/stages/stitch/camera/projection.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"

namespace nightstack {

struct CanvasWish {
    std::optional<ProjectionKind> kind;  // nothing: rectilinear up to 65 degrees each way, cylindrical where it is
                                         // wider but not higher, spherical for more, all round, and near the poles
    double scale = 1;                    // of the sharpest tile's pixels
    double most_pixels = 0;              // of the canvas; 0: any
    int most_side = 0;                   // pixels; 0: any
};

struct CanvasPlan {
    Projection projection;
    int width = 0, height = 0;
    bool whole_circle = false;             // its right edge continues at its left one
    double width_deg = 0, height_deg = 0;  // of the field that is seen
    double scale = 1;                      // as made; whole circles are rounded to 64 pixels
    bool limited = false;                  // smaller than wished, for a limit on sides or pixels
    bool other_kind = false;               // what was wished cannot show this much; spherical does
};

// Every canvas is bounded by what its projection can show of the field: a turned wrong camera cannot ask for more than
// the sphere at this scale has. Cameras that are none (no rotation, no focal length) are as if they were not there;
// without any the canvas is one pixel. No side is longer than 1e9 pixels.
CanvasPlan plan_canvas(std::span<const TileCamera> cameras, const CanvasWish& wish);

}  // namespace nightstack
