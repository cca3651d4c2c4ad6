// SPDX-License-Identifier: MIT
// How much each frame counts in the mean. Weights of one colour have mean 1 over the frames.
//   none    1
//   noise   1 / (noise * scale)^2: best signal to noise for objects against the sky
//   wfwhm   1 / (fwhm * most_stars / stars)^2: sharp frames with many stars
//   nstars  stars
// A frame whose figure is missing (not above 0) gets the smallest known weight; where no frame has
// one, all count alike.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nightstack {

enum class WeightKind { none, noise, wfwhm, nstars };

std::string_view name(WeightKind kind);
std::optional<WeightKind> parse_weight_kind(std::string_view text);

struct FrameQuality {
    std::vector<double> noise;  // per colour plane, sigma of the background in ADU, 0 unknown
    std::vector<double> scale;  // per colour plane, the factor of the normalisation
    double fwhm_px = 0;         // 0 unknown
    int stars = 0;
};

// weights[frame][colour], each above 0. Throws OptionError when frames differ in the number of colours.
std::vector<std::vector<double>> frame_weights(std::span<const FrameQuality> frames, WeightKind kind);

}  // namespace nightstack
