// SPDX-License-Identifier: MIT
// What a solved field shows: which way north is, what has a name in it; and the same for pictures on another grid. Pure
// functions; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/graph/canvas.h"
#include "pipeline/stages/astrometry/wcs.h"
#include "tools/night/show/night_state.h"

namespace nightstack::tools {

// Which way it goes from the middle of the picture towards a pole or the east: from up to left, -180 to 180.
struct FieldCompass {
    double north_deg = 0, east_deg = 0;
    bool mirrored() const;  // east is to the right of north
};
FieldCompass compass_of(const Wcs& wcs, int width, int height);

inline constexpr std::size_t kMostFieldObjects = 20;

// Named things whose middle lies in the picture, brightest first, at most `most`; `x`, `y` in its pixels.
std::vector<NightSky::Object> objects_in(const Wcs& wcs, int width, int height, std::size_t most = kMostFieldObjects);

// Of the reference (rows as presented) on the grid of a product.
Wcs wcs_on(const Wcs& reference, const Canvas& canvas);
// Of a picture that is shown smaller or larger: `factor` pixels for each.
Wcs wcs_shown(const Wcs& wcs, double factor);

}  // namespace nightstack::tools
