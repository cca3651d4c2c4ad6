// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "pipeline/stages/calibrate/nth_value.h"

namespace nightstack {
namespace {

// Lent to one cell after the other.
struct CellScratch {
    std::vector<float> values;
    std::vector<float> line;
    std::vector<float> work;
};

float quantile(std::span<const float> values, double share, std::vector<float>& work) {
    return nth_value(values, static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5), work);
}

// One figure per cell, read between the cell centres by linear interpolation.
class Mesh {
public:
    Mesh(int width, int height, int cell)
        : cell_(cell), columns_((width + cell - 1) / cell), rows_((height + cell - 1) / cell) {
        values_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
        for (int x = 0; x < width; ++x) {
            places_.push_back(place(x, columns_));
            shares_.push_back(places_.back().share);
        }
        for (int x = width - 1; x >= 0; --x) {
            Place& here = places_[static_cast<std::size_t>(x)];
            const Place* next = x + 1 < width ? &here + 1 : nullptr;
            const bool goes_on = next != nullptr && next->low == here.low && next->high == here.high;
            here.end = goes_on ? next->end : x + 1;
        }
    }
    int columns() const { return columns_; }
    int rows() const { return rows_; }
    Rect cell(int i, int j) const { return {i * cell_, j * cell_, cell_, cell_}; }
    float& at(int i, int j) { return values_[index(i, j)]; }
    float at(int i, int j) const { return values_[index(i, j)]; }
    // Each pixel of row y its own cell's.
    void copy_row(int y, std::span<float> out) const {
        const float* from = values_.data() + index(0, y / cell_);
        for (std::size_t x = 0; x < out.size(); x += static_cast<std::size_t>(cell_))
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(x),
                        std::min(out.size() - x, static_cast<std::size_t>(cell_)), *from++);
    }
    // At the pixels from (x, y) on to the right.
    void between(int x, int y, std::span<float> out) const {
        const Place row = place(y, rows_);
        const int end = x + static_cast<int>(out.size());
        for (int begin = x; begin < end;) {
            const Place& p = places_[static_cast<std::size_t>(begin)];
            const int count = std::min(p.end, end) - begin;
            const float top = at(p.low, row.low);
            const float top_step = at(p.high, row.low) - top;
            const float bottom = at(p.low, row.high);
            const float bottom_step = at(p.high, row.high) - bottom;
            const float* share = shares_.data() + begin;
            float* to = out.data() + (begin - x);
            for (int k = 0; k < count; ++k) {
                const float upper = top + share[k] * top_step;
                const float lower = bottom + share[k] * bottom_step;
                to[k] = upper + row.share * (lower - upper);
            }
            begin += count;
        }
    }
    const std::vector<float>& values() const { return values_; }

private:
    struct Place {
        int low, high;  // the cells to both sides
        float share;    // of the way from the one to the other
        int end = 0;    // where the pixels between these two cells end
    };
    std::size_t index(int i, int j) const {
        return static_cast<std::size_t>(j) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(i);
    }
    Place place(int p, int count) const {
        const float c = (static_cast<float>(p) + 0.5F) / static_cast<float>(cell_) - 0.5F;
        const float low = std::floor(c);
        const int i = static_cast<int>(low);
        return {std::clamp(i, 0, count - 1), std::clamp(i + 1, 0, count - 1), c - low};
    }
    int cell_;
    int columns_;
    int rows_;
    std::vector<float> values_;
    std::vector<Place> places_;  // of each column of pixels
    std::vector<float> shares_;  // their shares once more, side by side
};

template <class Figure>
void fill(Mesh& mesh, ImageView<const float> dark, Runner& runner, Figure figure) {
    Pool<CellScratch> scratches;
    runner.run(mesh.rows(), 1, [&](int begin, int end) {
        const auto scratch = scratches.borrow();
        for (int j = begin; j < end; ++j) {
            for (int i = 0; i < mesh.columns(); ++i) {
                const Rect cell = intersected(mesh.cell(i, j), dark.bounds());
                mesh.at(i, j) = figure(cell, *scratch);
            }
        }
    });
}

// What is finite of the cell, less `line` of each row where there is one. Without branches: few are not.
template <class Line>
void collect(CellScratch& s, ImageView<const float> dark, const Rect& cell, const Line& line) {
    const auto width = static_cast<std::size_t>(cell.width);
    s.values.resize(width * static_cast<std::size_t>(cell.height) + 1);  // the last store may lie beyond
    s.line.assign(width, 0);
    float* const values = s.values.data();
    const float* const base = s.line.data();
    std::size_t count = 0;
    for (int y = cell.y; y < cell.bottom(); ++y) {
        const float* row = dark.row_data(y) + cell.x;
        line(y, std::span<float>(s.line));
        for (std::size_t x = 0; x < width; ++x) {
            values[count] = row[x] - base[x];
            count += std::isfinite(row[x] - base[x]) ? 1U : 0U;
        }
    }
    s.values.resize(count);
}

float cell_median(ImageView<const float> dark, const Rect& cell, CellScratch& s) {
    collect(s, dark, cell, [](int, std::span<float>) {});
    return s.values.empty() ? 0 : quantile(s.values, 0.5, s.work);
}

// The median absolute deviation, or the lower or upper side's own when larger: with coarse steps
// (a single raw dark) half of the pixels may share one value. The sides are cut well inside the hot
// pixels' share.
float cell_sigma(ImageView<const float> dark, const Mesh& level, const Rect& cell, CellScratch& s) {
    collect(s, dark, cell, [&](int y, std::span<float> line) { level.between(cell.x, y, line); });
    if (s.values.empty()) return 0;
    const float lower = -quantile(s.values, 0.023, s.work) / 2;
    const float upper = quantile(s.values, 0.84, s.work);
    for (float& v : s.values) v = std::abs(v);
    return std::max({1.4826F * quantile(s.values, 0.5, s.work), lower, upper});
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

// Whether the median around a pixel may lie below (above, when `step` is negative) its value less `step`. Counting is
// quicker than finding the median, and most pixels that noise has lifted end here. What is not finite counts for it.
bool may_stand_out(ImageView<const float> dark, int x, int y, float step) {
    constexpr float kMost = std::numeric_limits<float>::max();
    const float limit = dark(x, y) - step;
    const float low = step > 0 ? limit : -kMost;
    const float high = step > 0 ? kMost : limit;
    const int left = std::max(0, x - 2);
    const int right = std::min(dark.width() - 1, x + 2);
    int against = 0;
    int all = 0;
    for (int v = std::max(0, y - 2); v <= std::min(dark.height() - 1, y + 2); ++v) {
        const float* row = dark.row_data(v);
        for (int u = left; u <= right; ++u)
            against += static_cast<int>(row[u] >= low) & static_cast<int>(row[u] <= high);
        all += right - left + 1;
    }
    return 2 * against <= all + 2;  // the pixel itself is against it, and the middle one may be on either side
}

struct Candidate {
    DefectPixel pixel;
    float strength;  // in local deviations
    bool hot;
};

// What is needed of one row of pixels at a time.
struct RowScratch {
    std::vector<float> base;
    std::vector<float> unit;
    std::vector<float> rough;
};

constexpr float kLeastUnit = 1e-6F;  // of the level, but of no less than 1 ADU

// How far each pixel of the row stands from its surroundings, in local deviations; not finite where it is not.
void find_rough(RowScratch& s, ImageView<const float> dark, int y, const Mesh& level, const Mesh& sigma) {
    const auto width = static_cast<std::size_t>(dark.width());
    s.base.resize(width);
    s.unit.resize(width);
    s.rough.resize(width);
    level.between(0, y, s.base);
    sigma.copy_row(y, s.unit);
    const float* const row = dark.row_data(y);
    const float* const base = s.base.data();
    float* const unit = s.unit.data();
    float* const rough = s.rough.data();
    for (std::size_t x = 0; x < width; ++x) {
        const float least = kLeastUnit * std::abs(base[x]);
        unit[x] = unit[x] < least ? least : unit[x];
    }
    for (std::size_t x = 0; x < width; ++x) unit[x] = unit[x] < kLeastUnit ? kLeastUnit : unit[x];
    for (std::size_t x = 0; x < width; ++x) rough[x] = (row[x] - base[x]) / unit[x];
}

void row_candidates(std::vector<Candidate>& found, ImageView<const float> dark, int y, const RowScratch& s,
                    const DefectOptions& options) {
    const float* row = dark.row_data(y);
    const auto hot = static_cast<float>(options.hot_kappa);
    const auto cold = static_cast<float>(-options.cold_kappa);
    const float far_above = 0.5F * hot;
    const float far_below = 0.5F * cold;
    constexpr float kSurely = 0.9F;  // of the limit, far more than rounding takes
    const float* const rough = s.rough.data();
    for (int x = 0; x < dark.width(); ++x) {
        if (rough[x] < far_above && rough[x] > far_below) continue;  // most
        if (!std::isfinite(row[x])) {
            found.push_back({{x, y}, std::numeric_limits<float>::infinity(), true});
            continue;
        }
        const float unit = s.unit[static_cast<std::size_t>(x)];
        if (!may_stand_out(dark, x, y, kSurely * hot * unit) && !may_stand_out(dark, x, y, kSurely * cold * unit))
            continue;
        const float strength = (row[x] - median_around(dark, x, y)) / unit;
        if (strength > hot) found.push_back({{x, y}, strength, true});
        if (strength < cold) found.push_back({{x, y}, -strength, false});
    }
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
    fill(level, dark, runner, [&](const Rect& cell, CellScratch& s) { return cell_median(dark, cell, s); });
    fill(sigma, dark, runner, [&](const Rect& cell, CellScratch& s) { return cell_sigma(dark, level, cell, s); });

    std::vector<std::vector<Candidate>> by_row(static_cast<std::size_t>(dark.height()));
    runner.run(dark.height(), 32, [&](int begin, int end) {
        RowScratch scratch;
        for (int y = begin; y < end; ++y) {
            find_rough(scratch, dark, y, level, sigma);
            row_candidates(by_row[static_cast<std::size_t>(y)], dark, y, scratch, options);
        }
    });
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
    std::vector<float> work;
    defects.report.sigma = double{quantile(sigma.values(), 0.5, work)};
    defects.map = DefectMap(dark.width(), dark.height(), std::move(marked));
    return defects;
}

}  // namespace nightstack
