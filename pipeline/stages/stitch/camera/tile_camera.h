// SPDX-License-Identifier: MIT
// How one tile of a panorama sees the world: a pinhole with one focal length, a lens that bends radially about the
// middle of the tile, and how it is turned.
//   u = (x / z, y / z) of a direction in the camera,  r = |u|
//   pixel = middle + f_px (1 + k1 r^2 + k2 r^4) u
// (D. C. Brown 1966; the coefficients are those of OpenCV's camera model without its tangential terms). k1 < 0: barrel.
// A value; no thread rule.
#pragma once

#include <optional>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/camera/rotation.h"

namespace nightstack {

struct TileLens {
    int width = 0, height = 0;  // of the tile, pixels
    double f_px = 1;
    double k1 = 0, k2 = 0;

    Point middle() const { return {(width - 1) / 2.0, (height - 1) / 2.0}; }
    // Largest r for which the scale along a radius stays above a fifth of the middle's; infinite without bending.
    // Beyond it nothing is seen.
    double reach() const;
    // Where a direction of the camera's own frame appears; nothing for one behind the camera or beyond `reach`. May lie
    // outside the tile.
    std::optional<Point> pixel(const Direction& camera) const;
    // The unit direction of a pixel, good to 1e-10 in r; beyond `reach` that of the nearest point which is seen.
    Direction direction(Point pixel) const;
    bool holds(Point p, double margin_px = 0) const {
        return p.x >= -0.5 + margin_px && p.y >= -0.5 + margin_px && p.x <= width - 0.5 - margin_px &&
               p.y <= height - 0.5 - margin_px;
    }
    // Angle between the directions of two opposite corners.
    double diagonal_rad() const;
    friend bool operator==(const TileLens&, const TileLens&) = default;
};

struct TileCamera {
    TileLens lens;
    Rotation world_from_camera;

    std::optional<Point> pixel(const Direction& world) const { return lens.pixel(world_from_camera.inverse()(world)); }
    Direction direction(Point pixel) const { return world_from_camera(lens.direction(pixel)); }
};

}  // namespace nightstack
