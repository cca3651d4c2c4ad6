// SPDX-License-Identifier: MIT
// How the sky moves over the sensor in the course of a night: drift and field rotation, from where frames were laid.
// Pure.
//
// Drift is the motion of what the middle of the reference shows, in pixels of the frames as presented (x to the right,
// y downwards). Rotation is that of the whole field about it, positive from the x axis towards the y axis: clockwise as
// seen. The robust line of robust_line.h through each of x, y and angle against time.
//
// A frame that is turned by more than 90 degrees against the one before (the scope was moved, a mount has gone over the
// meridian) begins anew: only the frames since then count.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"

namespace nightstack {

struct PlacedFrame {
    double time_s = 0;  // middle of its exposure, by any clock that does not jump
    Transform ref_from_frame;
};

struct FieldMotion {
    double x_px_per_min = 0, y_px_per_min = 0;
    double x_error = 0, y_error = 0;  // standard errors, if the scatter about the lines is white
    double px_per_min = 0;            // length of (x, y)
    double px_error = 0;              // along that direction
    double direction_deg = 0;         // of (x, y): 0 to the right, 90 downwards, -180 to 180
    double turn_deg_per_min = 0;
    double turn_error = 0;
    double scatter_px = 0;  // of one frame about the lines: dithering, wind, a mount's periodic error
    int frames = 0;         // that counted
};

// `frames` in order of time; `middle` of the reference in its pixels. Nothing for fewer than 5 since the last turn, or
// all at one time. Throws FormatError when a transform cannot be inverted.
std::optional<FieldMotion> field_motion(std::span<const PlacedFrame> frames, Point middle);

}  // namespace nightstack
