// SPDX-License-Identifier: MIT
// Multi-band blending (Burt and Adelson 1983, "A multiresolution spline with application to image mosaics") of one
// block: every tile's picture is taken apart into bands, each band is averaged with weights as smooth as the band is
// coarse, and the averages are put together again. Regions are rectangles of the canvas whose edges are multiples of
// 2^(bands - 1), so that a pixel of any level means the same pixels of the canvas in every block. What lies within
// `halo_px` of the edge of a region is not yet right.
// Of the finest level, which costs most, only those parts are touched that are named: rectangles of the canvas with
// even edges that do not touch each other side by side. One object for one thread, used again and again.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"

namespace nightstack {

class BlendPyramid {
public:
    // How far from a pixel others can matter.
    static int halo_px(int bands) { return 3 << (bands - 1); }

    // At least two bands. `shown`: the parts that will be asked for.
    void begin(int bands, const Rect& region, std::span<const Rect> shown);
    // The memory for one tile's picture: rows of four floats a pixel, the fourth its weight (0 or 1).
    float* tile(const Rect& region);
    // What a tile's picture was filled with.
    struct Filled {
        std::span<const Rect> around;  // all that is not 0 and two pixels more; four pixels beyond that are 0, too
        std::span<const Rect> shown;   // of what is shown, the parts that hold all of its weights there
        Rect weighted;                 // holds all pixels with a weight
    };
    // Tiles must come in the same order for every block, and all values must be finite.
    void add_tile(const Filled& filled);
    void finish(std::span<const Rect> shown);
    // After finish(): a row of the blended picture, from the region's left edge on; right where `shown`.
    const float* row(int canvas_y) const;
    const Rect& region() const { return region_; }

private:
    struct Level {
        int width = 0, height = 0;
        std::vector<float> pixels;
        void resize(int w, int h) {
            width = w;
            height = h;
            // Never smaller: what is taken off would be filled with zeros when it comes back.
            if (pixels.size() < floats()) pixels.resize(floats());
        }
        std::size_t floats() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4; }
        void clear() { std::fill_n(pixels.begin(), floats(), 0.0F); }
        float* row(int y) { return pixels.data() + static_cast<std::ptrdiff_t>(y) * width * 4; }
        const float* row(int y) const { return pixels.data() + static_cast<std::ptrdiff_t>(y) * width * 4; }
    };
    void reduce(Level& fine, Level& coarse, const Rect& part);
    void add_band(std::size_t k, const Rect& part);
    static void expanded(Level& coarse, int fine_y, int c0, int c1, std::vector<float>& scratch, float* out);

    std::vector<Level> sums_, tile_;
    std::vector<float> scratch_, line_;
    Rect region_, tile_region_;
};

}  // namespace nightstack
