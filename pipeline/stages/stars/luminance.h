// SPDX-License-Identifier: MIT
// The plane on which stars are found: the input smoothed by the 3x3 binomial [1 2 1] x [1 2 1] / 16.
// On a colour mosaic every output pixel then holds R/4 + G/2 + B/4 whatever its own colour, so mono
// and mosaic are treated alike at full resolution and positions need no shift. The kernel adds 0.5
// px^2 per axis to the variance of a star image and leaves 0.375 of white noise.
#pragma once

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack {

// Standard deviation left of white noise, and variance added per axis, by the 3x3 binomial.
inline constexpr double kLuminanceNoise = 0.375;
inline constexpr double kLuminanceVariance = 0.5;

// Edges are mirrored about the edge pixel (-1 -> 1), which keeps the phase of a mosaic. A NaN spreads
// to its eight neighbours. `out` has the size of the input (asserted) and is another plane.
void luminance(ImageView<float> out, ImageView<const float> plane, Runner& runner);

// Colour planes of equal size, mixed (R + 2G + B)/4 first.
void luminance(ImageView<float> out, ImageView<const float> red, ImageView<const float> green,
               ImageView<const float> blue, Runner& runner);

// (R + 2G + B)/4 without smoothing.
void mix_colours(ImageView<float> out, ImageView<const float> red, ImageView<const float> green,
                 ImageView<const float> blue, Runner& runner);

// Rows [begin, end) of `luminance`, for callers that go on with the rows while they are in cache.
void luminance_rows(ImageView<float> out, ImageView<const float> plane, int begin, int end);

}  // namespace nightstack
