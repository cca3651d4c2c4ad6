// SPDX-License-Identifier: MIT
// By how much two pictures are shifted against each other when nothing else is known but roughly where the second one
// lies: the shift at which what they have in common correlates best. For pictures with little to hold on to, where a
// faint large structure is all there is. Pure functions; any thread, the same bits on every CPU level.
#pragma once

#include <optional>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

struct ShiftSearch {
    Point expected;                   // where pixel (0, 0) of b should lie in a
    double range_x = 0, range_y = 0;  // and how far from there it may
    double least_overlap = 0.06;      // share of b's area that must lie in a
};

struct ShiftFound {
    Point shift;          // where pixel (0, 0) of b lies in a
    double likeness = 0;  // correlation coefficient of what is common
    double sureness = 0;  // against the best elsewhere: 1 nothing like it, 0 as good
};

// Pictures of one scale, some 100 pixels long. Slow waves are taken out first, so that vignetting is no likeness.
// Nothing where the best place lies at the rim of what was searched, and for ranges that are negative, beyond 2000
// pixels or no numbers.
std::optional<ShiftFound> find_shift(ImageView<const float> a, ImageView<const float> b, const ShiftSearch& search);

// How much a picture shows: the deviation of what is left without slow waves. That of noise alone is small in a picture
// of means over many pixels.
double detail_of(ImageView<const float> picture);

}  // namespace nightstack
