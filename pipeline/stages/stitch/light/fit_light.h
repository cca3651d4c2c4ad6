// SPDX-License-Identifier: MIT
// Exposure, white balance and vignetting of all tiles together, from what they see twice. For a direction seen by the
// tiles a and b, per channel:
//   ln measured_a + g_a - ln falloff(q_a) = ln measured_b + g_b - ln falloff(q_b)
// The g are found by least squares over all samples, with weights after Tukey so that what moves does not matter; the
// falloff is one for all tiles and channels. Gains of tiles that hang together have the geometric mean 1 per channel.
// Vignetting is taken only where the samples tell it well and it pays; else it is none. A pure function.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/light/light_samples.h"
#include "pipeline/stages/stitch/light/tile_light.h"

namespace nightstack {

struct LightOptions {
    bool gains = true;      // else they stay 1
    bool one_gain = false;  // exposure alone: the three channels of a tile get the same gain
    bool vignetting = true;
    int least_samples = 12;   // of a link, or it says nothing
    int most_samples = 6000;  // of all links; of more, every second, third ... is taken, but 40 of a link
    double most_gain = 8;     // a tile whose gain would be beyond this, or below its inverse, stays as it is
};

// What a link's samples differ by, as a part (0.01: one in a hundred): RMS over the samples that are no outliers.
struct LinkLight {
    int a = 0, b = 0;
    int samples = 0, taken = 0;  // that were usable; that the fit looked at
    double outliers = 0;         // part of those taken that did not matter
    std::array<double, 3> before{}, after{};
};

struct LightFit {
    std::vector<TileLight> tiles;
    std::vector<bool> determined;  // whether the samples told a tile's gain
    Vignetting vignetting;
    std::vector<LinkLight> links;  // in order of (a, b) with a < b
    int rounds = 0;
};

// Samples of tiles outside [0, tile_count), with values that are not positive, or of one tile with itself are left out.
LightFit fit_light(std::span<const LightSample> samples, int tile_count, const LightOptions& options = {});

}  // namespace nightstack
