// SPDX-License-Identifier: MIT
#include "pipeline/stages/background/robust_surface.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr double kAbove = 2.5;
constexpr double kBelow = 4;
constexpr int kMostRounds = 30;
constexpr int kPointsPerTerm = 2;

int terms(int degree) { return (degree + 1) * (degree + 2) / 2; }

void fit_once(Surface& surface, const std::vector<SurfacePoint>& points) {
    const auto n = std::count(surface.sky.begin(), surface.sky.end(), true);
    Eigen::MatrixXd a(n, terms(surface.degree));
    Eigen::VectorXd b(n);
    Eigen::Index row = 0;
    for (std::size_t k = 0; k < points.size(); ++k) {
        if (!surface.sky[k]) continue;
        Eigen::Index column = 0;
        for (int i = 0; i <= surface.degree; ++i) {
            for (int j = 0; i + j <= surface.degree; ++j)
                a(row, column++) = std::pow(points[k].u, i) * std::pow(points[k].v, j);
        }
        b(row++) = points[k].level;
    }
    const Eigen::VectorXd x = a.colPivHouseholderQr().solve(b);
    Eigen::Index column = 0;
    for (int i = 0; i <= surface.degree; ++i) {
        for (int j = 0; i + j <= surface.degree; ++j)
            surface.term[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = x(column++);
    }
}

std::vector<float> residuals(const Surface& surface, const std::vector<SurfacePoint>& points) {
    std::vector<float> out(points.size());
    for (std::size_t k = 0; k < points.size(); ++k)
        out[k] = static_cast<float>(points[k].level - surface(points[k].u, points[k].v));
    return out;
}

// The scatter of the sky from what lies below the median of the kept: light of a nebula is not in there.
struct Scatter {
    double middle = 0;
    double sigma = 0;
};

Scatter scatter_of(const Surface& surface, const std::vector<float>& residual, double error) {
    std::vector<float> kept;
    for (std::size_t k = 0; k < residual.size(); ++k) {
        if (surface.sky[k]) kept.push_back(residual[k]);
    }
    const auto middle = static_cast<double>(median_in_place(kept));
    std::vector<float> below;
    for (const float r : kept) {
        if (static_cast<double>(r) <= middle) below.push_back(static_cast<float>(middle - static_cast<double>(r)));
    }
    return {middle, std::max(kSigmaPerMad * static_cast<double>(median_in_place(below)), error)};
}

std::size_t count(const std::vector<bool>& flags) {
    return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), true));
}

// Keeps the lower half, then fits: a start that a nebula cannot lift, though the noise can lower it a little.
void start_low(Surface& surface, const std::vector<SurfacePoint>& points) {
    for (int round = 0; round < 4; ++round) {
        std::vector<float> residual = residuals(surface, points);
        std::vector<float> sorted = residual;
        const float middle = median_in_place(sorted);
        std::vector<bool> lower(points.size());
        for (std::size_t k = 0; k < points.size(); ++k) lower[k] = residual[k] <= middle;
        if (count(lower) < static_cast<std::size_t>(kPointsPerTerm * terms(surface.degree))) return;
        surface.sky = lower;
        fit_once(surface, points);
    }
}

}  // namespace

double Surface::operator()(double u, double v) const {
    double sum = 0;
    for (int i = degree; i >= 0; --i) {
        double inner = 0;
        for (int j = degree - i; j >= 0; --j)
            inner = inner * v + term[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
        sum = sum * u + inner;
    }
    return sum;
}

Surface fit_surface(const std::vector<SurfacePoint>& points, int degree) {
    Surface surface;
    surface.degree = degree;
    surface.sky.assign(points.size(), true);
    if (points.empty()) {
        surface.degree = 0;
        return surface;
    }
    while (surface.degree > 0 && points.size() < static_cast<std::size_t>(kPointsPerTerm * terms(surface.degree)))
        --surface.degree;
    fit_once(surface, points);
    start_low(surface, points);
    std::vector<float> errors;
    for (const SurfacePoint& p : points) errors.push_back(static_cast<float>(p.error));
    const auto error = static_cast<double>(median_in_place(errors));
    for (int round = 0; round < kMostRounds; ++round) {
        const std::vector<float> residual = residuals(surface, points);
        const Scatter scatter = scatter_of(surface, residual, error);
        std::vector<bool> sky(points.size());
        for (std::size_t k = 0; k < points.size(); ++k) {
            const double off = static_cast<double>(residual[k]) - scatter.middle;
            sky[k] = off <= kAbove * scatter.sigma && off >= -kBelow * scatter.sigma;
        }
        if (count(sky) < static_cast<std::size_t>(kPointsPerTerm * terms(surface.degree)) || sky == surface.sky) break;
        surface.sky = sky;
        fit_once(surface, points);
    }
    return surface;
}

}  // namespace nightstack
