// SPDX-License-Identifier: MIT
#include "pipeline/stages/background/sky_cells.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>

#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr float kClip = 2.5F;
constexpr int kMostRounds = 12;
constexpr int kUsablePart = 4;  // at least a quarter of a whole cell must have data

struct Sky {
    float level = 0;
    float sigma = 0;
};

// `work` is a buffer of the size of `kept`.
Sky spread_of(std::span<const float> kept, std::vector<float>& work) {
    work.assign(kept.begin(), kept.end());
    const RobustSpread s = median_and_sigma_in_place(work);
    return {s.median, s.sigma};
}

Sky clipped_sky(std::vector<float>& values, std::vector<float>& work) {
    Sky sky = spread_of(values, work);
    for (int round = 0; round < kMostRounds && sky.sigma > 0; ++round) {
        const float low = sky.level - kClip * sky.sigma;
        const float high = sky.level + kClip * sky.sigma;
        const auto end =
            std::remove_if(values.begin(), values.end(), [&](float v) { return !(v >= low && v <= high); });
        if (end == values.end() || end == values.begin()) break;
        values.erase(end, values.end());
        sky = spread_of(values, work);
    }
    return sky;
}

}  // namespace

SkyCells::SkyCells(int picture_width, int picture_height, int cell)
    : width(picture_width),
      height(picture_height),
      cell_px(cell),
      columns((picture_width + cell - 1) / cell),
      rows((picture_height + cell - 1) / cell) {
    assert(cell >= 8 && picture_width > 0 && picture_height > 0);
    const auto n = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    level.assign(n, 0);
    sigma.assign(n, 0);
    samples.assign(n, 0);
}

bool SkyCells::usable(int column, int row) const {
    return samples[at(column, row)] * kUsablePart >= std::min(cell_px, width) * std::min(cell_px, height);
}

double SkyCells::centre_x(int column) const {
    return 0.5 * (column * cell_px + std::min((column + 1) * cell_px, width) - 1);
}

double SkyCells::centre_y(int row) const { return 0.5 * (row * cell_px + std::min((row + 1) * cell_px, height) - 1); }

void measure_cells(SkyCells& cells, int row, ImageView<const float> band) {
    assert(band.width() == cells.width);
    std::vector<float> values;
    std::vector<float> work;
    for (int column = 0; column < cells.columns; ++column) {
        const int x0 = column * cells.cell_px;
        const int x1 = std::min(x0 + cells.cell_px, cells.width);
        values.clear();
        for (int y = 0; y < band.height(); ++y) {
            const float* p = band.row_data(y);
            std::copy_if(p + x0, p + x1, std::back_inserter(values), [](float v) { return std::isfinite(v); });
        }
        const std::size_t at = cells.at(column, row);
        cells.samples[at] = static_cast<int>(values.size());
        if (values.empty()) continue;
        const Sky sky = clipped_sky(values, work);
        cells.level[at] = sky.level;
        cells.sigma[at] = sky.sigma;
    }
}

}  // namespace nightstack
