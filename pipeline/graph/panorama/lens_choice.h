// SPDX-License-Identifier: MIT
// How much of a lens the links justify. Pure function; any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/adjust/bundle.h"

namespace nightstack {

// Adjusts `cameras` with a focal length alone, then with bending; what bends is kept only where it explains the places.
// Between hand-held pictures most of what is left comes from things near and far, which a bent lens takes up readily
// and wrongly. `focal_known`: somebody has said it, or the links determine it; else it is held near where it is.
BundleReport adjust_with_lens(std::vector<BundleCamera>& cameras, std::span<const TileLink> links, bool focal_known);

}  // namespace nightstack
