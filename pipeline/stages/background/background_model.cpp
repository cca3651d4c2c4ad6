// SPDX-License-Identifier: MIT
#include "pipeline/stages/background/background_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/background/robust_surface.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr int kNebulaDegree = 4;  // of the surface above which a cell of the mesh counts as nebula

// The usable cells as points of a surface.
std::vector<SurfacePoint> points_of(const SkyCells& cells, double middle_x, double middle_y, double half) {
    std::vector<SurfacePoint> points;
    for (int r = 0; r < cells.rows; ++r) {
        for (int c = 0; c < cells.columns; ++c) {
            if (!cells.usable(c, r)) continue;
            const std::size_t at = cells.at(c, r);
            const double n = cells.samples[at];
            // 1.25: a median scatters more than a mean.
            points.push_back({(cells.centre_x(c) - middle_x) / half, (cells.centre_y(r) - middle_y) / half,
                              static_cast<double>(cells.level[at]),
                              1.25 * static_cast<double>(cells.sigma[at]) / std::sqrt(n)});
        }
    }
    return points;
}

// Cells without sky take the mean of their neighbours, again and again: the smoothest bridge over a gap.
void fill_gaps(std::vector<double>& mesh, const std::vector<bool>& known, int columns, int rows) {
    double sum = 0;
    int n = 0;
    for (std::size_t k = 0; k < mesh.size(); ++k) {
        if (known[k]) {
            sum += mesh[k];
            ++n;
        }
    }
    for (std::size_t k = 0; k < mesh.size(); ++k) {
        if (!known[k]) mesh[k] = sum / n;
    }
    const int rounds = 4 * (columns + rows) * std::max(columns, rows);
    double change = 1;
    for (int round = 0; round < std::min(rounds, 20'000) && change > 1e-7; ++round) {
        change = 0;
        for (int r = 0; r < rows; ++r) {
            for (int c = 0; c < columns; ++c) {
                const auto at = static_cast<std::size_t>(r * columns + c);
                if (known[at]) continue;
                double near = 0;
                int count = 0;
                for (const auto& [i, j] : {std::pair(c - 1, r), {c + 1, r}, {c, r - 1}, {c, r + 1}}) {
                    if (i < 0 || j < 0 || i >= columns || j >= rows) continue;
                    near += mesh[static_cast<std::size_t>(j * columns + i)];
                    ++count;
                }
                if (count == 0) continue;
                change = std::max(change, std::abs(near / count - mesh[at]) / (1 + std::abs(mesh[at])));
                mesh[at] = near / count;
            }
        }
    }
}

// [1 2 1] both ways, so that the noise of a cell does not show as a bump; edges keep their slope by mirroring through
// the outer cell.
void smooth(std::vector<double>& mesh, int columns, int rows) {
    const auto pass = [](double* p, int n, int step) {
        if (n < 3) return;
        double before = 2 * p[0] - p[step];
        for (int i = 0; i < n; ++i) {
            const double here = p[i * step];
            const double after = i + 1 < n ? p[(i + 1) * step] : 2 * here - before;
            p[i * step] = 0.25 * before + 0.5 * here + 0.25 * after;
            before = here;
        }
    };
    for (int r = 0; r < rows; ++r) pass(mesh.data() + r * columns, columns, 1);
    for (int c = 0; c < columns; ++c) pass(mesh.data() + c, rows, columns);
}

// Index of the lower centre and the part of the upper; beyond the outer centres the slope goes on, for half a cell.
std::pair<std::size_t, double> place(const std::vector<double>& centres, double v) {
    if (centres.size() < 2) return {0, 0};
    const auto above = std::upper_bound(centres.begin() + 1, centres.end() - 1, v);
    const auto lower = static_cast<std::size_t>(above - centres.begin()) - 1;
    return {lower, (v - centres[lower]) / (centres[lower + 1] - centres[lower])};
}

// The surface on an even grid over the usable cells, so that cut cells at the edges count no more than their pixels.
std::vector<float> sampled(const BackgroundModel& model, const SkyCells& cells) {
    constexpr double kPoints = 65536;
    const int step = std::max(1, static_cast<int>(std::ceil(std::sqrt(1.0 * cells.width * cells.height / kPoints))));
    std::vector<float> values;
    for (int y = step / 2; y < cells.height; y += step) {
        for (int x = step / 2; x < cells.width; x += step) {
            if (cells.usable(x / cells.cell_px, y / cells.cell_px))
                values.push_back(static_cast<float>(model.at(x, y)));
        }
    }
    return values;
}

}  // namespace

std::string_view name(BackgroundKind kind) {
    switch (kind) {
        case BackgroundKind::none: return "none";
        case BackgroundKind::poly: return "poly";
        case BackgroundKind::mesh: return "mesh";
    }
    return "";
}

std::optional<BackgroundKind> parse_background_kind(std::string_view word) {
    for (const BackgroundKind kind : {BackgroundKind::none, BackgroundKind::poly, BackgroundKind::mesh}) {
        if (word == name(kind)) return kind;
    }
    return std::nullopt;
}

void BackgroundOptions::check() const {
    if (degree < 1 || degree > kMaxBackgroundDegree)
        throw OptionError("background degree " + std::to_string(degree) + ": 1 to " +
                          std::to_string(kMaxBackgroundDegree) + " expected");
    if (cell_px < 8) throw OptionError("background cell_px " + std::to_string(cell_px) + ": at least 8 expected");
}

BackgroundModel BackgroundModel::fitted(const SkyCells& cells, const BackgroundOptions& options) {
    options.check();
    BackgroundModel m;
    m.kind_ = options.kind;
    m.width_ = cells.width;
    m.middle_x_ = 0.5 * (cells.width - 1);
    m.middle_y_ = 0.5 * (cells.height - 1);
    m.half_ = std::max(1.0, 0.5 * std::max(cells.width, cells.height));
    const std::vector<SurfacePoint> points = points_of(cells, m.middle_x_, m.middle_y_, m.half_);
    m.cells_ = static_cast<int>(points.size());
    if (points.empty()) m.kind_ = BackgroundKind::none;
    if (m.kind_ == BackgroundKind::none) return m;
    const bool poly = m.kind_ == BackgroundKind::poly;
    const Surface surface = fit_surface(points, poly ? options.degree : kNebulaDegree);
    m.degree_ = surface.degree;
    m.term_ = surface.term;
    m.used_ = static_cast<int>(std::count(surface.sky.begin(), surface.sky.end(), true));
    if (!poly) {
        for (int c = 0; c < cells.columns; ++c) m.mesh_x_.push_back(cells.centre_x(c));
        for (int r = 0; r < cells.rows; ++r) m.mesh_y_.push_back(cells.centre_y(r));
        m.mesh_.assign(cells.level.size(), 0);
        std::vector<bool> known(m.mesh_.size(), false);
        std::size_t k = 0;
        for (int r = 0; r < cells.rows; ++r) {
            for (int c = 0; c < cells.columns; ++c) {
                const std::size_t at = cells.at(c, r);
                if (cells.usable(c, r)) known[at] = surface.sky[k++];
                if (known[at])
                    m.mesh_[at] = static_cast<double>(cells.level[at]) -
                                  surface(m.scaled_x(cells.centre_x(c)), m.scaled_y(cells.centre_y(r)));
            }
        }
        // What the surface leaves over is bridged, so that a gap at a corner follows the slope of the rest.
        fill_gaps(m.mesh_, known, cells.columns, cells.rows);
        for (int r = 0; r < cells.rows; ++r) {
            for (int c = 0; c < cells.columns; ++c)
                m.mesh_[cells.at(c, r)] += surface(m.scaled_x(cells.centre_x(c)), m.scaled_y(cells.centre_y(r)));
        }
        smooth(m.mesh_, cells.columns, cells.rows);
    }
    const std::vector<float> values = sampled(m, cells);
    if (values.empty()) return BackgroundModel();
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    m.amplitude_ = static_cast<double>(*high) - static_cast<double>(*low);
    std::vector<float> sorted = values;
    m.level_ = static_cast<double>(median_in_place(sorted));
    return m;
}

double BackgroundModel::at(double x, double y) const {
    if (kind_ == BackgroundKind::none) return level_;
    if (kind_ == BackgroundKind::poly) {
        Surface surface;
        surface.degree = degree_;
        surface.term = term_;
        return surface(scaled_x(x), scaled_y(y));
    }
    const auto [c, u] = place(mesh_x_, x);
    const auto [r, v] = place(mesh_y_, y);
    const std::size_t columns = mesh_x_.size();
    const std::size_t right = columns > 1 ? 1 : 0;
    const std::size_t down = mesh_y_.size() > 1 ? columns : 0;
    const double* p = mesh_.data() + r * columns + c;
    const double top = p[0] + u * (p[right] - p[0]);
    const double bottom = p[down] + u * (p[down + right] - p[down]);
    return top + v * (bottom - top);
}

// For one row the polynomial is one of x alone.
void BackgroundModel::polynomial_row(std::vector<double>& row, int y) const {
    const double v = scaled_y(y);
    std::array<double, kMaxBackgroundDegree + 1> in_u{};
    for (int i = 0; i <= degree_; ++i) {
        for (int j = degree_ - i; j >= 0; --j)
            in_u[static_cast<std::size_t>(i)] =
                in_u[static_cast<std::size_t>(i)] * v + term_[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    }
    for (std::size_t x = 0; x < row.size(); ++x) {
        const double u = scaled_x(static_cast<double>(x));
        row[x] = (((in_u[4] * u + in_u[3]) * u + in_u[2]) * u + in_u[1]) * u + in_u[0];
    }
}

void BackgroundModel::mesh_row(std::vector<double>& row, int y) const {
    const auto [r, v] = place(mesh_y_, y);
    const std::size_t columns = mesh_x_.size();
    const double* top = mesh_.data() + r * columns;
    const double* bottom = top + (mesh_y_.size() > 1 ? columns : 0);
    std::vector<double> nodes(columns);
    for (std::size_t c = 0; c < columns; ++c) nodes[c] = top[c] + v * (bottom[c] - top[c]);
    for (std::size_t x = 0; x < row.size(); ++x) {
        const auto [c, u] = place(mesh_x_, static_cast<double>(x));
        row[x] = nodes[c] + u * (nodes[c + (columns > 1 ? 1 : 0)] - nodes[c]);
    }
}

void BackgroundModel::subtract_from(ImageView<float> band, int y0) const {
    if (kind_ == BackgroundKind::none) return;
    std::vector<double> row(static_cast<std::size_t>(band.width()));
    for (int y = 0; y < band.height(); ++y) {
        if (kind_ == BackgroundKind::poly) {
            polynomial_row(row, y0 + y);
        } else {
            mesh_row(row, y0 + y);
        }
        float* p = band.row_data(y);
        for (std::size_t x = 0; x < row.size(); ++x)
            p[x] = static_cast<float>(static_cast<double>(p[x]) - (row[x] - level_));
    }
}

}  // namespace nightstack
