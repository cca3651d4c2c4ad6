// SPDX-License-Identifier: MIT
// What becomes of the noise of raw pixels until it is a sample of the canvas: demosaicing and interpolation or drizzle
// mix neighbours, each in its own way. Found by sending made noise along the same path, so it holds for every kind.
#pragma once

#include <array>
#include <span>

#include "pipeline/core/frame.h"
#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/sample_light.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {

// Variance of a sample over the variance of one raw pixel of the plane's colour, the mean over all places between
// pixels. `sky` (level and sigma of the raw pixels) and `options` are those of a typical light; only RCD looks at the
// levels. `zoom` is canvas pixels per pixel of the sampled planes. 1 for planes whose noise is not known.
std::array<double, 3> noise_gain(const StreamFormat& format, const std::array<ColourSky, 3>& sky,
                                 const DemosaicOptions& options, const SamplingOptions& sampling, double zoom);

// Brings `noise_variance` of every light from raw pixels to samples, and to what rejection looks at.
void apply_noise_gain(std::span<AcceptedLight> lights, const std::array<double, 3>& of_samples,
                      const std::array<double, 3>& of_tested);

}  // namespace nightstack
