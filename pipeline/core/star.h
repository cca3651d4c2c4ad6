// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace nightstack {

// One detected star. Positions in pixels of the frame as stored (centres at integers).
struct Star {
    double x = 0;
    double y = 0;
    double flux = 0;       // background-subtracted sum in the units of the plane (ADU)
    double peak = 0;       // highest pixel above background, same units
    double fwhm_px = 0;    // geometric mean of both axes
    double roundness = 0;  // minor / major axis, 1 = round
    double snr = 0;        // flux / its noise
    bool saturated = false;
};

// Sorted by (flux descending, y, x), so that equal inputs give equal lists.
using StarList = std::vector<Star>;

}  // namespace nightstack
