// SPDX-License-Identifier: MIT
// What a JPEG of a stream may ask of us. Plain values.
#pragma once

#include <cstdint>

namespace nightstack {

struct DecodeLimits {
    int side = 8192;                                     // pixels
    std::uint64_t pixels = std::uint64_t{1} << 25;       // known before anything is decoded
    std::uint64_t held_pixels = std::uint64_t{1} << 23;  // of a progressive picture, whose coefficients are all held
    int scans = 100;
    // Each scan goes through the whole picture: so many pixels may all scans together pass. 64 scans of 1920x1080.
    std::uint64_t scanned_pixels = std::uint64_t{1} << 27;
};

}  // namespace nightstack
