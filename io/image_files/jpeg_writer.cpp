// SPDX-License-Identifier: MIT
#include "io/image_files/jpeg_writer.h"

#include "io/image_files/jpeg_encode.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

std::string jpeg_bytes(int width, int height, std::span<const std::uint8_t> rgb, int quality) {
    const bool fits = width >= 1 && height >= 1 && width <= 65500 && height <= 65500 && quality >= 1 &&
                      quality <= 100 &&
                      rgb.size() == std::size_t{3} * static_cast<unsigned>(width) * static_cast<unsigned>(height);
    if (!fits)
        throw OptionError("JPEG: cannot write " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels of quality " + std::to_string(quality) + " from " + std::to_string(rgb.size()) +
                          " samples");
    const std::vector<std::uint8_t> bytes =
        encoded_jpeg({.width = width, .rows = height, .quality = quality}, rgb.data());
    return {bytes.begin(), bytes.end()};
}

std::vector<std::uint8_t> jpeg_bytes(const JpegFormat& format, std::span<const std::uint8_t> samples) {
    format.check();
    const auto pixels = static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.height);
    if (samples.size() != pixels * static_cast<std::size_t>(format.channels))
        throw OptionError("JPEG: " + std::to_string(samples.size()) + " samples do not fit the picture");
    const JpegPlan plan{.width = format.width,
                        .rows = format.height,
                        .channels = format.channels,
                        .quality = format.quality,
                        .full_chroma = format.full_chroma()};
    return encoded_jpeg(plan, samples.data());
}

}  // namespace nightstack::io
