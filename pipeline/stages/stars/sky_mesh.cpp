// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/sky_mesh.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

// Room for the samples of a cell per colour, and how many there are.
struct Samples {
    std::array<std::vector<float>, 3> room;
    std::array<std::size_t, 3> count{};
    std::span<float> of(std::size_t colour) { return std::span(room[colour]).first(count[colour]); }
};

// The finite ones of every `step`th pixel from `row` to `end`, to where `to` points; gives the new end there.
// Everything is written and only the end moves on: no branch to guess at.
float* take_finite(float* to, const float* row, const float* end, int step) {
    for (; row < end; row += step) {
        *to = *row;
        to += *row - *row == 0 ? 1 : 0;
    }
    return to;
}

// Rows and columns two at a time, so that every phase of a mosaic is met, with gaps between.
void sample_cell(Samples& samples, ImageView<const float> plane, std::optional<CfaPattern> cfa, const Rect& cell,
                 int step) {
    const auto per_row = static_cast<std::size_t>(cell.width / step + 1);
    const auto rows = static_cast<std::size_t>(cell.height / step + 1);
    std::array<float*, 3> ends{};
    for (std::size_t c = 0; c < 3; ++c) {
        samples.room[c].resize(4 * per_row * rows + 1);
        ends[c] = samples.room[c].data();
    }
    for (int y0 = cell.y; y0 + 1 < cell.bottom(); y0 += step) {
        for (int y = y0; y < y0 + 2; ++y) {
            const float* const row = plane.row_data(y);
            for (int x = cell.x; x < cell.x + 2; ++x) {
                float*& to = ends[cfa ? static_cast<std::size_t>(colour_at(*cfa, x, y)) : 0];
                to = take_finite(to, row + x, row + cell.right() - 1 + (x - cell.x), step);
            }
        }
    }
    for (std::size_t c = 0; c < 3; ++c) samples.count[c] = static_cast<std::size_t>(ends[c] - samples.room[c].data());
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
                if (values.count[k] == 0) continue;
                mesh.level[k][static_cast<std::size_t>(r * mesh.columns + c)] = median_in_place(values.of(k));
            }
        }
    }
    return mesh;
}

}  // namespace nightstack
