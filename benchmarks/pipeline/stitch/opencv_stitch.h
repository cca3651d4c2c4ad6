// SPDX-License-Identifier: MIT
// The peer of the composition: OpenCV's bicubic remap in float, and its multi-band blender on 8-bit tiles as its
// Stitcher uses it. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

bool have_opencv_stitch();

// Pixels of three floats, one after the other; where each lies in the source. `out` as large as the maps.
void opencv_remap(ImageView<const float> source_rgb, ImageView<const float> x, ImageView<const float> y,
                  ImageView<float> out_rgb);

// A tile of the blender: 8-bit pixels of three, and where each pixel of its part of the canvas lies in it.
struct PeerTile {
    Image<std::uint8_t> rgb;   // three times as wide
    Image<float> x, y;         // of the part; outside of the tile where it does not see
    Image<std::uint8_t> mask;  // 255 where it is shown
    Rect part;
};
// Warps (bilinear, as the Stitcher does) and blends all tiles; the sum of the result, so that it is not left out.
double opencv_blend(std::span<const PeerTile> tiles, const Rect& canvas, int bands);

}  // namespace nightstack
