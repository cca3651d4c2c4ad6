// SPDX-License-Identifier: MIT
// How directions are laid flat. Longitude grows to the right, latitude upwards; the projection's own middle is
// longitude 0, latitude 0, and `canvas_from_world` turns the world so that this is where it should be (straightening
// included). With s = px_per_rad, x to the right and y down from `origin`:
//   rectilinear    (s X/Z, s Y/Z)                       straight lines stay straight; below 180 degrees
//   cylindrical    (s lon, s Y / hypot(X, Z))
//   spherical      (s lon, -s lat)                      also called equirectangular
//   mercator       (s lon, -s asinh(tan lat))
//   stereographic  (2 s X / (1 + Z), 2 s Y / (1 + Z))
// (Snyder 1987, "Map Projections: A Working Manual", USGS 1395.) A value; no thread rule.
#pragma once

#include <optional>
#include <string_view>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/camera/rotation.h"

namespace nightstack {

enum class ProjectionKind { rectilinear, cylindrical, spherical, mercator, stereographic };

std::string_view name(ProjectionKind kind);
std::optional<ProjectionKind> parse_projection(std::string_view text);

struct Projection {
    ProjectionKind kind = ProjectionKind::spherical;
    double px_per_rad = 1;
    Rotation canvas_from_world;
    Point origin;  // canvas pixel of longitude 0, latitude 0

    // Nothing where the projection has no place for it: behind the plane, at a pole, opposite to the middle.
    // Longitudes come from -pi to pi.
    std::optional<Point> canvas(const Direction& world) const;
    // The unit direction shown by a canvas pixel; nothing beyond the edge of the map (latitudes past the poles). Where
    // longitude is an axis every x has one: the map repeats.
    std::optional<Direction> world(Point canvas) const;
    // Pixels after which the map repeats to the right; 0 where it does not.
    double period_px() const;
    friend bool operator==(const Projection&, const Projection&) = default;
};

}  // namespace nightstack
