// SPDX-License-Identifier: MIT
// Small versions of a tile: means of squares of 1, 2, 4 or 8 pixels a side. Squares cut by the right or lower edge are
// means of what is there. Pixel (i, j) stands at (by * i + (by - 1) / 2, ...) of the tile.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "io/tiles/tile.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack::io {

inline int reduced_size(int size, int by) { return (size + by - 1) / by; }

// Means of the gray values (rounded), of light: no data when a pixel of the square has none. Runs over rows; the result
// does not depend on the runner. Throw IoError.
Image<std::uint8_t> reduced_gray(const Tile& tile, int by, Runner& runner);
std::vector<Image<float>> reduced_light(const Tile& tile, int by, Runner& runner);

// One plane of it, from rows that come one after the other.
template <class T>
class BoxMean {
public:
    BoxMean(int width, int height, int by);  // of what comes
    void add(const T* row);
    Image<T> take() { return std::move(out_); }

private:
    // Sums of columns: at most 8 of 255.
    using Sum = std::conditional_t<std::is_same_v<T, std::uint8_t>, std::uint16_t, float>;
    void end_row(int rows);
    int width_, height_, by_;
    int y_ = 0;
    std::vector<Sum> sums_;
    Image<T> out_;
};

}  // namespace nightstack::io
