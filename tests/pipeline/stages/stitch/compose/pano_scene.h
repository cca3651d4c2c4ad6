// SPDX-License-Identifier: MIT
// Panoramas with exact truth: light as a function of a direction, tiles drawn from it pixel by pixel.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/camera/projection.h"
#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/compose/composition.h"
#include "pipeline/stages/stitch/light/reduced_tile.h"
#include "pipeline/stages/stitch/light/tile_light.h"

namespace nightstack {

using Light = std::array<double, 3>;
using PanoScene = std::function<Light(const Direction&)>;

// Smooth in all directions, from about 0.1 to 0.7; waves from `longest_rad` down to `shortest_rad`.
PanoScene waves(unsigned seed, double longest_rad, double shortest_rad);

struct DrawnTile {
    TileCamera camera;
    std::array<Image<float>, 3> planes;  // linear, as the camera would give them
    std::array<Image<float>, 3> reduced;
    int scale = 4;

    ReducedTile small() const { return {{reduced[0].cview(), reduced[1].cview(), reduced[2].cview()}, scale}; }
};

// measured = scene * falloff / gain + noise.
DrawnTile drawn_tile(const PanoScene& scene, const TileCamera& camera, const TileLight& light = {},
                     const Vignetting& vignetting = {}, double noise = 0, unsigned seed = 1, int scale = 4);
// Makes `reduced` from `planes` again.
void reduce(DrawnTile& tile);

TileCamera looking(double yaw_deg, double pitch_deg, double roll_deg, int width, int height, double f_px,
                   double k1 = 0);
ReadTile reader(const std::vector<DrawnTile>& tiles);
ReducedOf reducer(const std::vector<DrawnTile>& tiles);
std::vector<PlacedTile> placed(const std::vector<DrawnTile>& tiles);

// Three by two tiles with gaps around them, and the canvas they fit on; `unlike`: light that differs from tile to tile,
// so that blending shows.
inline constexpr int kSixTileWidth = 160, kSixTileHeight = 120, kSixWidth = 400, kSixHeight = 230;
inline constexpr double kSixFocal = 190;
std::vector<DrawnTile> six_tiles(const PanoScene& scene, bool unlike = false);
// Spherical, with its origin in the middle.
Projection sphere(double px_per_rad, int width, int height);

struct Rendered {
    std::array<Image<float>, 3> planes;
    Image<float> alpha;
};
// The whole canvas, in blocks of this size.
Rendered rendered(const Composition& composition, int block_width, int block_height);

}  // namespace nightstack
