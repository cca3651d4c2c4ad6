// SPDX-License-Identifier: MIT
// Where a canvas pixel lies in one tile: Projection and TileCamera in one step, without their allowances, also for
// places that the tile does not see: those get a position outside of it in their direction, so that every place has
// one. A value; any thread.
#pragma once

#include "pipeline/stages/stitch/camera/projection.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"

namespace nightstack {

class CanvasToTile {
public:
    CanvasToTile() = default;
    CanvasToTile(const TileCamera& camera, const Projection& projection);

    struct Place {
        double x = 0, y = 0;
        bool seen = false;  // in front of the lens and within its reach; may lie outside of the tile
    };
    // Maps that end at a pole go on behind it.
    Place operator()(double x, double y) const;
    // Whether a row of the canvas is on the map at all.
    bool on_map(double y) const;
    const TileLens& lens() const { return lens_; }
    // Of the tile, for each canvas pixel around one (square root of the area); 0 where it is not seen.
    double pixels_per_pixel(double x, double y) const;

private:
    TileLens lens_;
    ProjectionKind kind_ = ProjectionKind::spherical;
    double per_px_ = 1;
    Point origin_;
    Rotation camera_from_canvas_;
    double reach2_ = 0;
};

}  // namespace nightstack
