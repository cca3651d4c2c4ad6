// SPDX-License-Identifier: MIT
// The largest rectangle that lies wholly in what is covered. Pure functions.
#pragma once

#include <cstdint>
#include <functional>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

// By area; of several the one that ends first going down, then to the right. Empty where nothing is covered.
// Time and memory as cells and columns.
Rect max_rectangle(ImageView<const std::uint8_t> covered);

// Takes rows and columns off the sides of `rect` until each of the four lines along its edges (one pixel wide or high)
// is wholly covered. `covered_part` tells how much of a line is, from 0 to 1: the side with the least gives way first.
Rect shrunk_to_covered(Rect rect, const std::function<double(const Rect& line)>& covered_part);

}  // namespace nightstack
