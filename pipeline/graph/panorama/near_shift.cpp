// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/near_shift.h"

#include <algorithm>
#include <cmath>

#include "pipeline/graph/panorama/small_tile.h"
#include "pipeline/stages/stitch/links/coarse_shift.h"

namespace nightstack {
namespace {

constexpr double kRange = 0.12;  // of a side: how far a motor may be off
// Deviations on a scale of 255, of means over many pixels: below the first all is noise, from the second on there is
// something that must be found again.
constexpr double kLeastContrast = 0.5, kPlainContrast = 1.2;

float between(ImageView<const float> v, Point p) {
    const double x = std::clamp(p.x, 0.0, v.width() - 1.001), y = std::clamp(p.y, 0.0, v.height() - 1.001);
    const int ix = static_cast<int>(x), iy = static_cast<int>(y);
    const auto fx = static_cast<float>(x - ix), fy = static_cast<float>(y - iy);
    const float top = v(ix, iy) + fx * (v(ix + 1, iy) - v(ix, iy));
    const float low = v(ix, iy + 1) + fx * (v(ix + 1, iy + 1) - v(ix, iy + 1));
    return top + fy * (low - top);
}

// The largest upright part of the tile's small picture that the neighbour sees wholly, with room around in the
// neighbour.
Rect common_part(const SmallTile& own, const TileCamera& camera, const TileCamera& neighbour) {
    const Rotation there_from_here = neighbour.world_from_camera.inverse() * camera.world_from_camera;
    Rect best;
    // Columns and rows that are seen at their middles, shrunk until all four corners are.
    int x0 = own.view.width(), x1 = -1, y0 = own.view.height(), y1 = -1;
    for (int y = 0; y < own.view.height(); y += 2) {
        for (int x = 0; x < own.view.width(); x += 2) {
            const Point p = from_level({static_cast<double>(x), static_cast<double>(y)}, own.level);
            const auto q = neighbour.lens.pixel(there_from_here(camera.lens.direction(p)));
            if (!q || !neighbour.lens.holds(*q)) continue;
            x0 = std::min(x0, x);
            x1 = std::max(x1, x);
            y0 = std::min(y0, y);
            y1 = std::max(y1, y);
        }
    }
    if (x1 > x0 && y1 > y0) best = {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
    return best;
}

}  // namespace

NearShift near_shift(const GreyTile& tile, const TileCamera& camera, const GreyTile& neighbour,
                     const TileCamera& neighbour_camera) {
    NearShift out;
    const SmallTile own(tile), other(neighbour);
    const Rect part = common_part(own, camera, neighbour_camera);
    if (part.width < 10 || part.height < 10 || other.view.width() < 2 || other.view.height() < 2) return out;
    const double range_x = kRange * own.view.width(), range_y = kRange * own.view.height();
    // The neighbour as this tile would see it, over the part and as far around as is searched.
    const Rect around = grown(part, static_cast<int>(std::ceil(std::max(range_x, range_y))));
    const Rotation there_from_here = neighbour_camera.world_from_camera.inverse() * camera.world_from_camera;
    Image<float> seen(around.width, around.height);
    for (int y = 0; y < around.height; ++y) {
        for (int x = 0; x < around.width; ++x) {
            const Point p =
                from_level({static_cast<double>(around.x + x), static_cast<double>(around.y + y)}, own.level);
            const auto q = neighbour_camera.lens.pixel(there_from_here(camera.lens.direction(p)));
            const Point r = q ? at_level(*q, other.level) : Point{0, 0};
            seen.view()(x, y) = between(other.view, r);
        }
    }
    const ImageView<const float> own_part = own.view.cropped(part);
    out.compared = true;
    const double contrast = std::min(detail_of(own_part), detail_of(seen.cview()));
    out.shows = contrast > kPlainContrast;
    if (contrast < kLeastContrast) return out;
    ShiftSearch search;
    search.expected = {static_cast<double>(part.x - around.x), static_cast<double>(part.y - around.y)};
    search.range_x = range_x;
    search.range_y = range_y;
    search.least_overlap = 0.5;
    const auto found = find_shift(seen.cview(), own_part, search);
    if (!found) return out;
    out.likeness = found->likeness;
    out.sure = found->sureness > 0.15;
    // What lies at `middle` of the tile lies where `moved` should be.
    const Point middle{part.x + part.width / 2.0, part.y + part.height / 2.0};
    const Point moved{middle.x + found->shift.x - search.expected.x, middle.y + found->shift.y - search.expected.y};
    const Direction from = camera.direction(from_level(middle, own.level));
    const Direction to = camera.direction(from_level(moved, own.level));
    const Direction axis = cross(from, to);
    const double sine = length(axis);
    if (sine > 1e-12) {
        const double angle = angle_rad(from, to) / sine;
        out.turn = Rotation::about({axis.x * angle, axis.y * angle, axis.z * angle});
    }
    return out;
}

}  // namespace nightstack
