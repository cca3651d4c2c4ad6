// SPDX-License-Identifier: MIT
#include "tools/pano/pano_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "io/image_files/png.h"
#include "tools/pano/pano_page.h"

namespace nightstack::tools {
namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kPlaced = {76, 201, 240}, kWeak = {255, 159, 28}, kGood = {82, 224, 90}, kFair = {255, 210, 63},
                 kBad = {255, 77, 77};
constexpr int kSide = 2000;

struct Canvas {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;

    void dot(double x, double y, const Colour& c) {
        const int px = static_cast<int>(std::lround(x)), py = static_cast<int>(std::lround(y));
        for (int dy = 0; dy < 2; ++dy) {
            for (int dx = 0; dx < 2; ++dx) {
                if (px + dx < 0 || py + dy < 0 || px + dx >= width || py + dy >= height) continue;
                const std::size_t at = (static_cast<std::size_t>(py + dy) * static_cast<std::size_t>(width) +
                                        static_cast<std::size_t>(px + dx)) *
                                       3;
                std::copy(c.begin(), c.end(), rgb.begin() + static_cast<std::ptrdiff_t>(at));
            }
        }
    }
    void line(Point a, Point b, const Colour& c) {
        // What lies far outside is no line worth drawing dot by dot.
        const double most = 4.0 * (width + height);
        const double steps = std::max(std::abs(b.x - a.x), std::abs(b.y - a.y));
        if (!(steps < most)) return;
        const int n = static_cast<int>(steps) + 1;
        for (int i = 0; i <= n; ++i) dot(a.x + (b.x - a.x) * i / n, a.y + (b.y - a.y) * i / n, c);
    }
};

}  // namespace

void write_overlay(std::span<const TileInput* const> inputs, const PanoramaPlacement& placement,
                   const MadePanorama& made, const std::filesystem::path& file, io::Overwrite overwrite,
                   Runner& runner) {
    Canvas canvas;
    Projection projection;
    canvas.rgb = small_panorama(inputs, made, kSide, runner, canvas.width, canvas.height, projection);
    for (std::size_t k = 0; k < made.tiles.size(); ++k) {
        const bool weak = placement.tiles[static_cast<std::size_t>(made.tiles[k])].verdict == TileVerdict::weak;
        for (const auto& outline : outline_of(made.cameras[k], projection, canvas.width))
            for (std::size_t i = 1; i < outline.size(); ++i)
                canvas.line(outline[i - 1], outline[i], weak ? kWeak : kPlaced);
    }
    const auto middle = [&](int tile) {
        return projection.canvas(placement.tiles[static_cast<std::size_t>(tile)].camera.world_from_camera({0, 0, 1}));
    };
    const auto inside = [&](int tile) {
        return std::find(made.tiles.begin(), made.tiles.end(), tile) != made.tiles.end();
    };
    for (const PanoramaLink& link : placement.links) {
        if (!inside(link.link.a) || !inside(link.link.b)) continue;
        const auto a = middle(link.link.a), b = middle(link.link.b);
        if (!a || !b || std::abs(a->x - b->x) > canvas.width / 2.0) continue;
        canvas.line(*a, *b, link.weak ? kBad : link.fit.rms_px < 0.5 ? kGood : kFair);
    }
    write_rgb(file, canvas.width, canvas.height, canvas.rgb, overwrite, runner);
}

void write_rgb(const std::filesystem::path& file, int width, int height, std::span<const std::uint8_t> rgb,
               io::Overwrite overwrite, Runner& runner) {
    io::OutputFile out(file, overwrite);
    io::PngFormat format;
    format.width = width;
    format.height = height;
    format.channels = 3;
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    const io::PngRow8 rows = [&](int y, std::span<std::uint8_t> to) {
        std::copy_n(rgb.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * row), row, to.begin());
    };
    io::write_png(out, format, rows, runner);
    out.publish();
}

}  // namespace nightstack::tools
