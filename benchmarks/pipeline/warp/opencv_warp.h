// SPDX-License-Identifier: MIT
// What our warp is measured against: cv::warpAffine on the same planes, one thread. Built only where
// OpenCV's headers are installed (tools/bench installs them); the product never links OpenCV.
#pragma once

#include <span>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {

bool have_opencv();

// As `warp` of whole frames for affine transforms: `bilinear` is INTER_LINEAR, `lanczos` INTER_LANCZOS4
// (8 x 8 taps; ours has 6 x 6). OpenCV rounds positions to 1/32 px. Outside the frame: 0, not NaN.
void opencv_warp(std::span<const ImageView<float>> out_planes, std::span<const ImageView<const float>> planes,
                 const Transform& source_from_out, WarpKind kind);

}  // namespace nightstack
