// SPDX-License-Identifier: MIT
// The air and the light in it: sky background, its gradient and rise, transparency.
#pragma once

#include <cstdint>

#include "pipeline/sky/bands.h"

namespace nightstack::sky {

struct AtmosphereOptions {
    Rgb sky_e{220, 300, 260};  // electrons per pixel and frame at the frame's centre, first frame
    // Relative change of the sky from the left to the right edge and from the top to the bottom edge.
    // It keeps to the frame (alt-az: the horizon stays where it is) and turns with a meridian flip.
    double gradient_x = 0.10;
    double gradient_y = -0.06;
    double rise = 0.15;                 // relative brightening of the sky by the last frame
    double transparency_spread = 0.03;  // each frame loses a random part of the starlight, up to this
    void check() const;                 // throws OptionError
};

// The air of one frame, without clouds.
struct Air {
    double transparency = 1;
    double sky_factor = 1;
};

// A pure function of its arguments.
Air air_at(const AtmosphereOptions& options, int frames, int index, std::uint64_t seed);

}  // namespace nightstack::sky
