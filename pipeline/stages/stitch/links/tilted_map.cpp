// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/tilted_map.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace nightstack {
namespace {

constexpr std::size_t kLeastForSlope = 12;

struct Miss {
    Point a;
    double x = 0, y = 0;
};

// c0 + c1 x + c2 y about the middle of the places, by the normal equations (Cramer); slopes 0 where they are not sure.
struct Plane {
    Point middle;
    std::array<double, 3> x{}, y{};
    Point at(Point p) const {
        const double u = p.x - middle.x, v = p.y - middle.y;
        return {x[0] + x[1] * u + x[2] * v, y[0] + y[1] * u + y[2] * v};
    }
};

Plane plane_through(const std::vector<Miss>& all) {
    Plane out;
    const auto n = static_cast<double>(all.size());
    for (const Miss& m : all) {
        out.middle.x += m.a.x / n;
        out.middle.y += m.a.y / n;
        out.x[0] += m.x / n;
        out.y[0] += m.y / n;
    }
    if (all.size() < kLeastForSlope) return out;
    double uu = 0, uv = 0, vv = 0, ux = 0, vx = 0, uy = 0, vy = 0;
    for (const Miss& m : all) {
        const double u = m.a.x - out.middle.x, v = m.a.y - out.middle.y;
        uu += u * u;
        uv += u * v;
        vv += v * v;
        ux += u * m.x;
        vx += v * m.x;
        uy += u * m.y;
        vy += v * m.y;
    }
    const double det = uu * vv - uv * uv;
    if (!(det > 1e-3 * uu * vv)) return out;
    out.x[1] = (vv * ux - uv * vx) / det;
    out.x[2] = (uu * vx - uv * ux) / det;
    out.y[1] = (vv * uy - uv * vy) / det;
    out.y[2] = (uu * vy - uv * uy) / det;
    return out;
}

}  // namespace

TileMap tilted(TileMap map, std::span<const Correspondence> places) {
    std::vector<Miss> all;
    for (const Correspondence& c : places)
        if (const auto at = map(c.a)) all.push_back({c.a, c.b.x - at->x, c.b.y - at->y});
    if (all.empty()) return map;
    return [map = std::move(map), plane = plane_through(all)](Point p) -> std::optional<Point> {
        const auto at = map(p);
        if (!at) return std::nullopt;
        const Point off = plane.at(p);
        return Point{at->x + off.x, at->y + off.y};
    };
}

}  // namespace nightstack
