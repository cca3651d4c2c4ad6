// SPDX-License-Identifier: MIT
// Pictures to take apart and put together again.
#pragma once

#include <array>
#include <cstdint>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/demosaic/demosaic.h"

namespace nightstack {

using Rgb = std::array<Image<float>, 3>;

inline constexpr CfaPattern kPatterns[] = {CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr};
inline constexpr DemosaicKind kKinds[] = {DemosaicKind::superpixel, DemosaicKind::bilinear, DemosaicKind::linear,
                                          DemosaicKind::rcd};

Rgb make_rgb(int width, int height);
// Uniform noise in [low, high).
Image<float> noise_mosaic(int width, int height, std::uint32_t seed, float low, float high);
// The colour a pixel saw, of three planes.
Image<float> mosaic_of(const Rgb& picture, CfaPattern pattern);
Rgb demosaiced(ImageView<const float> mosaic, CfaPattern pattern, DemosaicKind kind,
               const DemosaicOptions& options = {});
inline DemosaicOptions with_pedestal(float pedestal) {
    DemosaicOptions options;
    options.pedestal = pedestal;
    return options;
}

struct TrueStar {
    double x, y;
    std::array<double, 3> flux;
};
// Gaussian stars, integrated over each pixel, added to the planes.
void add_star(Rgb& picture, const TrueStar& star, double fwhm_px);

}  // namespace nightstack
