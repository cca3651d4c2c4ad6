// SPDX-License-Identifier: MIT
// The plain twin of integrate_tile: one pixel at a time, std::sort, the definitions of reject.h and
// combine.h written down. `Real` = float repeats the product's arithmetic step by step and must give
// the same bits; `Real` = double tells how much float costs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/stages/integrate/combine.h"

namespace nightstack {

template <class Real>
struct PixelResult {
    Real value = 0;
    Real variance = 0;
    int coverage = 0;
    int rejected_low = 0;
    int rejected_high = 0;
};

// One frame's sample at a pixel.
struct PixelSample {
    float value = 0;  // before normalisation; not finite = none
    float scale = 1;
    float offset = 0;
    float weight = 1;
    float noise_variance = 0;
    float part = 1;                    // multiplies the weight
    std::optional<float> tested = {};  // what rejection looks at instead, before normalisation
};

template <class Real>
PixelResult<Real> combine_pixel_reference(std::span<const PixelSample> samples, const CombineOptions& options);

// The whole tile with the float twin.
void integrate_tile_reference(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options);

}  // namespace nightstack
