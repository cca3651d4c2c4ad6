// SPDX-License-Identifier: MIT
// Level and noise of the sky on a coarse mesh, for finding stars. It follows gradients, vignetting
// and the larger nebulae; a nebula or galaxy that fills a cell is taken for sky. That is what
// detection wants and what photometry does not: never subtract this mesh from a picture.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack {

// Values per cell, row by row. Between cell centres it is interpolated linearly, beyond the outer
// centres constant. A value once built: any number of readers.
class BackgroundMesh {
public:
    // Cuts width x height into about square cells of `cell_px`, at least one; all figures are 0.
    // Keeps its memory when used again. Throws OptionError unless cell_px >= 8.
    void reset(int width, int height, int cell_px);

    int columns() const { return static_cast<int>(x_edges_.size()) - 1; }
    int rows() const { return static_cast<int>(y_edges_.size()) - 1; }
    int row_begin(int cell_y) const { return y_edges_[static_cast<std::size_t>(cell_y)]; }
    int row_end(int cell_y) const { return y_edges_[static_cast<std::size_t>(cell_y) + 1]; }

    // Measures the cells of one row of the mesh from pixels of `plane` (every fourth row of it, NaN
    // and infinities ignored): iterated clipped mean and deviation about a pivot (performance.md
    // 6.3: keep m - 3s ... m + 2.5s), corrected for what the clip cuts from a Gaussian. Different
    // rows may be measured at the same time.
    void measure_row(ImageView<const float> plane, int cell_y);
    // After all rows: fills cells without finite pixels, smooths by a 3x3 median, takes out of sigma
    // what a slope across the cell put in, takes the medians.
    void finish();

    // At pixel (x, y), also outside the frame.
    float level(double x, double y) const { return interpolated(level_, x, y); }
    float sigma(double x, double y) const { return interpolated(sigma_, x, y); }
    // out[x] = level + k * sigma for the pixels of row y, as many as `out` holds.
    void fill_threshold(std::span<float> out, int y, float k) const;

    // The same in two steps, for callers that look at few pixels: values of the row at the centres of
    // the columns, and between them.
    void threshold_nodes(std::vector<float>& nodes, int y, float k) const;
    float between_nodes(const std::vector<float>& nodes, int x) const;
    // First and last column whose centres enclose each block of `block_px` pixels of a row: no value
    // of fill_threshold in the block lies below the least of these nodes.
    std::vector<std::pair<int, int>> enclosing_columns(int block_px) const;

    // Medians over the cells. 0 when no pixel was finite.
    float median_level() const { return median_level_; }
    float median_sigma() const { return median_sigma_; }

private:
    void remove_slopes_from_sigma();
    float interpolated(const std::vector<float>& mesh, double x, double y) const;

    std::vector<int> x_edges_;
    std::vector<int> y_edges_;
    std::vector<float> x_centres_;
    std::vector<float> y_centres_;
    std::vector<float> level_;
    std::vector<float> sigma_;
    float median_level_ = 0;
    float median_sigma_ = 0;
};

// The whole of it: reset, measure_row for all rows, finish.
void measure_background(BackgroundMesh& mesh, ImageView<const float> plane, int cell_px, Runner& runner);

}  // namespace nightstack
