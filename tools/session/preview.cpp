// SPDX-License-Identifier: MIT
#include "tools/session/preview.h"

#include <cstdint>
#include <vector>

#include "io/image_files/png.h"

namespace nightstack::tools {

void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu) {
    StretchOptions options;
    if (white_adu > 0) options.white_level = white_adu;
    const std::vector<ChannelStretch> stretch = auto_stretch(picture, options);
    io::PngFormat format;
    format.width = picture.width;
    format.height = picture.height;
    format.channels = picture.planes;
    io::PngWriter png(file, format);
    const auto width = static_cast<std::size_t>(picture.width);
    const auto planes = static_cast<std::size_t>(picture.planes);
    std::vector<float> values(width);
    std::vector<std::uint16_t> coverage(width);
    std::vector<std::uint8_t> screen(width);
    std::vector<std::uint8_t> row(width * planes);
    for (int y = 0; y < picture.height; ++y) {
        for (std::size_t p = 0; p < planes; ++p) {
            picture.values(static_cast<int>(p), y, values);
            picture.coverage(static_cast<int>(p), y, coverage);
            stretch_row(std::span<std::uint8_t>(screen), values, coverage, stretch[p]);
            for (std::size_t x = 0; x < width; ++x) row[x * planes + p] = screen[x];
        }
        png.write_row(row);
    }
    png.finish();
}

}  // namespace nightstack::tools
