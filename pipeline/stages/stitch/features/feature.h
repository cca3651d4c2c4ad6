// SPDX-License-Identifier: MIT
// A place in a picture that can be found again in another, and what it looks like. Values; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "pipeline/core/geometry.h"

namespace nightstack {

// Histograms of gradients: 4 x 4 cells of 8 directions, each the root of its share of all (Arandjelovic and Zisserman
// 2012, "Three things everyone should know"), times 512, so that unit vectors fit into bytes.
using Description = std::array<std::uint8_t, 128>;

struct Features {
    std::vector<Point> places;  // in pixels of the picture they were looked for in
    std::vector<Description> looks;
    std::size_t size() const { return places.size(); }
};

}  // namespace nightstack
