// SPDX-License-Identifier: MIT
#include "tools/session/linear_pictures.h"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "io/image_files/png.h"
#include "io/image_files/tiff.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

constexpr int kRowsAtATime = 16;

template <class Sample, class Convert>
void write_rows(io::TiffWriter& writer, const PictureRows& picture, Runner& runner, const Convert& convert) {
    runner.run(picture.height, kRowsAtATime, [&](int begin, int end) {
        std::vector<float> values(static_cast<std::size_t>(picture.width));
        Image<Sample> row(picture.width, picture.planes);
        std::vector<ImageView<const Sample>> views;
        for (int p = 0; p < picture.planes; ++p) views.push_back(row.cview().cropped({0, p, picture.width, 1}));
        for (int y = begin; y < end; ++y) {
            for (int p = 0; p < picture.planes; ++p) {
                picture.values(p, y, values);
                std::transform(values.begin(), values.end(), row.view().row_data(p), convert);
            }
            writer.write_rows(y, std::span<const ImageView<const Sample>>(views));
        }
    });
    writer.finish();
}

}  // namespace

LinearScale scale_of(const PictureRows& picture, Runner& runner) {
    float low = 0;
    float high = 0;
    std::mutex mutex;
    runner.run(picture.height, kRowsAtATime, [&](int begin, int end) {
        std::vector<float> values(static_cast<std::size_t>(picture.width));
        for (int y = begin; y < end; ++y) {
            for (int p = 0; p < picture.planes; ++p) {
                picture.values(p, y, values);
                const auto [least, most] = std::minmax_element(values.begin(), values.end());
                const std::lock_guard lock(mutex);
                low = std::min(low, *least);
                high = std::max(high, *most);
            }
        }
    });
    return scale_for(static_cast<double>(low), static_cast<double>(high));
}

void write_linear_png(io::OutputFile& file, const PictureRows& picture, const LinearScale& scale, Runner& runner) {
    const io::PngRow16 fill = [&](int y, std::span<std::uint16_t> row) {
        std::vector<float> values(static_cast<std::size_t>(picture.width));
        for (int p = 0; p < picture.planes; ++p) {
            picture.values(p, y, values);
            std::uint16_t* to = row.data() + p;
            for (const float v : values) {
                *to = scale.stored(v);
                to += picture.planes;
            }
        }
    };
    io::write_png(file, {picture.width, picture.height, picture.planes, 16, kProgram}, fill, runner);
}

void write_tiff(io::OutputFile& file, const PictureRows& picture, const std::optional<LinearScale>& scale,
                Runner& runner) {
    io::TiffWriter writer(file, {picture.width, picture.height, picture.planes,
                                 scale ? io::TiffSample::uint16 : io::TiffSample::float32, kProgram});
    if (scale) return write_rows<std::uint16_t>(writer, picture, runner, [&](float v) { return scale->stored(v); });
    write_rows<float>(writer, picture, runner, [](float v) { return v; });
}

}  // namespace nightstack::tools
