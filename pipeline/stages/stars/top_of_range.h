// SPDX-License-Identifier: MIT
// What the raw pixels of a plane reach at most, and whether they pile up there: where a camera saturates
// is seen in the frame itself, since headers do not tell it. Pure, safe in any thread.
#pragma once

#include <cstddef>

#include "pipeline/core/image.h"

namespace nightstack {

// In the units of the plane. NaN and infinities count for nothing; with no finite pixel all is zero.
struct TopOfRange {
    float lowest = 0;
    float highest = 0;
    std::size_t at_highest = 0;  // pixels of exactly that value
    std::size_t finite = 0;

    // A saturated camera leaves several pixels at exactly its highest value; the brightest star of an
    // unsaturated frame is one pixel.
    bool piles_up() const { return at_highest >= 4; }
};

// Further rows of the same plane, for callers that go on with them while they are in cache.
void add_rows(TopOfRange& top, ImageView<const float> plane);
TopOfRange top_of_range(ImageView<const float> plane);

}  // namespace nightstack
