// SPDX-License-Identifier: MIT
// A PNG in memory as a small picture to look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nightstack::io {

struct ReducedPicture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;  // interleaved, top row first
};

// Decoded as sRGB of 8 bits, alpha on black, and means of equal squares of pixels taken until neither side is longer
// than `longest_side`; smaller pictures stay as they are. At most 2^26 pixels, of which 3 bytes each are held. Throws
// FormatError. Any thread.
ReducedPicture reduced_png(std::span<const std::byte> png, int longest_side);

}  // namespace nightstack::io
