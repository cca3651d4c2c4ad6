// SPDX-License-Identifier: MIT
// Whether the numbers of a tile can have come from samples at all. A file may say anything; what the live stack
// computes with must stay within the bounds its exactness stands on (live_sample.h), or a count would lead beyond a
// table.
#pragma once

#include <cstddef>
#include <string>

#include "pipeline/stages/live/live_tile.h"

namespace nightstack::tools {

// "" when they can, else what is wrong. With that many frames in the closed blocks and in the open one.
std::string tile_nonsense(const LiveTile& tile, std::size_t closed_frames, int open_frames);

}  // namespace nightstack::tools
