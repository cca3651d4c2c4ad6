// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/tile_camera.h"

#include <cmath>
#include <limits>

namespace nightstack {
namespace {

constexpr double kLeastSlope = 0.2;

// Of r (1 + k1 r^2 + k2 r^4): how far out a ray lands, and how that grows.
double bent(const TileLens& lens, double r) {
    const double q = r * r;
    return r * (1 + q * (lens.k1 + q * lens.k2));
}
double slope(const TileLens& lens, double r) {
    const double q = r * r;
    return 1 + q * (3 * lens.k1 + 5 * q * lens.k2);
}

}  // namespace

double TileLens::reach() const {
    // The least positive q with 5 k2 q^2 + 3 k1 q + 1 - kLeastSlope = 0.
    const double a = 5 * k2, b = 3 * k1, c = 1 - kLeastSlope;
    constexpr double never = std::numeric_limits<double>::infinity();
    if (a == 0) return b < 0 ? std::sqrt(-c / b) : never;
    const double d = b * b - 4 * a * c;
    if (d < 0) return never;
    // Both roots without cancellation.
    const double h = -(b + std::copysign(std::sqrt(d), b)) / 2;
    double least = never;
    for (const double q : {h / a, h != 0 ? c / h : -1.0})
        if (q > 0 && q < least) least = q;
    return std::sqrt(least);
}

std::optional<Point> TileLens::pixel(const Direction& camera) const {
    if (camera.z <= 0) return std::nullopt;
    const double x = camera.x / camera.z, y = camera.y / camera.z, q = x * x + y * y;
    if (!std::isfinite(q)) return std::nullopt;
    if (k1 != 0 || k2 != 0) {
        const double most = reach();
        if (q > most * most) return std::nullopt;
    }
    const double scale = f_px * (1 + q * (k1 + q * k2));
    const Point m = middle();
    return Point{m.x + scale * x, m.y + scale * y};
}

Direction TileLens::direction(Point pixel) const {
    const Point m = middle();
    const double x = (pixel.x - m.x) / f_px, y = (pixel.y - m.y) / f_px;
    if (k1 == 0 && k2 == 0) return unit({x, y, 1});
    const double landed = std::hypot(x, y), most = reach();
    if (landed == 0) return {0, 0, 1};
    double r = landed;
    if (std::isfinite(most) && landed >= bent(*this, most)) {
        r = most;
    } else {
        // Newton between bounds that hold the root: `bent` grows up to `most`.
        double low = 0, high = std::isfinite(most) ? most : 2 * landed + 1;
        while (bent(*this, high) < landed) high *= 2;
        r = std::min(r, high);
        for (int i = 0; i < 60; ++i) {
            const double off = bent(*this, r) - landed;
            (off > 0 ? high : low) = r;
            double next = r - off / slope(*this, r);
            if (!(next > low && next < high)) next = (low + high) / 2;
            if (std::abs(next - r) < 1e-12 * (1 + r)) break;
            r = next;
        }
    }
    return unit({x * r / landed, y * r / landed, 1});
}

double TileLens::diagonal_rad() const { return angle_rad(direction({0, 0}), direction({width - 1.0, height - 1.0})); }

}  // namespace nightstack
