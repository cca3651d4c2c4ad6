// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"

namespace nightstack {
namespace {

float quantile(std::vector<float>& values, double share) {
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

// One figure per cell, read between the cell centres by linear interpolation.
class Mesh {
public:
    Mesh(int width, int height, int cell)
        : cell_(cell), columns_((width + cell - 1) / cell), rows_((height + cell - 1) / cell) {
        values_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
    }
    int columns() const { return columns_; }
    int rows() const { return rows_; }
    Rect cell(int i, int j) const { return {i * cell_, j * cell_, cell_, cell_}; }
    float& at(int i, int j) { return values_[index(i, j)]; }
    float at(int i, int j) const { return values_[index(i, j)]; }
    float at_pixel(int x, int y) const { return at(x / cell_, y / cell_); }
    float between(int x, int y) const {
        const auto [i0, i1, u] = place(x, columns_);
        const auto [j0, j1, v] = place(y, rows_);
        const float top = at(i0, j0) + u * (at(i1, j0) - at(i0, j0));
        const float bottom = at(i0, j1) + u * (at(i1, j1) - at(i0, j1));
        return top + v * (bottom - top);
    }
    const std::vector<float>& values() const { return values_; }

private:
    std::size_t index(int i, int j) const {
        return static_cast<std::size_t>(j) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(i);
    }
    std::tuple<int, int, float> place(int p, int count) const {
        const float c = (static_cast<float>(p) + 0.5F) / static_cast<float>(cell_) - 0.5F;
        const float low = std::floor(c);
        const int i = static_cast<int>(low);
        return {std::clamp(i, 0, count - 1), std::clamp(i + 1, 0, count - 1), c - low};
    }
    int cell_;
    int columns_;
    int rows_;
    std::vector<float> values_;
};

template <class Figure>
void fill(Mesh& mesh, ImageView<const float> dark, Runner& runner, Figure figure) {
    runner.run(mesh.rows(), 1, [&](int begin, int end) {
        std::vector<float> values;
        for (int j = begin; j < end; ++j) {
            for (int i = 0; i < mesh.columns(); ++i) {
                const Rect cell = intersected(mesh.cell(i, j), dark.bounds());
                mesh.at(i, j) = figure(cell, values);
            }
        }
    });
}

float cell_median(ImageView<const float> dark, const Rect& cell, std::vector<float>& values) {
    values.clear();
    for (int y = cell.y; y < cell.bottom(); ++y) {
        for (const float v :
             dark.row(y).subspan(static_cast<std::size_t>(cell.x), static_cast<std::size_t>(cell.width))) {
            if (std::isfinite(v)) values.push_back(v);
        }
    }
    return values.empty() ? 0 : quantile(values, 0.5);
}

// The median absolute deviation, or the lower or upper side's own when larger: with coarse steps
// (a single raw dark) half of the pixels may share one value. The sides are cut well inside the hot
// pixels' share.
float cell_sigma(ImageView<const float> dark, const Mesh& level, const Rect& cell, std::vector<float>& values) {
    values.clear();
    for (int y = cell.y; y < cell.bottom(); ++y) {
        const float* row = dark.row_data(y);
        for (int x = cell.x; x < cell.right(); ++x) {
            if (std::isfinite(row[x])) values.push_back(row[x] - level.between(x, y));
        }
    }
    if (values.empty()) return 0;
    const float lower = -quantile(values, 0.023) / 2;
    const float upper = quantile(values, 0.84);
    for (float& v : values) v = std::abs(v);
    return std::max({1.4826F * quantile(values, 0.5), lower, upper});
}

float median_around(ImageView<const float> dark, int x, int y) {
    std::array<float, 24> values;
    std::size_t count = 0;
    for (int v = std::max(0, y - 2); v <= std::min(dark.height() - 1, y + 2); ++v) {
        for (int u = std::max(0, x - 2); u <= std::min(dark.width() - 1, x + 2); ++u) {
            if ((u != x || v != y) && std::isfinite(dark(u, v))) values[count++] = dark(u, v);
        }
    }
    if (count == 0) return std::numeric_limits<float>::quiet_NaN();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(values.begin(), middle, values.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

struct Candidate {
    DefectPixel pixel;
    float strength;  // in local deviations
    bool hot;
};

std::vector<Candidate> row_candidates(ImageView<const float> dark, int y, const Mesh& level, const Mesh& sigma,
                                      const DefectOptions& options) {
    std::vector<Candidate> found;
    const float* row = dark.row_data(y);
    const auto hot = static_cast<float>(options.hot_kappa);
    const auto cold = static_cast<float>(-options.cold_kappa);
    for (int x = 0; x < dark.width(); ++x) {
        if (!std::isfinite(row[x])) {
            found.push_back({{x, y}, std::numeric_limits<float>::infinity(), true});
            continue;
        }
        const float base = level.between(x, y);
        const float unit = std::max(sigma.at_pixel(x, y), 1e-6F * std::max(1.0F, std::abs(base)));
        const float rough = (row[x] - base) / unit;
        if (rough < 0.5F * hot && rough > 0.5F * cold) continue;
        const float strength = (row[x] - median_around(dark, x, y)) / unit;
        if (strength > hot) found.push_back({{x, y}, strength, true});
        if (strength < cold) found.push_back({{x, y}, -strength, false});
    }
    return found;
}

}  // namespace

void DefectOptions::check() const {
    for (const double kappa : {hot_kappa, cold_kappa}) {
        if (!(kappa > 0)) throw OptionError("defects: kappa " + std::to_string(kappa) + " is not above 0");
    }
    if (!(most_share >= 0 && most_share <= 1)) {
        throw OptionError("defects: share " + std::to_string(most_share) + " is not between 0 and 1");
    }
    if (cell_px < 8) throw OptionError("defects: cells of " + std::to_string(cell_px) + " px are smaller than 8");
}

Defects find_defects(ImageView<const float> dark, const DefectOptions& options, Runner& runner) {
    options.check();
    if (dark.empty()) return {};
    Mesh level(dark.width(), dark.height(), options.cell_px);
    Mesh sigma = level;
    fill(level, dark, runner, [&](const Rect& cell, auto& values) { return cell_median(dark, cell, values); });
    fill(sigma, dark, runner, [&](const Rect& cell, auto& values) { return cell_sigma(dark, level, cell, values); });

    std::vector<std::vector<Candidate>> by_row(static_cast<std::size_t>(dark.height()));
    parallel_rows(runner, dark.height(),
                  [&](int y) { by_row[static_cast<std::size_t>(y)] = row_candidates(dark, y, level, sigma, options); });
    std::vector<Candidate> all;
    for (const auto& row : by_row) all.insert(all.end(), row.begin(), row.end());

    Defects defects;
    const double pixels = double(dark.width()) * double(dark.height());
    const auto most = static_cast<std::size_t>(options.most_share * pixels);
    if (all.size() > most) {
        defects.report.left_out = static_cast<std::int64_t>(all.size() - most);
        std::stable_sort(all.begin(), all.end(),
                         [](const Candidate& a, const Candidate& b) { return a.strength > b.strength; });
        all.resize(most);
    }
    std::vector<DefectPixel> marked;
    for (const Candidate& c : all) {
        marked.push_back(c.pixel);
        ++(c.hot ? defects.report.hot : defects.report.cold);
    }
    std::vector<float> sigmas = sigma.values();
    defects.report.sigma = double{quantile(sigmas, 0.5)};
    defects.map = DefectMap(dark.width(), dark.height(), std::move(marked));
    return defects;
}

}  // namespace nightstack
