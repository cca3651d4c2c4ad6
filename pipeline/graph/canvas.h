// SPDX-License-Identifier: MIT
// The grid of the result: which part of the sky it covers and how fine it is, in pixels of the
// reference frame.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/distortion.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// max: everything any frame saw. reference: the reference frame. common: what all frames saw.
enum class Framing { max, reference, common };

struct Canvas {
    int x0 = 0;  // left edge of the canvas in reference pixels (its pixel 0 covers [x0-0.5, ...))
    int y0 = 0;
    int width = 0;  // canvas pixels
    int height = 0;
    double scale = 1;  // canvas pixels per reference pixel: 1, or 0.5 for superpixel demosaic

    // Canvas pixel (cx, cy) is centred at x0 + (cx + 0.5) / scale - 0.5 of the reference frame.
    Transform ref_from_canvas() const {
        return Transform({1 / scale, 0, x0 - 0.5 + 0.5 / scale, 0, 1 / scale, y0 - 0.5 + 0.5 / scale, 0, 0, 1});
    }
};

// A canvas side may be this long at most; a night that asks for more has a wrong transform.
inline constexpr int kMaxCanvasSide = 65536;

// `ref_from_frame` of every accepted frame, the reference's own (identity) among them; all frames
// are width x height. With a `lens` the transforms act between ideal planes and the frames' edges are bent. Throws
// OptionError when the frames share nothing (common) or the canvas would exceed kMaxCanvasSide.
Canvas plan_canvas(std::span<const Transform> ref_from_frame, int width, int height, Framing framing, double scale,
                   const std::optional<RadialDistortion>& lens = std::nullopt);

}  // namespace nightstack
