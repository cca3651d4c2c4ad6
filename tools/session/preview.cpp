// SPDX-License-Identifier: MIT
#include "tools/session/preview.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "io/image_files/png.h"

namespace nightstack::tools {

namespace {

// `to_screen(out, plane, y)` fills one row of one plane.
template <class Sample, class ToScreen>
void write_rows(io::OutputFile& file, const PictureRows& picture, const ToScreen& to_screen) {
    const io::PngFormat format{picture.width, picture.height, picture.planes, 8 * static_cast<int>(sizeof(Sample))};
    io::PngWriter png(file, format);
    const auto width = static_cast<std::size_t>(picture.width);
    const auto planes = static_cast<std::size_t>(picture.planes);
    std::vector<Sample> screen(width);
    std::vector<Sample> row(width * planes);
    for (int y = 0; y < picture.height; ++y) {
        for (std::size_t p = 0; p < planes; ++p) {
            to_screen(std::span<Sample>(screen), static_cast<int>(p), y);
            for (std::size_t x = 0; x < width; ++x) row[x * planes + p] = screen[x];
        }
        png.write_row(std::span<const Sample>(row));
    }
    png.finish();
}

template <class Sample>
void write_stretched(io::OutputFile& file, const PictureRows& picture, const std::vector<ChannelStretch>& stretch) {
    std::vector<float> values(static_cast<std::size_t>(picture.width));
    std::vector<std::uint16_t> coverage(values.size());
    write_rows<Sample>(file, picture, [&](std::span<Sample> out, int plane, int y) {
        picture.values(plane, y, values);
        picture.coverage(plane, y, coverage);
        stretch_row(out, values, coverage, stretch[static_cast<std::size_t>(plane)]);
    });
}

}  // namespace

void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu, PngKind kind) {
    StretchOptions options;
    if (white_adu > 0) options.white_level = white_adu;
    const std::vector<ChannelStretch> stretch = auto_stretch(picture, options);
    if (kind == PngKind::stretched16) return write_stretched<std::uint16_t>(file, picture, stretch);
    write_stretched<std::uint8_t>(file, picture, stretch);
}

void write_linear_png(io::OutputFile& file, const PictureRows& picture, const LinearScale& scale) {
    std::vector<float> values(static_cast<std::size_t>(picture.width));
    write_rows<std::uint16_t>(file, picture, [&](std::span<std::uint16_t> out, int plane, int y) {
        picture.values(plane, y, values);
        std::transform(values.begin(), values.end(), out.begin(), [&](float v) { return scale.stored(v); });
    });
}

}  // namespace nightstack::tools
