// SPDX-License-Identifier: MIT
#include "tools/pano/canvas_writer.h"

#include <algorithm>
#include <array>
#include <vector>

#include "pipeline/core/error.h"
#include "tools/pano/code_rows.h"

namespace nightstack::tools {

BandShape bands_within(const Composition& composition, int width, int pixel_bytes, std::size_t memory, int threads) {
    constexpr std::array<BandShape, 4> kShapes = {BandShape{1024, 512}, {512, 512}, {512, 256}, {256, 128}};
    for (const BandShape& s : kShapes) {
        const std::size_t block =
            composition.block_bytes(s.block_width, s.block_height) +
            static_cast<std::size_t>(s.block_width) * static_cast<std::size_t>(s.block_height) * 16;
        const std::size_t band = static_cast<std::size_t>(width) * static_cast<std::size_t>(s.block_height) *
                                 static_cast<std::size_t>(pixel_bytes);
        if (block * static_cast<std::size_t>(threads) + 2 * band <= memory) return s;
    }
    return kShapes.back();
}

void write_canvas(PictureFile& file, const PictureShape& shape, const Composition& composition, const Rect& crop,
                  int planes, const BandShape& bands, Runner& runner, const std::stop_token& stop,
                  const std::function<void(int rows)>& rows_done) {
    const std::size_t pixel = static_cast<std::size_t>(shape.channels) * (shape.sample == io::RowSample::u8    ? 1
                                                                          : shape.sample == io::RowSample::u16 ? 2
                                                                                                               : 4);
    const std::size_t row_bytes = pixel * static_cast<std::size_t>(crop.width);
    std::vector<std::byte> band(row_bytes * static_cast<std::size_t>(bands.block_height));
    const int blocks = (crop.width + bands.block_width - 1) / bands.block_width;
    for (int y = 0; y < crop.height; y += bands.block_height) {
        const int rows = std::min(bands.block_height, crop.height - y);
        runner.run(blocks, 1, [&](int begin, int end) {
            std::array<Image<float>, 3> light;
            Image<float> alpha;
            for (int k = begin; k < end; ++k) {
                if (stop.stop_requested()) throw Interrupted();
                const int x = k * bands.block_width, width = std::min(bands.block_width, crop.width - x);
                std::vector<ImageView<float>> views;
                for (int p = 0; p < planes; ++p) {
                    light[static_cast<std::size_t>(p)].reshape(width, rows);
                    views.push_back(light[static_cast<std::size_t>(p)].view());
                }
                alpha.reshape(width, rows);
                composition.render({crop.x + x, crop.y + y, width, rows}, views, alpha.view());
                for (int row = 0; row < rows; ++row) {
                    std::array<const float*, 3> lines{};
                    for (int p = 0; p < planes; ++p)
                        lines[static_cast<std::size_t>(p)] = light[static_cast<std::size_t>(p)].cview().row_data(row);
                    code_row(
                        std::span(lines).first(static_cast<std::size_t>(planes)), alpha.cview().row_data(row), width,
                        shape.channels, shape.sample,
                        band.data() + static_cast<std::size_t>(row) * row_bytes + static_cast<std::size_t>(x) * pixel,
                        shape.white);
                }
            }
        });
        file.append(std::span(band).first(row_bytes * static_cast<std::size_t>(rows)), rows, runner);
        rows_done(rows);
    }
}

}  // namespace nightstack::tools
