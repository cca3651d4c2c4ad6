// SPDX-License-Identifier: MIT
// How the sky of a frame lies against the reference's: a plane, not only a level. Under field rotation
// or after a meridian flip a gradient that keeps to the horizon splits the samples of a pixel far
// from the centre into two groups, and outlier rejection would throw one of them away. Nebulae
// cancel, because both frames show them; so the fit does not eat extended light. A plane is held only where
// both frames see the sky: when that is a strip, it would carry noise and curvature of the strip across the
// whole frame, and the level alone is taken.
#pragma once

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/stars/sky_mesh.h"

namespace nightstack {

// level + along_x * x + along_y * y, in ADU and pixels of the plane it was made for.
struct SkyTilt {
    double level = 0;
    double along_x = 0;
    double along_y = 0;
    bool known = false;  // false: too little common sky, all zero

    bool is_level() const { return along_x == 0 && along_y == 0; }

    double at(double x, double y) const { return level + along_x * x + along_y * y; }
    // The same plane over the pixels of another frame; exact for affine transforms, for others taken at
    // the point `about`, which must not depend on the tile.
    SkyTilt over(const Transform& here_from_there, Point about) const;
};

// What has to be added to `frame` (brought to frame * scale + offset first) so that its sky equals the
// reference's where both see it. In pixels of the frame; least squares over the mesh, cells more than
// 3 robust deviations off left out (clouds, the Moon's halo, other nights' comets). Without slopes when the
// cells that count span less than half the frame in either direction.
SkyTilt fit_sky_tilt(const SkyMesh& frame, double scale, double offset, const SkyMesh& reference,
                     const Transform& ref_from_frame, int colour);

// Adds tilt / scale to the samples of a tile of the canvas the tilt is given in. NaN stays NaN. The
// same bits for every tile that holds the pixel.
void add_tilt(ImageView<float> samples, const Rect& tile, const SkyTilt& tilt, double scale);

}  // namespace nightstack
