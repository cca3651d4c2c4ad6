// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/bundle_residual.h"

#include <cmath>

namespace nightstack {
namespace {

using Row = std::array<double, 3>;

// How the pixel of a direction in the camera moves with the direction.
struct PixelSlope {
    Row x, y;
};

PixelSlope pixel_slope(const TileLens& lens, const Direction& d) {
    const double iz = 1 / d.z, u = d.x * iz, v = d.y * iz, q = u * u + v * v;
    const double s = lens.f_px * (1 + q * (lens.k1 + q * lens.k2));
    const double t = lens.f_px * (2 * lens.k1 + 4 * q * lens.k2);
    const double xu = s + t * u * u, xv = t * u * v, yv = s + t * v * v;
    return {{xu * iz, xv * iz, -(xu * u + xv * v) * iz}, {xv * iz, yv * iz, -(xv * u + yv * v) * iz}};
}

double product(const Row& row, const Direction& d) { return row[0] * d.x + row[1] * d.y + row[2] * d.z; }

// row . (w x d) as a row over w: d x row.
Row turned(const Row& row, const Direction& d) {
    const Direction c = cross(d, {row[0], row[1], row[2]});
    return {c.x, c.y, c.z};
}

// row . R
Row through(const Row& row, const Rotation& r) {
    const auto& m = r.row_major();
    return {row[0] * m[0] + row[1] * m[3] + row[2] * m[6], row[0] * m[1] + row[1] * m[4] + row[2] * m[7],
            row[0] * m[2] + row[1] * m[5] + row[2] * m[8]};
}

}  // namespace

bool miss_of(Point& miss, const TileCamera& a, const TileCamera& b, const Correspondence& place) {
    const Direction seen = b.world_from_camera.inverse()(a.direction(place.a));
    const auto at = b.lens.pixel(seen);
    if (!at) return false;
    miss = {at->x - place.b.x, at->y - place.b.y};
    return true;
}

bool slopes_of(ResidualSlopes& out, const TileCamera& a, const TileCamera& b, const Correspondence& place) {
    const Direction d = a.lens.direction(place.a);
    const Rotation b_from_a = b.world_from_camera.inverse() * a.world_from_camera;
    const Direction seen = b_from_a(d);
    const auto at = b.lens.pixel(seen);
    if (!at) return false;
    out.miss = {at->x - place.b.x, at->y - place.b.y};
    const PixelSlope p = pixel_slope(b.lens, seen);
    // Turning a by w: d becomes d + w x d. Turning b: what it sees becomes seen - w x seen.
    out.turn_a_x = turned(through(p.x, b_from_a), d);
    out.turn_a_y = turned(through(p.y, b_from_a), d);
    out.turn_b_x = turned(p.x, {-seen.x, -seen.y, -seen.z});
    out.turn_b_y = turned(p.y, {-seen.x, -seen.y, -seen.z});
    const double u = seen.x / seen.z, v = seen.y / seen.z, q = u * u + v * v, f = b.lens.f_px;
    const double scale = f * (1 + q * (b.lens.k1 + q * b.lens.k2));
    out.lens_b_x = {scale * u, f * q * u, f * q * q * u};
    out.lens_b_y = {scale * v, f * q * v, f * q * q * v};
    // a's lens: the measured pixel stays, the direction moves against it, by the inverse of its own slopes along the
    // radius.
    const double du = d.x / d.z, dv = d.y / d.z, r2 = du * du + dv * dv;
    const double bent = 1 + r2 * (a.lens.k1 + r2 * a.lens.k2), slope = 1 + r2 * (3 * a.lens.k1 + 5 * r2 * a.lens.k2);
    const std::array<double, 3> by = {-bent / slope, -r2 / slope, -r2 * r2 / slope};  // of u, in units of u
    // u and v grow by the factor; as a unit vector the direction moves by that times (u, v, 0) z.
    const Direction step = b_from_a({du * d.z, dv * d.z, 0});
    const double sx = product(p.x, step), sy = product(p.y, step);
    for (std::size_t i = 0; i < 3; ++i) {
        out.lens_a_x[i] = by[i] * sx;
        out.lens_a_y[i] = by[i] * sy;
    }
    return true;
}

}  // namespace nightstack
