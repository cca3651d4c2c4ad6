// SPDX-License-Identifier: MIT
#include "tools/session/preview.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/image_files/png.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

template <class Sample>
auto stretched_rows(const PictureRows& picture, const std::vector<ChannelStretch>& stretch) {
    return [&picture, &stretch](int y, std::span<Sample> row) {
        const auto width = static_cast<std::size_t>(picture.width);
        const auto planes = static_cast<std::size_t>(picture.planes);
        std::vector<float> values(width);
        std::vector<std::uint16_t> coverage(width);
        std::vector<Sample> screen(width);
        for (std::size_t p = 0; p < planes; ++p) {
            picture.values(static_cast<int>(p), y, values);
            picture.coverage(static_cast<int>(p), y, coverage);
            stretch_row(screen, values, coverage, stretch[p]);
            Sample* to = row.data() + p;
            for (const Sample v : screen) {
                *to = v;
                to += planes;
            }
        }
    };
}

}  // namespace

void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu, PngKind kind, Runner& runner) {
    StretchOptions options;
    if (white_adu > 0) options.white_level = white_adu;
    const std::vector<ChannelStretch> stretch = auto_stretch(picture, options, runner);
    io::PngFormat format{picture.width, picture.height, picture.planes, 8, kProgram};
    if (kind != PngKind::stretched16)
        return io::write_png(file, format, io::PngRow8(stretched_rows<std::uint8_t>(picture, stretch)), runner);
    format.bits = 16;
    io::write_png(file, format, io::PngRow16(stretched_rows<std::uint16_t>(picture, stretch)), runner);
}

}  // namespace nightstack::tools
