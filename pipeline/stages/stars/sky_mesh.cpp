// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/sky_mesh.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

// The finite ones of every `step`th pixel from `row` to `end`, to where `to` points; gives the new end there.
float* take_finite(float* to, const float* row, const float* end, int step) {
    const std::ptrdiff_t count = (end - row + step - 1) / step;
    bool all = true;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        const float v = row[i * step];
        to[i] = v;
        all &= v - v == 0;
    }
    if (all) return to + count;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        *to = row[i * step];
        to += *to - *to == 0 ? 1 : 0;
    }
    return to;
}

}  // namespace

std::optional<double> SkyMesh::at(int colour, double x, double y) const {
    if (colour < 0 || colour >= colours) return std::nullopt;
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

void SkyMeshSampler::begin(int width, int height, std::optional<CfaPattern> cfa, int cell_px, int samples) {
    mesh_ = {cell_px, width / cell_px, height / cell_px, cfa ? 3 : 1, {}};
    cfa_ = cfa;
    next_row_ = 0;
    // A block of 2 x 2 every `step_` pixels; in a mosaic it holds one red, one blue, two green.
    const int blocks = std::max(1, samples / (cfa ? 1 : 4));
    step_ = std::max(2, static_cast<int>(cell_px / std::sqrt(blocks)) / 2 * 2);
    const auto along = static_cast<std::size_t>(cell_px / step_ + 1);
    room_ = 4 * along * along + 1;
    const auto columns = static_cast<std::size_t>(mesh_.columns);
    for (int c = 0; c < mesh_.colours; ++c) {
        const auto k = static_cast<std::size_t>(c);
        mesh_.level[k].assign(columns * static_cast<std::size_t>(mesh_.rows), std::numeric_limits<float>::quiet_NaN());
        values_[k].resize(columns * room_);
        ends_[k].resize(columns);
    }
}

void SkyMeshSampler::begin_cells() {
    for (int c = 0; c < mesh_.colours; ++c) {
        const auto k = static_cast<std::size_t>(c);
        for (std::size_t i = 0; i < ends_[k].size(); ++i) ends_[k][i] = values_[k].data() + i * room_;
    }
}

void SkyMeshSampler::sample_row(const float* row, int y) {
    for (int c = 0; c < mesh_.columns; ++c) {
        const int begin = c * mesh_.cell_px;
        for (int x = begin; x < begin + 2; ++x) {
            const std::size_t k = cfa_ ? static_cast<std::size_t>(colour_at(*cfa_, x, y)) : 0;
            float*& to = ends_[k][static_cast<std::size_t>(c)];
            to = take_finite(to, row + x, row + x + mesh_.cell_px - 1, step_);
        }
    }
}

void SkyMeshSampler::finish_cells(int cell_row) {
    for (int c = 0; c < mesh_.colours; ++c) {
        const auto k = static_cast<std::size_t>(c);
        for (std::size_t i = 0; i < ends_[k].size(); ++i) {
            float* const first = values_[k].data() + i * room_;
            if (ends_[k][i] == first) continue;
            mesh_.level[k][static_cast<std::size_t>(cell_row) * ends_[k].size() + i] =
                median_in_place({first, ends_[k][i]});
        }
    }
}

// Rows two at a time, so that every phase of a mosaic is met, with gaps between.
void SkyMeshSampler::add_rows(ImageView<const float> plane, int end) {
    for (; next_row_ < std::min(end, mesh_.rows * mesh_.cell_px); ++next_row_) {
        const int inside = next_row_ % mesh_.cell_px;
        if (inside == 0) begin_cells();
        const bool pair_is_whole = inside / step_ * step_ + 1 < mesh_.cell_px;
        if (inside % step_ < 2 && pair_is_whole) sample_row(plane.row_data(next_row_), next_row_);
        if (inside == mesh_.cell_px - 1) finish_cells(next_row_ / mesh_.cell_px);
    }
}

SkyMesh SkyMeshSampler::finish() { return std::move(mesh_); }

SkyMesh measure_sky_mesh(ImageView<const float> plane, std::optional<CfaPattern> cfa, int cell_px, int samples) {
    SkyMeshSampler sampler;
    sampler.begin(plane.width(), plane.height(), cfa, cell_px, samples);
    sampler.add_rows(plane, plane.height());
    return sampler.finish();
}

}  // namespace nightstack
