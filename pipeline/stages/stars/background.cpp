// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/background.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/stars/clipped_sums.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr int kRowStep = 4;  // a quarter of the pixels gives the level of a 64 px cell to 3 % of sigma
constexpr int kStartSamples = 25;
constexpr float kKeepBelow = 3.0F;
constexpr float kKeepAbove = 2.5F;
// Fixed point of that clip on a unit Gaussian: what is left of sigma, and where the mean comes to rest.
constexpr double kClippedSigma = 0.96287;
constexpr double kClippedMean = -0.01727;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

struct Estimate {
    float level = kMissing;
    float sigma = kMissing;
};

// Median and MAD of a few pixels: where the clip begins, however bright the stars in the cell are.
Estimate rough_start(ImageView<const float> cell) {
    std::array<float, kStartSamples> picked;
    std::size_t n = 0;
    constexpr int kAxis = 5;
    for (int j = 0; j < kAxis; ++j) {
        const float* p = cell.row_data((2 * j + 1) * cell.height() / (2 * kAxis));
        for (int i = 0; i < kAxis; ++i) {
            const float v = p[((2 * i + 1) * cell.width() / (2 * kAxis))];
            if (std::isfinite(v)) picked[n++] = v;
        }
    }
    if (n == 0) return {};
    const auto used = std::span(picked).first(n);
    Estimate start;
    start.level = median_in_place(used);
    for (float& v : used) v = std::abs(v - start.level);
    start.sigma = static_cast<float>(kSigmaPerMad) * median_in_place(used);
    return start;
}

// Any finite pixel, for cells in which the grid of rough_start met none.
Estimate desperate_start(ImageView<const float> cell) {
    for (int y = 0; y < cell.height(); ++y) {
        for (const float v : cell.row(y)) {
            if (std::isfinite(v)) return {v, 0};
        }
    }
    return {};
}

Estimate clipped_estimate(ImageView<const float> cell, int row_step) {
    Estimate now = rough_start(cell);
    if (!std::isfinite(now.level)) now = desperate_start(cell);
    if (!std::isfinite(now.level)) return {};
    // The start is known to a quarter of sigma only, so the first gate is wider. A MAD of 0 (coarse
    // integers, or a constant plane) says nothing: then begin with all pixels.
    float widen = now.sigma > 0 ? 1.5F : std::numeric_limits<float>::infinity();
    for (int pass = 0; pass < 3; ++pass) {
        const bool all = !std::isfinite(widen);
        constexpr float kMost = std::numeric_limits<float>::max();
        const ClipGate gate{now.level, all ? -kMost : -kKeepBelow * widen * now.sigma,
                            all ? kMost : kKeepAbove * widen * now.sigma};
        const ClipSums sums = clipped_sums(cell, row_step, gate);
        const double n = sums.count;
        if (n < 1) break;
        const double mean = sums.sum / n;
        const double variance = sums.square / n - mean * mean;
        if (!std::isfinite(mean) || !std::isfinite(variance)) break;  // squares of absurd values
        now.level += static_cast<float>(mean);
        now.sigma = static_cast<float>(std::sqrt(std::max(0.0, variance)));
        widen = 1;
    }
    const double sigma = now.sigma / kClippedSigma;
    return {static_cast<float>(now.level - kClippedMean * sigma), static_cast<float>(sigma)};
}

std::vector<int> edges(int length, int cell_px) {
    const int cells = std::max(1, (length + cell_px / 2) / cell_px);
    std::vector<int> e(static_cast<std::size_t>(cells) + 1);
    for (int i = 0; i <= cells; ++i) {
        e[static_cast<std::size_t>(i)] = static_cast<int>(static_cast<long long>(length) * i / cells);
    }
    return e;
}

std::vector<float> centres(const std::vector<int>& e) {
    std::vector<float> c(e.size() - 1);
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = 0.5F * static_cast<float>(e[i] + e[i + 1] - 1);
    return c;
}

// Where `v` lies between centres: index of the lower one and the part of the upper one.
struct Place {
    std::size_t lower = 0;
    std::size_t upper = 0;
    float part = 0;
};

Place place_of(const std::vector<float>& c, double v) {
    const auto above = std::upper_bound(c.begin(), c.end(), static_cast<float>(v));
    if (above == c.begin()) return {0, 0, 0};
    const auto lower = static_cast<std::size_t>(above - c.begin()) - 1;
    if (above == c.end()) return {lower, lower, 0};
    return {lower, lower + 1, (static_cast<float>(v) - c[lower]) / (c[lower + 1] - c[lower])};
}

float finite_median(const std::vector<float>& mesh) {
    std::vector<float> good;
    for (const float v : mesh) {
        if (std::isfinite(v)) good.push_back(v);
    }
    return median_in_place(std::span(good));
}

// 3x3 median over the finite neighbours (fewer at the rim); `empty` where there is none.
std::vector<float> median_filtered(const std::vector<float>& mesh, int columns, int rows, float empty) {
    std::vector<float> out(mesh.size());
    std::array<float, 9> near;
    for (int y = 0; y < rows; ++y) {
        for (int x = 0; x < columns; ++x) {
            std::size_t n = 0;
            for (int j = std::max(0, y - 1); j <= std::min(rows - 1, y + 1); ++j) {
                for (int i = std::max(0, x - 1); i <= std::min(columns - 1, x + 1); ++i) {
                    const float v = mesh[static_cast<std::size_t>(j * columns + i)];
                    if (std::isfinite(v)) near[n++] = v;
                }
            }
            out[static_cast<std::size_t>(y * columns + x)] = n == 0 ? empty : median_in_place(std::span(near).first(n));
        }
    }
    return out;
}

}  // namespace

void BackgroundMesh::reset(int width, int height, int cell_px) {
    if (cell_px < 8) throw OptionError("background mesh: cell_px is " + std::to_string(cell_px) + ", least is 8");
    x_edges_ = edges(width, cell_px);
    y_edges_ = edges(height, cell_px);
    x_centres_ = centres(x_edges_);
    y_centres_ = centres(y_edges_);
    const std::size_t cells = x_centres_.size() * y_centres_.size();
    level_.assign(cells, 0);
    sigma_.assign(cells, 0);
    median_level_ = 0;
    median_sigma_ = 0;
}

void BackgroundMesh::measure_row(ImageView<const float> plane, int cell_y) {
    for (int cell_x = 0; cell_x < columns(); ++cell_x) {
        const auto cx = static_cast<std::size_t>(cell_x);
        const Rect r{x_edges_[cx], row_begin(cell_y), x_edges_[cx + 1] - x_edges_[cx],
                     row_end(cell_y) - row_begin(cell_y)};
        Estimate e;
        if (!r.empty()) e = clipped_estimate(plane.cropped(r), r.height >= 32 ? kRowStep : 1);
        const std::size_t at = static_cast<std::size_t>(cell_y) * x_centres_.size() + cx;
        level_[at] = e.level;
        sigma_[at] = e.sigma;
    }
}

void BackgroundMesh::finish() {
    level_ = median_filtered(level_, columns(), rows(), finite_median(level_));
    sigma_ = median_filtered(sigma_, columns(), rows(), finite_median(sigma_));
    remove_slopes_from_sigma();
    median_level_ = finite_median(level_);
    median_sigma_ = finite_median(sigma_);
}

// A plane of slope g over w pixels has a deviation of g w / sqrt(12). Slopes come from the cells next
// to each; at the rim, where the median filter bends the mesh, from the nearest inner cell.
void BackgroundMesh::remove_slopes_from_sigma() {
    const auto rise = [&](int i, int j, int di, int dj) {
        const auto at = [&](int x, int y) { return level_[static_cast<std::size_t>(y * columns() + x)]; };
        return 0.5F * (at(i + di, j + dj) - at(i - di, j - dj));  // over one cell
    };
    for (int y = 0; y < rows(); ++y) {
        for (int x = 0; x < columns(); ++x) {
            const int ix = columns() >= 3 ? std::clamp(x, 1, columns() - 2) : -1;
            const int iy = rows() >= 3 ? std::clamp(y, 1, rows() - 2) : -1;
            const float gx = ix > 0 ? rise(ix, y, 1, 0) : 0.0F;
            const float gy = iy > 0 ? rise(x, iy, 0, 1) : 0.0F;
            float& sigma = sigma_[static_cast<std::size_t>(y * columns() + x)];
            const float variance = sigma * sigma;
            sigma = std::sqrt(std::max(0.1F * variance, variance - (gx * gx + gy * gy) / 12));
        }
    }
}

float BackgroundMesh::interpolated(const std::vector<float>& mesh, double x, double y) const {
    const Place px = place_of(x_centres_, x);
    const Place py = place_of(y_centres_, y);
    const std::size_t n = x_centres_.size();
    const auto along = [&](std::size_t row) {
        const float a = mesh[row * n + px.lower];
        return a + px.part * (mesh[row * n + px.upper] - a);
    };
    const float top = along(py.lower);
    return top + py.part * (along(py.upper) - top);
}

void BackgroundMesh::threshold_nodes(std::vector<float>& nodes, int y, float k) const {
    const Place py = place_of(y_centres_, y);
    const std::size_t n = x_centres_.size();
    const auto mixed = [&](const std::vector<float>& mesh, std::size_t i) {
        const float a = mesh[py.lower * n + i];
        return a + py.part * (mesh[py.upper * n + i] - a);
    };
    nodes.resize(n);
    for (std::size_t i = 0; i < n; ++i) nodes[i] = mixed(level_, i) + k * mixed(sigma_, i);
}

float BackgroundMesh::between_nodes(const std::vector<float>& nodes, int x) const {
    const Place px = place_of(x_centres_, x);
    return nodes[px.lower] + px.part * (nodes[px.upper] - nodes[px.lower]);
}

std::vector<std::pair<int, int>> BackgroundMesh::enclosing_columns(int block_px) const {
    std::vector<std::pair<int, int>> ranges;
    const int width = x_edges_.back();
    for (int x = 0; x < width; x += block_px) {
        const Place first = place_of(x_centres_, x);
        const Place last = place_of(x_centres_, std::min(width, x + block_px) - 1);
        ranges.emplace_back(static_cast<int>(first.lower), static_cast<int>(last.upper));
    }
    return ranges;
}

void BackgroundMesh::fill_threshold(std::span<float> out, int y, float k) const {
    std::vector<float> level;
    threshold_nodes(level, y, k);
    const int width = static_cast<int>(out.size());
    int x = 0;
    for (; x < width && static_cast<float>(x) <= x_centres_.front(); ++x) out[static_cast<std::size_t>(x)] = level[0];
    for (std::size_t i = 0; i + 1 < level.size(); ++i) {
        const float slope = (level[i + 1] - level[i]) / (x_centres_[i + 1] - x_centres_[i]);
        const int end = std::min(width, static_cast<int>(std::floor(x_centres_[i + 1])) + 1);
        float* const p = out.data();
        const float base = level[i];
        const float centre = x_centres_[i];
        for (; x < end; ++x) p[x] = base + slope * (static_cast<float>(x) - centre);
    }
    for (; x < width; ++x) out[static_cast<std::size_t>(x)] = level.back();
}

void measure_background(BackgroundMesh& mesh, ImageView<const float> plane, int cell_px, Runner& runner) {
    mesh.reset(plane.width(), plane.height(), cell_px);
    if (plane.empty()) return;
    parallel_rows(
        runner, mesh.rows(), [&](int cell_y) { mesh.measure_row(plane, cell_y); }, /*grain=*/1);
    mesh.finish();
}

}  // namespace nightstack
