// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/motion_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace nightstack {
namespace {

// Below this nobody is believed: air and interpolation.
constexpr double kFloorPx = 0.04;
constexpr double kFirstPx = 2;  // the first guess is so good
constexpr int kRounds = 8;
constexpr int kMostTerms = 4;

using Terms = std::array<double, kMostTerms>;  // shift x, y, turn, scale (both times the radius)
using Matrix = std::array<Terms, kMostTerms>;

struct Frame {
    Point middle;
    double radius = 1;
};

struct Axis {
    double ux = 0, uy = 0, value = 0, weight = 0;
};

std::array<Axis, 2> axes_of(const PatchMotion& p) {
    const auto weight = [](double error) { return error > 0 ? 1 / (error * error + kFloorPx * kFloorPx) : 0.0; };
    return {Axis{p.ux, p.uy, p.along, weight(p.along_error)}, Axis{-p.uy, p.ux, p.across, weight(p.across_error)}};
}

Frame frame_of(std::span<const PatchMotion> patches) {
    Frame f;
    double n = 0, x = 0, y = 0, squares = 0;
    for (const PatchMotion& p : patches) {
        if (!p.counts) continue;
        x += p.at.x;
        y += p.at.y;
        ++n;
    }
    if (n == 0) return f;
    f.middle = {x / n, y / n};
    for (const PatchMotion& p : patches) {
        const double dx = p.at.x - f.middle.x, dy = p.at.y - f.middle.y;
        if (p.counts) squares += dx * dx + dy * dy;
    }
    f.radius = std::max(1.0, std::sqrt(squares / n));
    return f;
}

// How the terms move a point along an axis.
Terms row_of(const Frame& f, Point at, const Axis& a) {
    const double x = (at.x - f.middle.x) / f.radius, y = (at.y - f.middle.y) / f.radius;
    return {a.ux, a.uy, -a.ux * y + a.uy * x, a.ux * x + a.uy * y};
}

double value_of(const Terms& row, const Terms& terms) {
    double sum = 0;
    for (std::size_t i = 0; i < kMostTerms; ++i) sum += row[i] * terms[i];
    return sum;
}

// Squared distance of a patch from the motion, as far as it can tell.
double squared_distance(const Frame& f, const PatchMotion& p, const Terms& terms) {
    double sum = 0;
    for (const Axis& a : axes_of(p)) {
        const double e = a.value - value_of(row_of(f, p.at, a), terms);
        sum += std::min(1.0, a.weight * kFloorPx * kFloorPx) * e * e;
    }
    return sum;
}

// Distance on the axes that vote; empty when none does. A patch that was not found knows nothing but that.
std::optional<double> voted_distance(const Frame& f, const PatchMotion& p, const Terms& terms, double agree_px) {
    if (!p.counts) return INFINITY;
    const double known = agree_px / 3;
    double sum = 0;
    bool votes = false;
    for (const Axis& a : axes_of(p)) {
        if (!(a.weight * (known * known + kFloorPx * kFloorPx) >= 1)) continue;
        const double e = a.value - value_of(row_of(f, p.at, a), terms);
        sum += e * e;
        votes = true;
    }
    if (!votes) return std::nullopt;
    return std::sqrt(sum);
}

struct Normal {
    Matrix a{};
    Terms b{};
};

Normal normal_of(const Frame& f, std::span<const PatchMotion> patches, const std::vector<double>& weights) {
    Normal n;
    for (std::size_t k = 0; k < patches.size(); ++k) {
        if (!(weights[k] > 0)) continue;
        for (const Axis& axis : axes_of(patches[k])) {
            const Terms row = row_of(f, patches[k].at, axis);
            const double w = weights[k] * axis.weight;
            for (std::size_t i = 0; i < kMostTerms; ++i) {
                n.b[i] += w * row[i] * axis.value;
                for (std::size_t j = 0; j < kMostTerms; ++j) n.a[i][j] += w * row[i] * row[j];
            }
        }
    }
    return n;
}

// Cholesky for the first `terms`; with `inverse_of` the variance of that term instead. Empty when it is not determined.
std::optional<Terms> solved(const Normal& n, std::size_t terms) {
    Matrix l{};
    for (std::size_t i = 0; i < terms; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = n.a[i][j];
            for (std::size_t k = 0; k < j; ++k) sum -= l[i][k] * l[j][k];
            if (i == j) {
                if (!(sum > 1e-9 * n.a[i][i])) return std::nullopt;
                l[i][i] = std::sqrt(sum);
            } else {
                l[i][j] = sum / l[j][j];
            }
        }
    }
    Terms x{};
    for (std::size_t i = 0; i < terms; ++i) {
        double sum = n.b[i];
        for (std::size_t k = 0; k < i; ++k) sum -= l[i][k] * x[k];
        x[i] = sum / l[i][i];
    }
    for (std::size_t i = terms; i-- > 0;) {
        double sum = x[i];
        for (std::size_t k = i + 1; k < terms; ++k) sum -= l[k][i] * x[k];
        x[i] = sum / l[i][i];
    }
    return x;
}

// Standard error of the turn, in rad.
double turn_error(const Frame& f, const Normal& n) {
    Normal unit = n;
    unit.b = {0, 0, 1, 0};
    const auto column = solved(unit, 3);
    return column && (*column)[2] > 0 ? std::sqrt((*column)[2]) / f.radius : INFINITY;
}

struct Solution {
    Terms terms{};
    bool turn = false;
};

Solution solve(const Frame& f, const Normal& n, int most_terms, double most_turn_error) {
    if (most_terms >= 3 && turn_error(f, n) < most_turn_error) {
        if (const auto x = solved(n, static_cast<std::size_t>(most_terms))) return {*x, true};
    }
    if (const auto x = solved(n, 2)) return {*x, false};
    // One edge alone: along its own direction only.
    Terms x{};
    const double trace = n.a[0][0] + n.a[1][1];
    if (trace > 0) x = {n.b[0] / trace, n.b[1] / trace, 0, 0};
    return {x, false};
}

Transform motion_of(const Frame& f, const Terms& t) {
    const double turn = t[2] / f.radius, scale = 1 + t[3] / f.radius;
    const double c = scale / std::sqrt(1 + turn * turn), s = turn * c;
    const Point m = f.middle;
    return Transform({c, -s, m.x - c * m.x + s * m.y + t[0], s, c, m.y - s * m.x - c * m.y + t[1], 0, 0, 1});
}

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

MotionFit fit_motion(std::span<const PatchMotion> patches, int most_terms, double most_turn_error, double agree_px) {
    const Frame f = frame_of(patches);
    Solution now;
    double scale = kFirstPx;
    std::vector<double> weights(patches.size());
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
        now = solve(f, normal_of(f, patches, weights), most_terms, most_turn_error);
        scale = std::clamp(2 * std::sqrt(median_of(squared)), kFloorPx, scale);
    }
    MotionFit out;
    out.moved = motion_of(f, now.terms);
    out.turn_fitted = now.turn;
    double sum = 0;
    for (const PatchMotion& p : patches) {
        const auto off = voted_distance(f, p, now.terms, agree_px);
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
    return out;
}

}  // namespace nightstack
