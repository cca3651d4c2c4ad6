// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/footprint.h"

#include <algorithm>
#include <cmath>

namespace nightstack {
namespace {

// Grows the range by a place, and tells how far it is from the last one.
struct Range {
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    void add(double x, double y) {
        x0 = std::min(x0, x);
        x1 = std::max(x1, x);
        y0 = std::min(y0, y);
        y1 = std::max(y1, y);
    }
};

// A pole of the map lies in the tile: every longitude is seen.
bool holds_pole(const TileCamera& camera, const Projection& projection, double y) {
    const std::optional<Point> p = camera.pixel(projection.canvas_from_world.inverse()({0, y, 0}));
    return p && camera.lens.holds(*p, -2);
}

}  // namespace

std::vector<Rect> footprint(const TileCamera& camera, const Projection& projection, int canvas_width,
                            int canvas_height) {
    const Rect canvas{0, 0, canvas_width, canvas_height};
    const double period = projection.period_px();
    const TileLens& lens = camera.lens;
    const std::optional<Point> middle = projection.canvas(camera.direction(lens.middle()));
    if (!middle) return {canvas};
    if (period > 0 && (holds_pole(camera, projection, 1) || holds_pole(camera, projection, -1))) return {canvas};

    constexpr int kSteps = 24;
    Range range;
    double apart = 0;
    for (int j = 0; j <= kSteps; ++j) {
        Point before;
        for (int i = 0; i <= kSteps; ++i) {
            const Point pixel{-0.5 + static_cast<double>(lens.width) * i / kSteps,
                              -0.5 + static_cast<double>(lens.height) * j / kSteps};
            std::optional<Point> p = projection.canvas(camera.direction(pixel));
            if (!p || !std::isfinite(p->x) || !std::isfinite(p->y)) return {canvas};
            if (period > 0) p->x += period * std::round((middle->x - p->x) / period);
            if (i > 0) apart = std::max({apart, std::abs(p->x - before.x), std::abs(p->y - before.y)});
            range.add(p->x, p->y);
            before = *p;
        }
    }
    // Between the places looked at an edge bows by far less than they are apart.
    const double slack = 2 + apart / 4;
    if (period > 0 && range.x1 - range.x0 + 2 * slack >= period) return {canvas};
    std::vector<Rect> parts;
    const auto within = [](double v, int size) {
        return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(size)));
    };
    const int turns = period > 0 ? 1 + static_cast<int>(std::min(1e3, canvas_width / period)) : 0;
    for (int k = -turns - 1; k <= turns + 1; ++k) {
        if (period <= 0 && k != 0) continue;
        const int x0 = within(std::floor(range.x0 - slack + k * period), canvas_width);
        const int x1 = within(std::ceil(range.x1 + slack + k * period), canvas_width);
        const int y0 = within(std::floor(range.y0 - slack), canvas_height);
        const int y1 = within(std::ceil(range.y1 + slack), canvas_height);
        if (x1 > x0 && y1 > y0) parts.push_back({x0, y0, x1 - x0, y1 - y0});
    }
    return parts;
}

double tile_pixels_per_pixel(const TileCamera& camera, const CanvasToTile& map, const Projection& projection) {
    const std::optional<Point> middle = projection.canvas(camera.direction(camera.lens.middle()));
    const double scale = middle ? map.pixels_per_pixel(middle->x, middle->y) : 0;
    return scale > 0 && std::isfinite(scale) ? scale : 1;
}

}  // namespace nightstack
