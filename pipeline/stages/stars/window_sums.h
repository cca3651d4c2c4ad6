// SPDX-License-Identifier: MIT
// Sums over a small block of pixels under a Gaussian window: the innermost loops of centroid and shape. In double
// precision, along columns first and then across them, so that every machine adds in one order. Pure, safe in any
// thread.
#pragma once

#include <cstddef>

namespace nightstack {

// Pixels in `height` rows, the first pixel (0, 0). kBlockLanes - 1 floats after each row must be finite, too: they are
// read and weigh nothing.
inline constexpr int kBlockLanes = 4;
inline constexpr int kMostBlock = 92;  // longest side, a multiple of kBlockLanes
struct PixelBlock {
    const float* first = nullptr;
    std::ptrdiff_t stride = 0;
    int width = 0;
    int height = 0;
};

// Sums of w p and of w p times the distance from (cx, cy), in pixels of the block.
struct Moments {
    double sum = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

// w = exp(-(dx^2 + dy^2) / 2 variance); second moments stay 0.
Moments round_window_sums(const PixelBlock& block, double cx, double cy, double variance);

// w = exp(-(a dx^2 + 2 b dx dy + c dy^2) / 2), a form that is positive everywhere. Weights come from products along
// the columns and are right only while no exponent passes 650: `is_steep` asks for that.
Moments elliptical_window_sums(const PixelBlock& block, double cx, double cy, double a, double b, double c);
bool is_steep(const PixelBlock& block, double cx, double cy, double a, double b, double c);

}  // namespace nightstack
