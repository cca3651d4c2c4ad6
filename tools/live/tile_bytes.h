// SPDX-License-Identifier: MIT
// A tile of the live stack as bytes, and back. Pure functions; several tiles may be worked on at the same time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "pipeline/stages/live/live_stack.h"

namespace nightstack::tools {

// Whether the open block is there, too; without frames in it, it is not.
enum class OpenBlocks { none, kept };

std::size_t tile_bytes(int planes, int depth, OpenBlocks open);

std::vector<std::byte> encoded_tile(LiveStack::TilePlace place, const LiveTile& tile, OpenBlocks open);

struct PlacedTile {
    LiveStack::TilePlace place;
    std::unique_ptr<LiveTile> tile;
};

// `bytes` are as many as tile_bytes says. Throws FormatError for a place no canvas reaches.
PlacedTile decoded_tile(std::span<const std::byte> bytes, int planes, int depth, OpenBlocks open);

}  // namespace nightstack::tools
