// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/sky_mesh.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

using Samples = std::array<std::vector<float>, 3>;

// Rows and columns two at a time, so that every phase of a mosaic is met, with gaps between.
void sample_cell(Samples& samples, ImageView<const float> plane, std::optional<CfaPattern> cfa, const Rect& cell,
                 int step) {
    for (std::vector<float>& s : samples) s.clear();
    for (int y0 = cell.y; y0 + 1 < cell.bottom(); y0 += step) {
        for (int y = y0; y < y0 + 2; ++y) {
            const float* const row = plane.row_data(y);
            for (int x0 = cell.x; x0 + 1 < cell.right(); x0 += step) {
                for (int x = x0; x < x0 + 2; ++x) {
                    const std::size_t colour = cfa ? static_cast<std::size_t>(colour_at(*cfa, x, y)) : 0;
                    if (std::isfinite(row[x])) samples[colour].push_back(row[x]);
                }
            }
        }
    }
}

}  // namespace

std::optional<double> SkyMesh::at(int colour, double x, double y) const {
    const double column = (x + 0.5) / cell_px - 0.5;
    const double row = (y + 0.5) / cell_px - 0.5;
    if (!(column >= 0 && row >= 0 && column <= columns - 1 && row <= rows - 1)) return std::nullopt;
    const int c = std::min(static_cast<int>(column), std::max(0, columns - 2));
    const int r = std::min(static_cast<int>(row), std::max(0, rows - 2));
    const auto cell = [&](int i, int j) {
        return static_cast<double>(level[static_cast<std::size_t>(colour)][static_cast<std::size_t>(
            std::min(j, rows - 1) * columns + std::min(i, columns - 1))]);
    };
    const double u = column - c;
    const double v = row - r;
    const double value =
        (1 - v) * ((1 - u) * cell(c, r) + u * cell(c + 1, r)) + v * ((1 - u) * cell(c, r + 1) + u * cell(c + 1, r + 1));
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

SkyMesh measure_sky_mesh(ImageView<const float> plane, std::optional<CfaPattern> cfa, int cell_px, int samples) {
    SkyMesh mesh{cell_px, plane.width() / cell_px, plane.height() / cell_px, cfa ? 3 : 1, {}};
    const auto cells = static_cast<std::size_t>(mesh.columns) * static_cast<std::size_t>(mesh.rows);
    for (int c = 0; c < mesh.colours; ++c)
        mesh.level[static_cast<std::size_t>(c)].assign(cells, std::numeric_limits<float>::quiet_NaN());
    // A block of 2 x 2 every `step` pixels; in a mosaic it holds one red, one blue, two green.
    const int per_block = cfa ? 1 : 4;
    const int blocks = std::max(1, samples / per_block);
    const int step = std::max(2, static_cast<int>(cell_px / std::sqrt(blocks)) / 2 * 2);
    Samples values;
    for (int r = 0; r < mesh.rows; ++r) {
        for (int c = 0; c < mesh.columns; ++c) {
            sample_cell(values, plane, cfa, {c * cell_px, r * cell_px, cell_px, cell_px}, step);
            for (int colour = 0; colour < mesh.colours; ++colour) {
                const auto k = static_cast<std::size_t>(colour);
                if (!values[k].empty())
                    mesh.level[k][static_cast<std::size_t>(r * mesh.columns + c)] = median_in_place(values[k]);
            }
        }
    }
    return mesh;
}

}  // namespace nightstack
