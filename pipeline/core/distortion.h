// SPDX-License-Identifier: MIT
// How a lens bends the picture: every point of a frame lies nearer to the centre or farther from it than on the ideal
// plane, where straight lines are straight and cameras that turn are related by a 3x3. A value; no thread rule.
//   ideal = centre + (frame - centre) (1 + k1 r^2 + k2 r^4),  r = |frame - centre| / radius_px
// (the even terms of D. C. Brown 1966, "Decentering distortion of lenses", in the direction from the frame to the ideal
// plane). k1 < 0: pincushion in the frame, k1 > 0: barrel. Beyond r = 1, where no pixel is, the scale along a radius
// goes on as it is at r = 1, so that every point of either plane has exactly one partner.
#pragma once

#include "pipeline/core/geometry.h"

namespace nightstack {

struct RadialDistortion {
    Point centre;
    double radius_px = 1;
    double k1 = 0;
    double k2 = 0;

    // About the middle of a frame, a corner's pixel centre at r = 1.
    static RadialDistortion about_middle(int width, int height, double k1, double k2 = 0);

    bool none() const { return k1 == 0 && k2 == 0; }
    // Whether the scale along a radius stays above a fifth of that at the centre, up to r = 1. Only then do the two
    // below belong together.
    bool sound() const;
    Point ideal_from_frame(Point frame) const;
    Point frame_from_ideal(Point ideal) const;  // good to 1e-9 px

    friend bool operator==(const RadialDistortion&, const RadialDistortion&) = default;
};

}  // namespace nightstack
