// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/upper_median.h"

namespace nightstack {
namespace {

constexpr std::array<TransformModel, 4> all_models{TransformModel::shift, TransformModel::similarity,
                                                   TransformModel::affine, TransformModel::homography};
Transform mirror() { return Transform({-1, 0, 0, 0, 1, 0, 0, 0, 1}); }

double residual_px(const Transform& t, const PointPair& p) {
    const Point q = t(p.frame);
    const double dx = q.x - p.ref.x;
    const double dy = q.y - p.ref.y;
    return std::sqrt(dx * dx + dy * dy);
}

double weight_of(const PointPair& p) { return 1 / (p.sigma_px * p.sigma_px); }

// Residuals in units of their own sigma, and the common factor by which they exceed it.
struct Spread {
    std::vector<double> normalised;
    double factor = 1;
};

Spread spread_of(const Transform& t, std::span<const PointPair> pairs) {
    constexpr double rayleigh_median = 1.17741;  // of a two-axis distance, in sigmas per axis
    Spread s;
    for (const PointPair& p : pairs) s.normalised.push_back(residual_px(t, p) / p.sigma_px);
    s.factor = std::max(1e-9, upper_median(s.normalised) / rayleigh_median);
    return s;
}

std::vector<double> cauchy_weights(const Transform& t, std::span<const PointPair> pairs) {
    constexpr double width = 2;
    const Spread s = spread_of(t, pairs);
    std::vector<double> w;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double z = s.normalised[i] / (width * s.factor);
        w.push_back(weight_of(pairs[i]) / (1 + z * z));
    }
    return w;
}

std::vector<bool> inside_clip(const Transform& t, std::span<const PointPair> pairs, const FitOptions& o) {
    const Spread s = spread_of(t, pairs);
    std::vector<bool> inside;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const bool close = s.normalised[i] * pairs[i].sigma_px <= o.clip_floor_px;
        inside.push_back(close || s.normalised[i] <= o.clip_sigma * s.factor);
    }
    return inside;
}

std::vector<double> weights_of(std::span<const PointPair> pairs, const std::vector<bool>& inside) {
    std::vector<double> w;
    for (std::size_t i = 0; i < pairs.size(); ++i) w.push_back(inside[i] ? weight_of(pairs[i]) : 0);
    return w;
}

// solve() for a frame seen in a mirror: unfold, fit, fold back.
std::optional<Transform> solve_folded(TransformModel model, std::span<const PointPair> pairs, std::span<const double> w,
                                      bool mirrored) {
    if (!mirrored) return solve(model, pairs, w);
    std::vector<PointPair> unfolded(pairs.begin(), pairs.end());
    for (PointPair& p : unfolded) p.frame.x = -p.frame.x;
    const std::optional<Transform> t = solve(model, unfolded, w);
    return t ? std::optional(*t * mirror()) : std::nullopt;
}

double weighted_rms(std::span<const double> residuals, std::span<const double> w) {
    double sum = 0;
    double norm = 0;
    for (std::size_t i = 0; i < residuals.size(); ++i) {
        sum += w[i] * residuals[i] * residuals[i];
        norm += w[i];
    }
    return norm > 0 ? std::sqrt(sum / norm) : 0;
}

// Every pair predicted by a fit that did not see it.
std::optional<double> cross_validated(TransformModel model, std::span<const PointPair> pairs, const FitOptions& o) {
    const std::size_t n = pairs.size();
    const auto least = static_cast<std::size_t>(least_pairs(model));
    if (n < least + 1) return std::nullopt;
    const auto wanted = static_cast<std::size_t>(o.folds);
    const std::size_t folds = n < 4 * wanted ? n : wanted;
    std::vector<double> w;
    for (const PointPair& p : pairs) w.push_back(weight_of(p));
    std::vector<double> residuals(n);
    for (std::size_t fold = 0; fold < folds; ++fold) {
        std::vector<double> training = w;
        for (std::size_t i = fold; i < n; i += folds) training[i] = 0;
        const std::optional<Transform> t = solve_folded(model, pairs, training, o.mirrored);
        if (!t) return std::nullopt;
        for (std::size_t i = fold; i < n; i += folds) residuals[i] = residual_px(*t, pairs[i]);
    }
    return weighted_rms(residuals, w);
}

}  // namespace

void FitOptions::check() const {
    if (!(sigma_floor_px > 0))
        throw OptionError("fit: sigma_floor_px " + std::to_string(sigma_floor_px) + " is not above 0");
    if (!(clip_sigma >= 2)) throw OptionError("fit: clip_sigma " + std::to_string(clip_sigma) + " is below 2");
    if (!(clip_floor_px >= 0)) throw OptionError("fit: clip_floor_px " + std::to_string(clip_floor_px) + " is below 0");
    if (folds < 2) throw OptionError("fit: folds " + std::to_string(folds) + " is below 2");
}

double centroid_sigma_px(const Star& star, double floor_px) {
    const double fwhm = star.fwhm_px > 0 && std::isfinite(star.fwhm_px) ? star.fwhm_px : 3;
    const double snr = star.snr > 0 && std::isfinite(star.snr) ? star.snr : 5;
    const double sigma = fwhm / (2.35 * snr);
    return std::sqrt(sigma * sigma + floor_px * floor_px);
}

std::vector<PointPair> point_pairs(const StarList& ref, const StarList& frame, std::span<const StarPair> pairs,
                                   const FitOptions& options) {
    std::vector<PointPair> result;
    for (const StarPair& p : pairs) {
        const Star& r = ref[static_cast<std::size_t>(p.ref)];
        const Star& f = frame[static_cast<std::size_t>(p.frame)];
        const double a = centroid_sigma_px(r, options.sigma_floor_px);
        const double b = centroid_sigma_px(f, options.sigma_floor_px);
        result.push_back({{r.x, r.y}, {f.x, f.y}, std::sqrt(a * a + b * b)});
    }
    return result;
}

std::optional<FitReport> fit_transform(TransformModel model, std::span<const PointPair> pairs,
                                       const FitOptions& options) {
    options.check();
    if (static_cast<int>(pairs.size()) < least_pairs(model)) return std::nullopt;
    if (options.mirrored && model == TransformModel::shift) return std::nullopt;
    std::vector<bool> inside(pairs.size(), true);
    std::optional<Transform> t = solve_folded(model, pairs, weights_of(pairs, inside), options.mirrored);
    for (int round = 0; t && round < 6; ++round) {
        t = solve_folded(model, pairs, cauchy_weights(*t, pairs), options.mirrored);
    }
    for (int round = 0; t && round < 8; ++round) {
        std::vector<bool> now = inside_clip(*t, pairs, options);
        if (round > 0 && now == inside) break;
        inside = std::move(now);
        t = solve_folded(model, pairs, weights_of(pairs, inside), options.mirrored);
    }
    if (!t) return std::nullopt;
    FitReport report{model, *t, 0, 0, inside, std::nullopt};
    std::vector<double> residuals;
    for (const PointPair& p : pairs) residuals.push_back(residual_px(*t, p));
    report.rms_px = weighted_rms(residuals, weights_of(pairs, inside));
    report.inliers = static_cast<int>(std::count(inside.begin(), inside.end(), true));
    return report;
}

std::vector<FitReport> fit_models(std::span<const PointPair> pairs, const FitOptions& options) {
    std::vector<FitReport> reports;
    for (const TransformModel m : all_models) {
        if (std::optional<FitReport> r = fit_transform(m, pairs, options)) reports.push_back(std::move(*r));
    }
    if (reports.empty()) return reports;
    // A homography through few pairs bends to follow a wrong one; it may only choose when it has many.
    constexpr int many = 12;
    std::size_t judge = reports.size() - 1;
    if (reports[judge].model == TransformModel::homography && static_cast<int>(pairs.size()) < many && judge > 0)
        --judge;
    std::vector<PointPair> judged;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (reports[judge].is_inlier[i]) judged.push_back(pairs[i]);
    }
    for (FitReport& r : reports) r.cross_validated_px = cross_validated(r.model, judged, options);
    return reports;
}

}  // namespace nightstack
