// SPDX-License-Identifier: MIT
// Sums over a patch: windowed centroid, adapted shape, aperture. Positions are relative to the
// patch's centre pixel. Pure functions.
#pragma once

#include <optional>

#include "pipeline/stages/stars/patch.h"
#include "pipeline/stages/stars/profile.h"

namespace nightstack {

// Position and the sum of light under the window there.
struct Centroid {
    double x = 0;
    double y = 0;
    double weighted_sum = 0;
};

// Iterated mean under a round Gaussian of variance `window`, begun at `start`; `star_variance` only
// sets the length of the steps. Nothing when there is no light or the star runs out of the patch.
std::optional<Centroid> windowed_centroid(const Patch& patch, double window, double star_variance, Point start);

// The elliptical Gaussian that equals its own weighted moments, which is also the least-squares fit.
// `core_ratio` is the variance seen through a narrow window over that of `shape`: 1 for a Gaussian,
// less for profiles with a sharp core and wide wings.
struct ShapeFit {
    Shape shape;
    double x = 0;
    double y = 0;
    double core_ratio = 1;
};
std::optional<ShapeFit> adapted_shape(const Patch& patch, const Shape& start, const Centroid& at);

// Sum within a circle whose edge is one pixel soft, and the squares of its weights.
struct Aperture {
    double flux = 0;
    double weight_squares = 0;
};
Aperture aperture_sum(const Patch& patch, double cx, double cy, double radius);

}  // namespace nightstack
