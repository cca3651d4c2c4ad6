// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/projection.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace nightstack {
namespace {

constexpr std::array<std::pair<ProjectionKind, std::string_view>, 5> kNames = {{
    {ProjectionKind::rectilinear, "rectilinear"},
    {ProjectionKind::cylindrical, "cylindrical"},
    {ProjectionKind::spherical, "spherical"},
    {ProjectionKind::mercator, "mercator"},
    {ProjectionKind::stereographic, "stereographic"},
}};
constexpr double kQuarter = std::numbers::pi / 2;

Direction at(double lon, double lat) {
    return {std::cos(lat) * std::sin(lon), -std::sin(lat), std::cos(lat) * std::cos(lon)};
}

}  // namespace

std::string_view name(ProjectionKind kind) {
    for (const auto& [k, text] : kNames)
        if (k == kind) return text;
    return "";
}

std::optional<ProjectionKind> parse_projection(std::string_view text) {
    for (const auto& [k, known] : kNames)
        if (known == text) return k;
    return std::nullopt;
}

std::optional<Point> Projection::canvas(const Direction& world) const {
    const Direction d = unit(canvas_from_world(world));
    const double level = std::hypot(d.x, d.z);
    double x = 0, y = 0;
    switch (kind) {
        case ProjectionKind::rectilinear:
            if (d.z < 1e-6) return std::nullopt;
            x = d.x / d.z;
            y = d.y / d.z;
            break;
        case ProjectionKind::stereographic:
            if (1 + d.z < 1e-6) return std::nullopt;
            x = 2 * d.x / (1 + d.z);
            y = 2 * d.y / (1 + d.z);
            break;
        case ProjectionKind::spherical:
            x = std::atan2(d.x, d.z);
            y = std::atan2(d.y, level);
            break;
        case ProjectionKind::cylindrical:
        case ProjectionKind::mercator:
            if (level < 1e-6) return std::nullopt;
            x = std::atan2(d.x, d.z);
            y = d.y / level;
            if (kind == ProjectionKind::mercator) y = std::asinh(y);
            break;
    }
    return Point{origin.x + px_per_rad * x, origin.y + px_per_rad * y};
}

std::optional<Direction> Projection::world(Point canvas) const {
    const double x = (canvas.x - origin.x) / px_per_rad, y = (canvas.y - origin.y) / px_per_rad;
    Direction d;
    switch (kind) {
        case ProjectionKind::rectilinear: d = unit({x, y, 1}); break;
        case ProjectionKind::stereographic: {
            const double q = (x * x + y * y) / 4;
            d = unit({x, y, 1 - q});
            break;
        }
        case ProjectionKind::spherical:
            if (std::abs(y) > kQuarter) return std::nullopt;
            d = at(x, -y);
            break;
        case ProjectionKind::cylindrical: d = at(x, -std::atan(y)); break;
        case ProjectionKind::mercator: d = at(x, -std::atan(std::sinh(y))); break;
    }
    return canvas_from_world.inverse()(d);
}

double Projection::period_px() const {
    const bool repeats =
        kind == ProjectionKind::cylindrical || kind == ProjectionKind::spherical || kind == ProjectionKind::mercator;
    return repeats ? 2 * std::numbers::pi * px_per_rad : 0;
}

}  // namespace nightstack
