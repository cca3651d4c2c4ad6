// SPDX-License-Identifier: MIT
// Tiles of a TIFF as they are before deflate, and deflated. Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "io/pano_files/block_writer.h"

namespace nightstack::io {

// The samples of a block at the upper left of a whole tile of grid.block a side; what lies beyond repeats the last
// column and row, which deflates to nothing.
std::vector<std::byte> whole_tile(const BlockGrid& grid, const Rect& place, std::span<const std::byte> samples);

// TIFF 6.0 section 14 for integers (2), Adobe Photoshop TIFF technical note 3 for floats (3), in place.
void predict(const BlockGrid& grid, std::span<std::byte> tile);

// A zlib stream (RFC 1950).
std::vector<std::byte> deflated(std::span<const std::byte> bytes);

}  // namespace nightstack::io
