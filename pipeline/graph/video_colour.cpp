// SPDX-License-Identifier: MIT
#include "pipeline/graph/video_colour.h"

#include <algorithm>
#include <array>

namespace nightstack {
namespace {

constexpr float kMiddle = 128;  // of U and V: no colour
// Rows: red, green, blue; columns: shares of Y, U, V.
constexpr std::array<std::array<float, 3>, 3> kShares{{{1, 0, 1.402F}, {1, -0.344136F, -0.714136F}, {1, 1.772F, 0}}};

struct Pixel {
    float value = 0, variance = 0;
    std::uint16_t coverage = 0, low = 0, high = 0;
    std::uint8_t flag = 0;
};

Pixel pixel_of(const LivePicture::Plane& p, int x, int y) {
    return {p.value.view()(x, y), p.variance.view()(x, y), p.coverage.view()(x, y),
            p.low.view()(x, y),   p.high.view()(x, y),     p.flag.view()(x, y)};
}

void put_pixel(LivePicture::Plane& p, int x, int y, const Pixel& pixel) {
    p.value.view()(x, y) = pixel.value;
    p.variance.view()(x, y) = pixel.variance;
    p.coverage.view()(x, y) = pixel.coverage;
    p.low.view()(x, y) = pixel.low;
    p.high.view()(x, y) = pixel.high;
    p.flag.view()(x, y) = pixel.flag;
}

Pixel mixed(const std::array<Pixel, 3>& yuv, const std::array<float, 3>& shares) {
    Pixel out = yuv[0];
    for (std::size_t p = 1; p < 3; ++p) {
        if (shares[p] == 0) continue;
        out.value += shares[p] * (yuv[p].value - kMiddle);
        out.variance += shares[p] * shares[p] * yuv[p].variance;
        out.coverage = std::min(out.coverage, yuv[p].coverage);
        out.low = std::max(out.low, yuv[p].low);
        out.high = std::max(out.high, yuv[p].high);
        out.flag = std::max(out.flag, yuv[p].flag);
    }
    // Samples left out are part of the coverage.
    out.low = std::min(out.low, out.coverage);
    out.high = std::min<std::uint16_t>(out.high, static_cast<std::uint16_t>(out.coverage - out.low));
    return out;
}

}  // namespace

void to_rgb(LivePicture& yuv) {
    if (yuv.planes.size() != 3) return;
    for (int y = 0; y < yuv.canvas.height; ++y) {
        for (int x = 0; x < yuv.canvas.width; ++x) {
            const std::array<Pixel, 3> from{pixel_of(yuv.planes[0], x, y), pixel_of(yuv.planes[1], x, y),
                                            pixel_of(yuv.planes[2], x, y)};
            const bool there = std::all_of(from.begin(), from.end(), [](const Pixel& p) { return p.coverage > 0; });
            for (std::size_t c = 0; c < 3; ++c)
                put_pixel(yuv.planes[c], x, y, there ? mixed(from, kShares[c]) : Pixel{});
        }
    }
}

}  // namespace nightstack
