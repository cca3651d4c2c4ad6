// SPDX-License-Identifier: MIT
// What light falls on the landscape, and the camera that sees it. Plain values.
#pragma once

#include "device/sim/landscape/colour3.h"

namespace nightstack::device::sim {

struct LandscapeLight {
    // Electrons per pixel and exposure:
    Colour3 day;                         // of the clear sky in the zenith as the Sun alone makes it, twilight included
    Colour3 night;                       // of the sky in the zenith as town and Moon make it
    Colour3 sunlit{0.75F, 1.0F, 0.65F};  // colour in which the camera sees what is white in the Sun
    double sun_azimuth_deg = 180;
    double sun_altitude_deg = 30;
    double clouds = 0.4;  // part of the sky that they take
};

// A rectilinear camera, its rows level.
struct LandscapeCamera {
    double azimuth_deg = 0;  // of the frame's middle
    double altitude_deg = 0;
    double focal_px = 1;
    int width = 0;
    int height = 0;
    double blur_px = 1;  // what is finer than this need not be drawn; at least 1
};

}  // namespace nightstack::device::sim
