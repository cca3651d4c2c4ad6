// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/motion_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/core/upper_median.h"
#include "pipeline/stages/scene/motion_normal.h"

namespace nightstack {
namespace {

constexpr double kFirstPx = 2;  // the first guess is so good
constexpr int kRounds = 8;
constexpr double kOwnScatter = 4;  // degrees of freedom with which the patches' own errors are believed

// Squared distance of a patch from the motion, as far as it can tell.
double squared_distance(const PatchFrame& f, const PatchMotion& p, const MotionTerms& terms) {
    double sum = 0;
    for (const PatchAxis& a : axes_of(p)) {
        const double e = a.value - dot(row_of(f, p.at, a), terms);
        sum += std::min(1.0, a.weight * kFloorPx * kFloorPx) * e * e;
    }
    return sum;
}

// Distance on the axes that vote; empty when none does. A patch that was not found knows nothing but that.
std::optional<double> voted_distance(const PatchFrame& f, const PatchMotion& p, const MotionTerms& terms,
                                     double agree_px) {
    if (!p.counts) return INFINITY;
    const double known = agree_px / 3;
    double sum = 0;
    bool votes = false;
    for (const PatchAxis& a : axes_of(p)) {
        if (!(a.weight * (known * known + kFloorPx * kFloorPx) >= 1)) continue;
        const double e = a.value - dot(row_of(f, p.at, a), terms);
        sum += e * e;
        votes = true;
    }
    if (!votes) return std::nullopt;
    return std::sqrt(sum);
}

struct Solution {
    MotionTerms terms{};
    std::size_t fitted = 2;
};

MotionTerms solve_for(const MotionNormal& n, std::size_t terms) {
    const KnownAxes known(n, terms, kFirstPx);
    if (known.all()) {
        if (const auto x = solved(n, terms)) return *x;
    }
    return known.solution(n);
}

Solution solve(const PatchFrame& f, const MotionNormal& n, const FitOptions& options) {
    if (options.most_terms >= 3) {
        const auto most = static_cast<std::size_t>(options.most_terms);
        const double error = std::sqrt(KnownAxes(n, 3, kFirstPx).variance_of(2)) / f.radius;
        if (options.turned || error < options.most_turn_error) {
            const Solution s{solve_for(n, most), most};
            const double turn = options.turned.value_or(0) + s.terms[2] / f.radius;
            if (!options.turned || std::abs(turn) > kSureTurn * error) return s;
        }
    }
    return {solve_for(n, 2), 2};
}

// How far the patches scatter about the motion, squared, in units of their own errors.
double scatter(const PatchFrame& f, std::span<const PatchMotion> patches, const std::vector<double>& weights,
               const Solution& s) {
    double sum = kOwnScatter, n = kOwnScatter - static_cast<double>(s.fitted);
    for (std::size_t k = 0; k < patches.size(); ++k) {
        if (!(weights[k] > 0)) continue;
        for (const PatchAxis& a : axes_of(patches[k])) {
            if (!(a.weight > 0)) continue;
            const double e = a.value - dot(row_of(f, patches[k].at, a), s.terms);
            sum += weights[k] * a.weight * e * e;
            n += weights[k];
        }
    }
    return sum / std::max(1.0, n);
}

void take_errors(MotionFit& out, const PatchFrame& f, const MotionNormal& n, const Solution& s, double scatter,
                 int most_terms) {
    const KnownAxes known(without_slack(n, s.fitted), s.fitted, kFirstPx);
    double least = INFINITY, sum = 0;
    for (std::size_t i = 0; i < s.fitted; ++i) {
        const double value = known.axes.values[i];
        if (value < least) {
            least = value;
            out.weakest = {known.axes.vectors[i], f.middle, f.radius};
        }
        sum += value > 0 ? 1 / value : INFINITY;
    }
    out.error_px = std::sqrt(scatter * sum);
    out.weakest_error = least > 0 ? std::sqrt(scatter / least) : INFINITY;
    if (most_terms >= 3)
        out.turn_error = std::sqrt(scatter * KnownAxes(without_slack(n, 3), 3, kFirstPx).variance_of(2));
}

void take_votes(MotionFit& out, const PatchFrame& f, std::span<const PatchMotion> patches, const MotionTerms& terms,
                double agree_px) {
    double sum = 0;
    for (const PatchMotion& p : patches) {
        const auto off = voted_distance(f, p, terms, agree_px);
        if (!off) continue;
        ++out.voting;
        if (!p.counts) continue;
        const Point to = out.moved(p.at);
        out.step_px = std::max({out.step_px, std::abs(to.x - p.at.x), std::abs(to.y - p.at.y)});
        if (*off > agree_px) continue;
        ++out.agreeing;
        sum += *off * *off;
    }
    out.residual_px = out.agreeing > 0 ? std::sqrt(sum / out.agreeing) : 0;
}

}  // namespace

MotionFit fit_motion(std::span<const PatchMotion> patches, const FitOptions& options) {
    const PatchFrame f = frame_of(patches);
    Solution now;
    double scale = kFirstPx;
    std::vector<double> weights(patches.size());
    MotionNormal normal;
    for (int round = 0; round < kRounds; ++round) {
        std::vector<double> squared;
        for (std::size_t k = 0; k < patches.size(); ++k) {
            weights[k] = 0;
            if (!patches[k].counts) continue;
            const double d2 = squared_distance(f, patches[k], now.terms);
            const double share = 1 / (1 + d2 / (scale * scale));
            weights[k] = share * share;
            squared.push_back(d2);
        }
        normal = normal_of(f, patches, weights, round + 1 == kRounds);
        if (options.held) hold(normal, f, *options.held);
        now = solve(f, normal, options);
        scale = std::clamp(2 * std::sqrt(upper_median(std::move(squared))), kFloorPx, scale);
    }
    MotionFit out;
    out.moved = motion_of(f.middle, f.radius, now.terms);
    out.turn_fitted = now.fitted > 2;
    take_errors(out, f, normal, now, scatter(f, patches, weights, now), options.most_terms);
    take_votes(out, f, patches, now.terms, options.agree_px);
    return out;
}

double response(std::span<const PatchMotion> before, std::span<const PatchMotion> after, const MotionAxis& axis,
                double step_px, const MotionFit& fit, double agree_px) {
    const PatchFrame f{axis.middle, axis.radius};
    const MotionTerms moved = terms_of(f.middle, f.radius, fit.moved);
    double told = 0, all = 0;
    for (std::size_t k = 0; k < std::min(before.size(), after.size()); ++k) {
        if (!before[k].counts || !after[k].counts) continue;
        if (!(squared_distance(f, before[k], moved) <= agree_px * agree_px)) continue;
        const std::array<PatchAxis, 2> was = axes_of(before[k]), is = axes_of(after[k]);
        for (std::size_t i = 0; i < was.size(); ++i) {
            const double expected = step_px * dot(row_of(f, before[k].at, was[i]), axis.unit);
            told += was[i].weight * expected * (was[i].value - is[i].value);
            all += was[i].weight * expected * expected;
        }
    }
    return all > 0 ? told / all : 0;
}

}  // namespace nightstack
