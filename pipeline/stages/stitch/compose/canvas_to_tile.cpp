// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/canvas_to_tile.h"

#include <cmath>
#include <numbers>

namespace nightstack {
namespace {
constexpr double kOutside = 1e6;  // px: beyond every tile, and not yet coarse in float
}

CanvasToTile::CanvasToTile(const TileCamera& camera, const Projection& projection)
    : lens_(camera.lens),
      kind_(projection.kind),
      per_px_(1 / projection.px_per_rad),
      origin_(projection.origin),
      camera_from_canvas_(camera.world_from_camera.inverse() * projection.canvas_from_world.inverse()) {
    const double reach = lens_.k1 != 0 || lens_.k2 != 0 ? lens_.reach() : INFINITY;
    reach2_ = reach * reach;
}

CanvasToTile::Place CanvasToTile::operator()(double canvas_x, double canvas_y) const {
    const double x = (canvas_x - origin_.x) * per_px_, y = (canvas_y - origin_.y) * per_px_;
    // Of any length: the lens divides by z.
    Direction d;
    switch (kind_) {
        case ProjectionKind::rectilinear: d = {x, y, 1}; break;
        case ProjectionKind::stereographic: d = {x, y, 1 - (x * x + y * y) / 4}; break;
        case ProjectionKind::spherical: d = {std::cos(y) * std::sin(x), std::sin(y), std::cos(y) * std::cos(x)}; break;
        case ProjectionKind::cylindrical: d = {std::sin(x), y, std::cos(x)}; break;
        case ProjectionKind::mercator: d = {std::sin(x), std::sinh(y), std::cos(x)}; break;
    }
    const Direction c = camera_from_canvas_(d);
    const Point m = lens_.middle();
    const double level2 = c.x * c.x + c.y * c.y;
    if (c.z > 0 && c.z * c.z > 1e-12 * level2) {
        const double by = 1 / c.z, u = c.x * by, v = c.y * by, q = u * u + v * v;
        if (q <= reach2_) {
            const double scale = lens_.f_px * (1 + q * (lens_.k1 + q * lens_.k2));
            const double px = m.x + scale * u, py = m.y + scale * v;
            if (std::abs(px) < kOutside && std::abs(py) < kOutside) return {px, py, true};
        }
    }
    const double level = std::sqrt(level2);
    if (!(level > 0)) return {m.x + kOutside, m.y, false};
    return {m.x + kOutside * (c.x / level), m.y + kOutside * (c.y / level), false};
}

bool CanvasToTile::on_map(double y) const {
    return kind_ != ProjectionKind::spherical || std::abs(y - origin_.y) * per_px_ <= std::numbers::pi / 2;
}

double CanvasToTile::pixels_per_pixel(double x, double y) const {
    const Place at = (*this)(x, y), right = (*this)(x + 1, y), below = (*this)(x, y + 1);
    if (!at.seen || !right.seen || !below.seen) return 0;
    return std::sqrt(std::abs((right.x - at.x) * (below.y - at.y) - (right.y - at.y) * (below.x - at.x)));
}

}  // namespace nightstack
