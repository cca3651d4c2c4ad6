// SPDX-License-Identifier: MIT
// Grey tiles with exact truth: a texture as a function of a direction, looked at by cameras that are known.
#pragma once

#include <cstdint>
#include <functional>

#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/grey_tile.h"

namespace nightstack {

using GreyScene = std::function<double(const Direction&)>;  // 0 to 255

// Noise with the same structure everywhere: values at the corners of cubes, smooth between them, at sizes from
// `finest_rad` on, each twice the one before.
GreyScene grey_texture(unsigned seed, double finest_rad, int sizes = 4);
GreyScene grey_flat(double value);

// How a small camera looks; degrees.
TileCamera grey_camera(double yaw_deg, double pitch_deg, double roll_deg, int width, int height, double f_px,
                       double k1 = 0, double k2 = 0);

// A tile that owns its pixels. `tile()` may be used as long as it stays where it is.
struct GreyDrawn {
    TileCamera camera;
    Image<std::uint8_t> whole, reduced;
    int level = 0;
    GreyTile tile() const;
};

struct GreyDrawing {
    int level = 0;  // of the reduced picture
    double gain = 1, offset = 0, noise = 0;
    unsigned seed = 1;
};
GreyDrawn grey_drawn(const GreyScene& scene, const TileCamera& camera, const GreyDrawing& how = {});

// The same as a plane of floats, not rounded.
Image<float> grey_plane(const GreyScene& scene, const TileCamera& camera);

}  // namespace nightstack
