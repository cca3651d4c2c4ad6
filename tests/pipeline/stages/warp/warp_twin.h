// SPDX-License-Identifier: MIT
// The plain twin of the warp: the formulas in double precision, one pixel at a time, no tables. Also
// the scenes the tests share.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {

// Canvas pixel (x, y). NaN where there is no data.
double warp_twin_pixel(ImageView<const float> frame, const Transform& source_from_out, int x, int y, WarpKind kind);

// Of a frame place, by the window that does not lean.
double upright_twin_pixel(ImageView<const float> frame, Point at, WarpKind kind);

// A whole frame of noise with mean and sigma.
Image<float> noise_frame(int width, int height, std::uint64_t seed, float mean = 1000, float sigma = 50);

// Moffat profile (beta 3) with the given FWHM, sampled at pixel centres.
struct MoffatStar {
    double x, y, peak, fwhm_px;
    double value_at(double px, double py) const;
};
Image<float> star_frame(int width, int height, const std::vector<MoffatStar>& stars, double sky);

// A single-plane warp of a whole frame into a canvas tile.
Image<float> warped(const Image<float>& frame, const Rect& tile, const Transform& t, WarpKind kind);
// The same, reading only source_region() of the tile.
Image<float> warped_from_region(const Image<float>& frame, const Rect& tile, const Transform& t, WarpKind kind);

// Bitwise equal; NaN equals NaN.
bool same_pixels(ImageView<const float> a, ImageView<const float> b);

// Runs `body` once per CPU level of this machine, and restores the level.
void at_every_cpu_level(const std::function<void()>& body);

inline const std::vector<WarpKind> kAllKinds{WarpKind::lanczos, WarpKind::cubic, WarpKind::bilinear, WarpKind::nearest};

}  // namespace nightstack
