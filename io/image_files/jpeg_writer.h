// SPDX-License-Identifier: MIT
// Baseline JPEG from pixels in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace nightstack::io {

// `rgb`: width * height * 3 samples, interleaved, top row first. Chroma is halved (4:2:0), JFIF header, no EXIF.
// Quality 1 to 100. Throws OptionError for sizes JPEG cannot hold or that do not fit the samples. Any thread.
std::string jpeg_bytes(int width, int height, std::span<const std::uint8_t> rgb, int quality);

}  // namespace nightstack::io
