// SPDX-License-Identifier: MIT
// Where lights lie on the canvas of the live stack, whose pixel (0, 0) is the first of the reference's planes; and how
// large it can become. Pure functions.
#pragma once

#include <cstddef>
#include <span>

#include "pipeline/core/frame.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/canvas.h"
#include "pipeline/stages/live/live_stack.h"

namespace nightstack {

// A canvas in pixels of the live stack, and the same as reports and headers tell it.
struct LiveCanvas {
    Rect pixels;
    Canvas canvas;
};

// What a run shows of the lights with these transforms, all of one size; `scale` is canvas pixels per pixel of the
// frame. Throws OptionError as plan_canvas does.
LiveCanvas live_canvas(std::span<const Transform> ref_from_frame, int width, int height, Framing framing, double scale);
// The same of lights on a reference that need not be one of them, or of their size. Of all framings but max only its
// field is stacked, so that common is what the lights share in it.
LiveCanvas live_canvas(std::span<const Transform> ref_from_frame, const StreamFormat& light,
                       const StreamFormat& reference, Framing framing, double scale);

// Where one light falls, no more than the framing has use for; may be empty.
Rect live_footprint(const Transform& ref_from_frame, int width, int height, Framing framing, double scale);
// The same where the reference may be of another size than the light.
Rect live_footprint(const Transform& ref_from_frame, const StreamFormat& light, const StreamFormat& reference,
                    Framing framing, double scale);

// Memory of the stack: with the reference's field alone, and when the field turns all the way round about its middle,
// which is the most that a mount which follows one target can make of it. Equal unless all is shown that any light saw.
struct LiveStackBytes {
    std::size_t least = 0;
    std::size_t most = 0;
    int most_width = 0, most_height = 0;  // of the canvas that needs it
};
LiveStackBytes live_stack_bytes(int width, int height, Framing framing, double scale, const LiveStackOptions& options);

}  // namespace nightstack
