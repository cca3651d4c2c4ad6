// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/canvas/canvas_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "pipeline/stages/stitch/camera/upright.h"
#include "pipeline/stages/stitch/canvas/longitudes.h"

namespace nightstack {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kFlat_rad = 65 * kDegree;            // as wide as a plane is taken by itself
constexpr double kMostFlat_rad = 140 * kDegree;       // as wide as it can be asked for
constexpr double kMostUp_rad = 75 * kDegree;          // cylinders and Mercator's map end before the poles
constexpr double kLeastF_px = 1e-3, kMostF_px = 1e9;  // beyond, no camera
constexpr double kMostSide = 1e9;                     // pixels, so that a side is an int
constexpr int kSteps = 24;                            // along each side of a tile

double longitude(const Direction& d) { return std::atan2(d.x, d.z); }
double latitude(const Direction& d) { return std::atan2(-d.y, std::hypot(d.x, d.z)); }

// Places all over a tile, row by row, its very edge included.
template <class Body>
void for_places(const TileLens& lens, Body body) {
    for (int j = 0; j <= kSteps; ++j)
        for (int i = 0; i <= kSteps; ++i)
            body(i, Point{-0.5 + static_cast<double>(lens.width) * i / kSteps,
                          -0.5 + static_cast<double>(lens.height) * j / kSteps});
}

struct Field {
    Longitudes longitudes;
    double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();  // latitudes
    double middle_lat() const { return (low + high) / 2; }
    double width() const { return 2 * longitudes.half_width_rad(); }
    double height() const { return high - low; }
};

bool sees(const TileCamera& camera, const Direction& world) {
    const auto p = camera.pixel(world);
    return p && camera.lens.holds(*p);
}

Field field_of(std::span<const TileCamera> cameras, const Rotation& turn) {
    Field out;
    for (const TileCamera& c : cameras) {
        Direction before;
        for_places(c.lens, [&](int i, Point p) {
            const Direction d = turn(c.direction(p));
            out.low = std::min(out.low, latitude(d));
            out.high = std::max(out.high, latitude(d));
            if (i > 0) out.longitudes.cover(longitude(before), longitude(d));
            before = d;
        });
        for (const double y : {-1.0, 1.0}) {
            if (!sees(c, turn.inverse()({0, y, 0}))) continue;
            out.longitudes.cover_all();
            (y < 0 ? out.high : out.low) = y < 0 ? std::numbers::pi / 2 : -std::numbers::pi / 2;
        }
    }
    return out;
}

ProjectionKind kind_for(const Field& field) {
    if (field.width() <= kFlat_rad && field.height() <= kFlat_rad) return ProjectionKind::rectilinear;
    const bool level = field.low > -kFlat_rad / 2 - 0.15 && field.high < kFlat_rad / 2 + 0.15;
    if (level && !field.longitudes.whole_circle()) return ProjectionKind::cylindrical;
    return ProjectionKind::spherical;
}

bool can_show(ProjectionKind kind, const Field& field) {
    switch (kind) {
        case ProjectionKind::rectilinear: return field.width() < kMostFlat_rad && field.height() < kMostFlat_rad;
        case ProjectionKind::cylindrical:
        case ProjectionKind::mercator: return field.low > -kMostUp_rad && field.high < kMostUp_rad;
        case ProjectionKind::stereographic: return field.width() < 2 * kMostFlat_rad;
        case ProjectionKind::spherical: return true;
    }
    return false;
}

// About a point in the middle of the field, or about the horizon.
bool about_a_point(ProjectionKind kind) {
    return kind == ProjectionKind::rectilinear || kind == ProjectionKind::stereographic;
}

struct Bounds {
    double x0 = std::numeric_limits<double>::max(), y0 = x0;
    double x1 = std::numeric_limits<double>::lowest(), y1 = x1;
    bool whole = true;  // all places are on the map
};

Bounds bounds_of(std::span<const TileCamera> cameras, const Projection& projection) {
    Bounds out;
    for (const TileCamera& c : cameras) {
        for_places(c.lens, [&](int, Point p) {
            const auto at = projection.canvas(c.direction(p));
            if (!at) {
                out.whole = false;
                return;
            }
            out.x0 = std::min(out.x0, at->x);
            out.x1 = std::max(out.x1, at->x);
            out.y0 = std::min(out.y0, at->y);
            out.y1 = std::max(out.y1, at->y);
        });
    }
    return out;
}

bool is_sound(const TileCamera& c) {
    const TileLens& l = c.lens;
    return is_rotation(c.world_from_camera.row_major()) && l.f_px > kLeastF_px && l.f_px < kMostF_px &&
           std::isfinite(l.k1) && std::isfinite(l.k2) && l.width > 0 && l.height > 0;
}

// By how much the canvas is made smaller than wished.
double shrink_for(double width, double height, const CanvasWish& wish) {
    double out = std::min({1.0, kMostSide / width, kMostSide / height});
    if (wish.most_side > 0) out = std::min({out, wish.most_side / width, wish.most_side / height});
    if (wish.most_pixels > 0) out = std::min(out, std::sqrt(wish.most_pixels / (width * height)));
    return out;
}

// The longest the map's sides may be per px_per_rad, whatever the cameras say.
double most_side(ProjectionKind kind) {
    switch (kind) {
        case ProjectionKind::rectilinear: return 2 * std::tan(kMostFlat_rad / 2);
        case ProjectionKind::stereographic: return 4 * std::tan(kMostFlat_rad / 2);
        default: return 2 * std::numbers::pi;
    }
}

}  // namespace

CanvasPlan plan_canvas(std::span<const TileCamera> all_cameras, const CanvasWish& wish) {
    std::vector<TileCamera> cameras;
    std::vector<Rotation> turns;
    double sharpest = 0;
    for (const TileCamera& c : all_cameras) {
        if (!is_sound(c)) continue;
        cameras.push_back(c);
        turns.push_back(c.world_from_camera);
        sharpest = std::max(sharpest, c.lens.f_px);
    }
    CanvasPlan out;
    if (cameras.empty()) {
        out.width = out.height = 1;
        return out;
    }
    const double scale = std::isfinite(wish.scale) && wish.scale > 0 ? std::clamp(wish.scale, 1e-6, 1e6) : 1;
    Rotation turn = upright_from_world(turns);
    Field field = field_of(cameras, turn);
    turn = Rotation::looking(field.longitudes.middle_rad(), 0, 0).inverse() * turn;
    out.whole_circle = field.longitudes.whole_circle();
    ProjectionKind kind = wish.kind.value_or(kind_for(field));
    if (!can_show(kind, field)) {
        kind = ProjectionKind::spherical;
        out.other_kind = true;
    }
    if (about_a_point(kind)) turn = Rotation::looking(0, field.middle_lat(), 0).inverse() * turn;
    out.width_deg = field.width() / kDegree;
    out.height_deg = field.height() / kDegree;
    out.projection = {kind, sharpest * scale, turn, {}};
    Bounds bounds = bounds_of(cameras, out.projection);
    if (!bounds.whole && kind != ProjectionKind::spherical) {
        CanvasWish again = wish;
        again.kind = ProjectionKind::spherical;
        CanvasPlan sphere = plan_canvas(cameras, again);
        sphere.other_kind = wish.kind.has_value();
        return sphere;
    }
    const bool repeats = out.whole_circle && out.projection.period_px() > 0;
    double width = repeats ? out.projection.period_px() : bounds.x1 - bounds.x0, height = bounds.y1 - bounds.y0;
    const double most = most_side(kind) * out.projection.px_per_rad;
    width = std::min(width, most);
    height = std::min(height, most);
    double shrink = shrink_for(width, height, wish);
    out.limited = shrink < 1;
    if (repeats) {
        // A whole number of pixels around, so that the two ends meet.
        const double around = std::max(64.0, std::floor(width * shrink / 64) * 64);
        shrink = around / width;
    }
    out.scale = scale * shrink;
    out.projection.px_per_rad *= shrink;
    const double x0 = repeats ? -out.projection.period_px() / 2 : bounds.x0 * shrink, y0 = bounds.y0 * shrink;
    out.width = std::max(1, static_cast<int>(std::lround(width * shrink)));
    out.height = std::max(1, static_cast<int>(std::ceil(height * shrink)));
    if (wish.most_side > 0) {
        out.width = std::min(out.width, wish.most_side);
        out.height = std::min(out.height, wish.most_side);
    }
    out.projection.origin = {-x0 - 0.5, -y0 - 0.5};
    return out;
}

}  // namespace nightstack
