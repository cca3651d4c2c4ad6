// SPDX-License-Identifier: MIT
// Where the telescope points from frame to frame. Frame 0 defines the scene's coordinates.
#pragma once

#include <cstdint>

#include "pipeline/core/transform.h"

namespace nightstack::sky {

struct MountOptions {
    double drift_x_px = 12;  // of the stars, from the first to the last frame
    double drift_y_px = -7;
    double dither_px = 1.5;      // radius of the disc of random offsets, one for each frame
    double rotation_deg = 3;     // of the field about the frame's centre, from the first to the last frame
    bool meridian_flip = false;  // the second half of the night is turned by 180 degrees
    void check() const;          // throws OptionError
};

struct Pointing {
    Transform frame_from_scene;  // rigid; identity for frame 0
    bool flipped = false;
};

// A pure function of its arguments.
Pointing pointing_at(const MountOptions& options, int width, int height, int frames, int index, std::uint64_t seed);

// How far outside frame 0 any frame of the night can look.
int margin_for(const MountOptions& options, int width, int height);

}  // namespace nightstack::sky
