// SPDX-License-Identifier: MIT
// Places that lie on something near, taken out of links between hand-held tiles. Pure function; any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/adjust/bundle.h"

namespace nightstack {

// Keeps of each link the places that one turn explains with the lenses as they are, where these are enough to hold it
// and come from more squares than the others. Tells whether any link has changed.
bool drop_near_things(std::span<const BundleCamera> cameras, std::span<TileLink> links);

}  // namespace nightstack
