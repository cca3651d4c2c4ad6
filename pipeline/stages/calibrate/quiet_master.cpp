// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/quiet_master.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace nightstack {
namespace {

constexpr float kStays = 6;      // scatters from the level: beyond, a pixel is its own case
constexpr float kMovesFree = 3;  // below, it moves as far as the noise says

// Level and variance at the cells' centres.
struct Mesh {
    Image<float> level, variance;
};

Rect cell_at(ImageView<const float> master, int cx, int cy) {
    const int x = cx * kQuietCell_px;
    const int y = cy * kQuietCell_px;
    return {x, y, std::min(kQuietCell_px, master.width() - x), std::min(kQuietCell_px, master.height() - y)};
}

float middle_of(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// What most of the cell lies between: six sigma of the noise or of its own scatter, whichever is more.
std::array<float, 2> limits_of(ImageView<const float> cell, float noise, std::vector<float>& sample) {
    constexpr int kStep = 3;  // an odd one meets all colours of a mosaic
    constexpr float kSigmaOfMad = 1.4826F;
    sample.clear();
    for (int y = 0; y < cell.height(); y += kStep)
        for (int x = 0; x < cell.width(); x += kStep) sample.push_back(cell(x, y));
    const float middle = middle_of(sample);
    for (float& v : sample) v = std::abs(v - middle);
    const float reach = kStays * std::max(noise, kSigmaOfMad * middle_of(sample));
    return {middle - reach, middle + reach};
}

void measure_cell(Mesh& mesh, ImageView<const float> cell, int cx, int cy, float noise, std::vector<float>& sample) {
    const auto [low, high] = limits_of(cell, noise, sample);
    const double origin = low;
    double sum = 0;
    double squares = 0;
    double n = 0;
    for (int y = 0; y < cell.height(); ++y) {
        for (const float v : cell.row(y)) {
            const bool counts = v >= low && v <= high;
            const double d = counts ? v - origin : 0.0;
            sum += d;
            squares += d * d;
            n += counts ? 1.0 : 0.0;
        }
    }
    const double mean = n > 0 ? sum / n : 0;
    mesh.level.view()(cx, cy) = static_cast<float>(origin + mean);
    mesh.variance.view()(cx, cy) = static_cast<float>(n > 0 ? std::max(0.0, squares / n - mean * mean) : 0.0);
}

Mesh measure(ImageView<const float> master, float noise, Runner& runner) {
    const int across = (master.width() + kQuietCell_px - 1) / kQuietCell_px;
    const int down = (master.height() + kQuietCell_px - 1) / kQuietCell_px;
    Mesh mesh{Image<float>(across, down), Image<float>(across, down)};
    runner.run(down, 1, [&](int begin, int end) {
        std::vector<float> sample;
        for (int cy = begin; cy < end; ++cy)
            for (int cx = 0; cx < across; ++cx)
                measure_cell(mesh, master.cropped(cell_at(master, cx, cy)), cx, cy, noise, sample);
    });
    return mesh;
}

// Between which two cells a pixel lies, and how far it is from the first.
struct Place {
    int first, second;
    float part;
};

Place place_of(int pixel, int cells) {
    const float at = (static_cast<float>(pixel) + 0.5F) / kQuietCell_px - 0.5F;
    const float first = std::floor(at);
    const auto clamped = [&](float cell) { return std::clamp(static_cast<int>(cell), 0, cells - 1); };
    return {clamped(first), clamped(first + 1), at - first};
}

// A row of a mesh, as fine as the pixels are upright.
void mesh_row(std::vector<float>& out, ImageView<const float> mesh, const Place& y) {
    out.resize(static_cast<std::size_t>(mesh.width()));
    for (int x = 0; x < mesh.width(); ++x)
        out[static_cast<std::size_t>(x)] = mesh(x, y.first) + y.part * (mesh(x, y.second) - mesh(x, y.first));
}

float between(const std::vector<float>& cells, const Place& x) {
    const float first = cells[static_cast<std::size_t>(x.first)];
    return first + x.part * (cells[static_cast<std::size_t>(x.second)] - first);
}

class RowQuieter {
public:
    RowQuieter(const Mesh& mesh, double noise, int width)
        : mesh_(mesh), noise2_(static_cast<float>(noise * noise)), columns_(static_cast<std::size_t>(width)) {
        for (int x = 0; x < width; ++x) columns_[static_cast<std::size_t>(x)] = place_of(x, mesh.level.view().width());
    }

    // Returns the sum of g.
    double operator()(float* row, int y, std::vector<float>& levels, std::vector<float>& variances) const {
        const Place down = place_of(y, mesh_.level.view().height());
        mesh_row(levels, mesh_.level.cview(), down);
        mesh_row(variances, mesh_.variance.cview(), down);
        double sum = 0;
        for (std::size_t x = 0; x < columns_.size(); ++x) {
            const float level = between(levels, columns_[x]);
            const float variance = between(variances, columns_[x]);
            const float kept = variance > noise2_ ? 1 - noise2_ / variance : 0;
            const float off = row[x] - level;
            const float sigmas = std::abs(off) / std::sqrt(std::max(variance, noise2_));
            const float own = std::clamp((sigmas - kMovesFree) / (kStays - kMovesFree), 0.0F, 1.0F);
            row[x] = own < 1 ? level + (kept + (1 - kept) * own) * off : row[x];
            sum += static_cast<double>(kept);
        }
        return sum;
    }

private:
    const Mesh& mesh_;
    float noise2_;
    std::vector<Place> columns_;
};

}  // namespace

double quiet_master(ImageView<float> master, double noise, Runner& runner) {
    if (!(noise > 0) || !std::isfinite(noise) || master.empty()) return 1;
    const Mesh mesh = measure(master, static_cast<float>(noise), runner);
    const RowQuieter quieter(mesh, noise, master.width());
    std::vector<double> kept(static_cast<std::size_t>(master.height()));  // by row, so that the sum has one order
    runner.run(master.height(), 16, [&](int begin, int end) {
        std::vector<float> levels, variances;
        for (int y = begin; y < end; ++y)
            kept[static_cast<std::size_t>(y)] = quieter(master.row_data(y), y, levels, variances);
    });
    double sum = 0;
    for (const double row : kept) sum += row;
    return sum / (double(master.width()) * double(master.height()));
}

}  // namespace nightstack
