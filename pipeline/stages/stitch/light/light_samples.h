// SPDX-License-Identifier: MIT
// What two tiles say about the light of the same directions, for fit_light. A pure function over small pictures.
#pragma once

#include <array>
#include <vector>

#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/light/reduced_tile.h"

namespace nightstack {

// One direction seen by two tiles: linear means over a small patch, and where in each tile (tile_q).
struct LightSample {
    int a = 0, b = 0;  // tiles
    std::array<float, 3> value_a{}, value_b{};
    float q_a = 0, q_b = 0;
};

struct LightSampleOptions {
    int patch = 2;        // pixels of the reduced picture on each side of the middle one
    int most = 250;       // samples of a link, or about so many
    float low = 0.003F;   // in the tile's unit, of a patch's mean: darker tells of noise and black level
    float high = 0.92F;   // the same, of any pixel of a patch: brighter is clipped, or bent by the camera
    float slope = 0.25F;  // greatest difference between the halves of a patch, in parts of its mean
};

// The directions are a grid over what of tile `a` lies in `b`: always the same, in rows. Patches are averaged over
// (2 patch + 1) reduced pixels, so that places wrong by a few pixels do not matter; patches that are uneven, near black
// or near white are left out. Each reduced picture belongs to its camera; tiles without overlap give nothing.
std::vector<LightSample> light_samples(int tile_a, const TileCamera& camera_a, const ReducedTile& a, int tile_b,
                                       const TileCamera& camera_b, const ReducedTile& b,
                                       const LightSampleOptions& options = {});

}  // namespace nightstack
