// SPDX-License-Identifier: MIT
// The running sum of one plane of video pictures that lie on top of each other: each is read at its exact positions
// (bilinear, as stages/warp), straight from its bytes, and added. Nothing of a frame's size is made in between.
//
// A frame covers a pixel of the sum where its position lies within `reach` of the centres of the frame's outermost
// pixels; beyond those centres their value goes on. What is covered is one stretch of every row, so that counting is
// two steps per row and frame.
//
// Thread rule: rows are independent. `add_rows` and `close_rows` may run for different rows at the same time; frames
// are added to a row in their order, and threads cannot change a bit. Same bits at every instruction level.
#pragma once

#include <cstdint>
#include <span>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// One frame's plane. `source_from_sum` is affine: pixels of the sum to pixels of the plane.
struct SummedPlane {
    ImageView<const std::uint8_t> pixels;
    Transform source_from_sum;
};

inline constexpr int kMostSummed = 32767;  // frames in one sum

class PlaneSum {
public:
    // Empty again, of this size; memory is kept. `reach` in pixels of the frames, 0 to 1.
    void begin(int width, int height, double reach);
    int width() const { return sum_.width(); }
    int height() const { return sum_.height(); }

    void add_rows(std::span<const SummedPlane> frames, int begin, int end);
    // Adds another sum of the same size, neither of them closed.
    void absorb_rows(const PlaneSum& other, int begin, int end);
    // Nothing more is added: from now on the counts can be read.
    void close_rows(int begin, int end);

    ImageView<const float> sum() const { return sum_.view(); }
    // How many frames cover each pixel, when closed.
    ImageView<const std::int16_t> count() const { return count_.view(); }

private:
    Image<float> sum_;
    Image<std::int16_t> count_;  // until closed: by how much it changes from the pixel before
    double reach_ = 0;
};

}  // namespace nightstack
