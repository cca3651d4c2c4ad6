// SPDX-License-Identifier: MIT
#include "tools/night/show/night_picture.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "io/image_files/png.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/display/stretched_rows.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Values = ImageView<const float>;
using Coverage = ImageView<const std::uint16_t>;

struct Planes {
    std::vector<Values> values;
    std::vector<Coverage> coverage;
};

Planes part_of(const LivePicture& picture, const Rect& region) {
    const Rect part = intersected(region, picture.canvas);
    if (part.empty()) throw OptionError("nothing of the region to be shown is in the picture");
    const Rect pixels{part.x - picture.canvas.x, part.y - picture.canvas.y, part.width, part.height};
    Planes planes;
    for (const LivePicture::Plane& plane : picture.planes) {
        planes.values.push_back(plane.value.cview().cropped(pixels));
        planes.coverage.push_back(plane.coverage.cview().cropped(pixels));
    }
    return planes;
}

struct Reduced {
    Image<float> value;
    Image<std::uint16_t> coverage;  // 1 where there is any
};

// Row y of the smaller picture from `factor` rows: first down the columns, which a compiler does for several at once.
void reduce_row(Reduced& out, int y, const Values& value, const Coverage& coverage, int factor) {
    const int width = value.width();
    std::vector<float> sum(static_cast<std::size_t>(width)), count(sum.size());
    for (int row = y * factor; row < std::min(value.height(), (y + 1) * factor); ++row) {
        const float* v = value.row_data(row);
        const std::uint16_t* c = coverage.row_data(row);
        for (int x = 0; x < width; ++x) {
            const auto i = static_cast<std::size_t>(x);
            sum[i] += c[x] == 0 ? 0.0F : v[x];
            count[i] += c[x] == 0 ? 0.0F : 1.0F;
        }
    }
    float* to = out.value.view().row_data(y);
    std::uint16_t* covered = out.coverage.view().row_data(y);
    for (int x = 0; x < out.value.width(); ++x) {
        float total = 0, seen = 0;
        for (int i = x * factor; i < std::min(width, (x + 1) * factor); ++i) {
            total += sum[static_cast<std::size_t>(i)];
            seen += count[static_cast<std::size_t>(i)];
        }
        to[x] = seen > 0 ? total / seen : 0;
        covered[x] = seen > 0 ? 1 : 0;
    }
}

Reduced reduced(const Values& value, const Coverage& coverage, int factor, Runner& runner) {
    const int width = (value.width() + factor - 1) / factor;
    const int height = (value.height() + factor - 1) / factor;
    Reduced out{Image<float>(width, height), Image<std::uint16_t>(width, height)};
    parallel_rows(runner, height, [&](int y) { reduce_row(out, y, value, coverage, factor); });
    return out;
}

// Of one plane all three samples are alike.
std::vector<std::uint8_t> all_rows(const StretchedRows& rows, const io::PngFormat& format) {
    const auto width = static_cast<std::size_t>(format.width), planes = static_cast<std::size_t>(format.channels);
    std::vector<std::uint8_t> row(width * planes), rgb;
    rgb.reserve(width * 3 * static_cast<std::size_t>(format.height));
    for (int y = 0; y < format.height; ++y) {
        rows(y, row);
        for (std::size_t i = 0; i < width * 3; ++i) rgb.push_back(row[planes == 3 ? i : i / 3]);
    }
    return rgb;
}

}  // namespace

std::vector<std::byte> night_picture(const LivePicture& picture, const Rect& region, const NightPictureOptions& options,
                                     Runner& runner) {
    if (options.most_px < 1) throw OptionError("a picture of " + std::to_string(options.most_px) + " pixels");
    Planes planes = part_of(picture, region);
    StretchOptions stretch_options;
    if (options.white_adu > 0) stretch_options.white_level = options.white_adu;
    std::vector<ChannelStretch> stretch =
        auto_stretch(rows_of(planes.values, planes.coverage), stretch_options, runner);
    const int longer = std::max(planes.values.front().width(), planes.values.front().height());
    const int factor = (longer + options.most_px - 1) / options.most_px;
    std::vector<Reduced> smaller;
    for (std::size_t p = 0; factor > 1 && p < planes.values.size(); ++p) {
        smaller.push_back(reduced(planes.values[p], planes.coverage[p], factor, runner));
        planes.values[p] = smaller.back().value.cview();
        planes.coverage[p] = smaller.back().coverage.cview();
    }
    const StretchedRows rows(rows_of(planes.values, planes.coverage), std::move(stretch));
    io::PngFormat format{planes.values.front().width(), planes.values.front().height(),
                         static_cast<int>(planes.values.size()), 8, kProgram};
    if (options.draw) {
        std::vector<std::uint8_t> rgb = all_rows(rows, format);
        options.draw(rgb, format.width, format.height, factor);
        format.channels = 3;
        const std::size_t bytes = static_cast<std::size_t>(format.width) * 3;
        return io::png_bytes(
            format,
            [&](int y, std::span<std::uint8_t> row) {
                std::copy_n(rgb.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * bytes), bytes,
                            row.begin());
            },
            runner);
    }
    return io::png_bytes(
        format, [&rows](int y, std::span<std::uint8_t> row) { rows(y, row); }, runner);
}

}  // namespace nightstack::tools
