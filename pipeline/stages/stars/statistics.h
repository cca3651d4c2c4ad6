// SPDX-License-Identifier: MIT
// Robust figures of pixel samples, and the sky of a plane per colour. Everything here ignores NaN
// and infinities and works on samples, so that a full frame costs a millisecond or two. Pure
// functions of their arguments; safe in any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"

namespace nightstack {

// Gaussian sigma of a sample whose median absolute deviation is 1.
inline constexpr double kSigmaPerMad = 1.482602218505602;

// The middle value, the mean of the two middle ones for an even count; reorders `values`, which must
// hold no NaN. 0 for an empty span.
float median_in_place(std::span<float> values);

// Median and Gaussian-equivalent sigma from the median absolute deviation. Reorders and overwrites
// `values`, which must hold no NaN. Zeros for an empty span.
struct RobustSpread {
    float median = 0;
    float sigma = 0;
};
RobustSpread median_and_sigma_in_place(std::span<float> values);

// Mean and deviation after `passes` rounds that keep mean - low*sigma ... mean + high*sigma, started
// from median and MAD. The deviation is not corrected for what clipping cuts from a Gaussian.
struct ClippedMean {
    double mean = 0;
    double sigma = 0;
    std::size_t kept = 0;
};
ClippedMean clipped_mean(std::span<const float> values, double low = 3, double high = 3, int passes = 4);

// At most about `max_samples` finite pixels on a regular grid with odd steps, so that every phase of
// a colour mosaic is met equally.
std::vector<float> sampled_pixels(ImageView<const float> plane, std::size_t max_samples = 65536);

// Sky of one colour: level is the clipped median, sigma the noise of one pixel taken from
// differences of neighbours of the same colour (so neither gradients nor stars nor nebulae count).
// Units of the plane. samples = 0 when the plane holds no finite pixel; then all figures are 0.
struct ColourSky {
    double level = 0;
    double sigma = 0;
    std::size_t samples = 0;
};

// One entry (index 0) for a mono plane; three (red, green, blue) for a colour mosaic.
struct PlaneSky {
    int colours = 1;
    std::array<ColourSky, 3> of{};

    // For a mosaic the mean of red, 2 x green, blue: level and rms sigma of an average pixel.
    double level() const;
    double sigma() const;
};

PlaneSky plane_sky(ImageView<const float> plane, std::optional<CfaPattern> cfa = std::nullopt,
                   std::size_t max_samples_per_colour = 65536);

}  // namespace nightstack
