// SPDX-License-Identifier: MIT
// Baseline JPEG from pixels in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/image_files/rows_writer.h"

namespace nightstack::io {

// `rgb`: width * height * 3 samples, interleaved, top row first. Chroma is halved (4:2:0), JFIF header, no EXIF.
// Quality 1 to 100. Throws OptionError for sizes JPEG cannot hold or that do not fit the samples. Any thread.
std::string jpeg_bytes(int width, int height, std::span<const std::uint8_t> rgb, int quality);

// As jpeg_rows_writer() writes it, but for the restart markers; XMP is left out. Throws as it does.
std::vector<std::uint8_t> jpeg_bytes(const JpegFormat& format, std::span<const std::uint8_t> samples);

}  // namespace nightstack::io
