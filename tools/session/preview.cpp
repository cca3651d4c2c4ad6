// SPDX-License-Identifier: MIT
#include "tools/session/preview.h"

#include <cstdint>
#include <span>

#include "io/image_files/png.h"
#include "pipeline/stages/display/stretched_rows.h"
#include "tools/version.h"

namespace nightstack::tools {

void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu, PngKind kind, Runner& runner) {
    StretchOptions options;
    if (white_adu > 0) options.white_level = white_adu;
    const StretchedRows rows(picture, auto_stretch(picture, options, runner));
    io::PngFormat format{picture.width, picture.height, picture.planes, 8, kProgram};
    if (kind != PngKind::stretched16) {
        const io::PngRow8 row = [&rows](int y, std::span<std::uint8_t> out) { rows(y, out); };
        return io::write_png(file, format, row, runner);
    }
    format.bits = 16;
    const io::PngRow16 row = [&rows](int y, std::span<std::uint16_t> out) { rows(y, out); };
    io::write_png(file, format, row, runner);
}

}  // namespace nightstack::tools
