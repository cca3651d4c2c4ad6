// SPDX-License-Identifier: MIT
// A tile as registration sees it: grey in 8 bits, encoded for the eye, whole at a small size and in part at full size.
// A view; `read` must be callable from any thread.
#pragma once

#include <cstdint>
#include <functional>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

struct GreyTile {
    int width = 0, height = 0;  // of the whole tile
    int level = 0;              // `reduced` is 2^level times smaller (means of squares, pyramid.h)
    ImageView<const std::uint8_t> reduced;
    std::function<void(const Rect& region, ImageView<std::uint8_t> out)> read;  // at full size; region lies inside
};

// The pixels of a part of a picture as floats, in `out`.
inline void widen(Image<float>& out, ImageView<const std::uint8_t> in) {
    out.reshape(in.width(), in.height());
    for (int y = 0; y < in.height(); ++y) {
        const std::uint8_t* from = in.row_data(y);
        float* to = out.view().row_data(y);
        for (int x = 0; x < in.width(); ++x) to[x] = from[x];
    }
}

// Pixel centres of level l lie at (p + 0.5) * 2^l - 0.5 of the whole.
inline Point at_level(Point whole, int level) {
    const double s = 1.0 / (1 << level);
    return {(whole.x + 0.5) * s - 0.5, (whole.y + 0.5) * s - 0.5};
}
inline Point from_level(Point reduced, int level) {
    const double s = 1 << level;
    return {(reduced.x + 0.5) * s - 0.5, (reduced.y + 0.5) * s - 0.5};
}

}  // namespace nightstack
