// SPDX-License-Identifier: MIT
// Finds where a small patch of one picture lies in another, to hundredths of a pixel: Lucas and Kanade 1981 in the form
// of Baker and Matthews 2004 ("Lucas-Kanade 20 years on", inverse compositional: slopes are the template's), shift
// only, whatever the brightness and contrast of the two. Pure functions; any thread.
#pragma once

#include <array>
#include <optional>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

inline constexpr int kPatchRadius = 9;

struct PatchPlace {
    Point b;              // pixels of the second picture
    double sigma_px = 0;  // per axis, from what is left and the slopes
    double likeness = 0;  // correlation coefficient, 1 at best
};

struct PatchAim {
    Point a;                                     // in pixels of the first picture; its nearest pixel is the middle
    Point b;                                     // where that pixel should lie in the second
    std::array<double, 4> b_from_a{1, 0, 0, 1};  // how steps in a become steps in b, row by row
    double most_px = 4;                          // further away from `b` it is not looked for
    double rest_px = 0.004;                      // found when a step is shorter; what is left is far less
};

// Where the middle pixel `rounded(aim.a)` lies in `b`. Nothing where the patch or the place leave the pictures, where
// there is nothing to hold on to, or where the search does not come to rest. Both pictures should be equally blurred.
std::optional<PatchPlace> fit_patch(ImageView<const float> a, ImageView<const float> b, const PatchAim& aim);

// The pixel a patch at `p` is about.
Point rounded(Point p);

}  // namespace nightstack
