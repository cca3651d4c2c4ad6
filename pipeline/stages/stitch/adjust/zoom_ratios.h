// SPDX-License-Identifier: MIT
// By how much tiles were zoomed against each other, from how large common places appear. Pure function; any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

// The natural logarithm of each tile's focal length against the mean of all; good to a few percent, for wide fields
// stretch towards their edges. Least squares over the spreads of the places of all links.
std::vector<double> zoom_ratios(int tiles, std::span<const TileLink> links);

}  // namespace nightstack
