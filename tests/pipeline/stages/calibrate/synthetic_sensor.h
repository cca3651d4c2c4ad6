// SPDX-License-Identifier: MIT
// Frames of a sensor whose every fault is known.
#pragma once

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/calibrate/master.h"

namespace nightstack {

inline constexpr CfaPattern kPatterns[] = {CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr};

Image<float> flat_image(int width, int height, float value);
void add_noise(ImageView<float> image, float sigma, std::mt19937& rng);
// `count` different pixels, at least `apart_px` from each other in x or y.
std::vector<std::pair<int, int>> scattered_pixels(int width, int height, int count, int apart_px, std::mt19937& rng);
// A Gaussian star, integrated over each pixel.
void add_star(ImageView<float> image, double x, double y, double fwhm_px, const double (&flux)[3], CfaPattern pattern);

ReadRows reader(const std::vector<Image<float>>& frames);
bool same_bits(ImageView<const float> a, ImageView<const float> b);

}  // namespace nightstack
