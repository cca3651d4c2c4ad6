// SPDX-License-Identifier: MIT
#include "tests/tools/pano/drawn_grid.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "io/files/output_file.h"
#include "pipeline/core/runner.h"

namespace nightstack::test {

namespace fs = std::filesystem;

TileCamera drawn_camera(int row, int column) {
    return grey_camera(24.0 * column - 24, 18.0 * (0.5 - row), 0.3, kDrawnWidth, kDrawnHeight, kDrawnFocal);
}

void write_png8(const fs::path& path, int width, int height, int channels, const io::PngRow8& row) {
    fs::create_directories(path.parent_path());
    io::OutputFile file(path, io::Overwrite::yes);
    io::PngFormat format;
    format.width = width;
    format.height = height;
    format.channels = channels;
    SerialRunner runner;
    io::write_png(file, format, row, runner);
    file.publish();
}

void write_tile(const fs::path& path, const GreyDrawn& tile) {
    write_png8(path, tile.whole.width(), tile.whole.height(), 1, [&](int y, std::span<std::uint8_t> row) {
        std::copy_n(tile.whole.view().row_data(y), row.size(), row.begin());
    });
}

void write_tile(const fs::path& path, unsigned seed) {
    write_tile(path,
               grey_drawn(grey_texture(seed, 0.006), grey_camera(0, 0, 0, kDrawnWidth, kDrawnHeight, kDrawnFocal)));
}

void write_grid(const fs::path& folder, int columns, unsigned seed, const std::string& begin) {
    const GreyScene scene = grey_texture(seed, 0.006);
    for (int row = 0; row < 2; ++row)
        for (int column = 0; column < columns; ++column)
            write_tile(folder / (begin + std::to_string(row) + "_" + std::to_string(column) + ".png"),
                       grey_drawn(scene, drawn_camera(row, column)));
}

}  // namespace nightstack::test
