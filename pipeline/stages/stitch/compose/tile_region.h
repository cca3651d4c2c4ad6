// SPDX-License-Identifier: MIT
// A part of a tile in memory, as the remap kernel wants it: four floats a pixel, reduced where the canvas is much
// coarser than the tile, and with the tile's last pixels repeated around it. One object for one thread, used again and
// again.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/compose/remap.h"

namespace nightstack {

// Fills `planes`, one or three of the region's size, with linear light of a part of a tile. Called from several threads
// at a time.
using ReadTile = std::function<void(int tile, const Rect& region, std::span<const ImageView<float>> planes)>;

class TileHoles;

class TileRegion {
public:
    // What positions in `wanted` need (a part of the tile, not empty). Means of 2^reduction_log2 squared pixels; what
    // is not finite is as `holes` has it, or counts as 0. With one plane all three colours are the same.
    void load(const ReadTile& read, int tile, int tile_width, int tile_height, const Rect& wanted, int reduction_log2,
              int planes, const TileHoles* holes = nullptr);
    RemapSource source() const;

private:
    void take_strip(const Rect& part, std::span<const ImageView<float>> planes);
    void repeat_edges();
    float* pixel(int x, int y) {
        return rgbx_.data() + (static_cast<std::ptrdiff_t>(y - rect_.y) * rect_.width + (x - rect_.x)) * 4;
    }

    std::vector<float> rgbx_;
    std::vector<Image<float>> strip_;
    Rect rect_, inside_;  // reduced pixels: all, and those the tile has
    int width_ = 0, height_ = 0, log2_ = 0;
};

}  // namespace nightstack
