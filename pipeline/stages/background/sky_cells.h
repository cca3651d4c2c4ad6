// SPDX-License-Identifier: MIT
// The sky of a finished picture on a grid of square cells, measured so that stars do not count.
#pragma once

#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {

// A value. Cell (column, row) covers `cell_px` x `cell_px` pixels from (column * cell_px, row * cell_px); the last ones
// are cut by the right and lower edge. Level and sigma are 0 where `samples` is 0.
struct SkyCells {
    SkyCells() = default;
    SkyCells(int picture_width, int picture_height, int cell);  // cell >= 8 (asserted)

    int width = 0, height = 0;  // of the picture
    int cell_px = 0;
    int columns = 0, rows = 0;
    std::vector<float> level;  // clipped median, units of the plane
    std::vector<float> sigma;  // of one pixel, from the clipped median absolute deviation
    std::vector<int> samples;  // pixels with data

    std::size_t at(int column, int row) const { return static_cast<std::size_t>(row * columns + column); }
    // A cell that has hardly any data says nothing about the sky.
    bool usable(int column, int row) const;
    double centre_x(int column) const;
    double centre_y(int row) const;
};

// Measures the cells of one row of the grid. `band` holds the pixels of these rows over the whole width; NaN = no data.
// Per cell: median and MAD, then what is further than 2.5 sigma from the median is dropped and both taken again, until
// nothing changes. Different rows may be measured at the same time.
void measure_cells(SkyCells& cells, int row, ImageView<const float> band);

}  // namespace nightstack
