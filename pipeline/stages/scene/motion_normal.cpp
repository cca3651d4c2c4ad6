// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/motion_normal.h"

#include <algorithm>
#include <cmath>

namespace nightstack {
namespace {

constexpr double kAxisError = 0.07;  // rad; sampling turns a patch's axes by up to some degrees

void add(Matrix4& to, double weight, const MotionTerms& row) {
    for (std::size_t i = 0; i < kMostTerms; ++i) {
        for (std::size_t j = 0; j < kMostTerms; ++j) to[i][j] += weight * row[i] * row[j];
    }
}

}  // namespace

std::array<PatchAxis, 2> axes_of(const PatchMotion& p) {
    const auto weight = [](double error) { return error > 0 ? 1 / (error * error + kFloorPx * kFloorPx) : 0.0; };
    return {PatchAxis{p.ux, p.uy, p.along, weight(p.along_error)},
            PatchAxis{-p.uy, p.ux, p.across, weight(p.across_error)}};
}

PatchFrame frame_of(std::span<const PatchMotion> patches) {
    PatchFrame f;
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

MotionTerms row_of(const PatchFrame& f, Point at, const PatchAxis& a) {
    const double x = (at.x - f.middle.x) / f.radius, y = (at.y - f.middle.y) / f.radius;
    return {a.ux, a.uy, -a.ux * y + a.uy * x, a.ux * x + a.uy * y};
}

MotionNormal normal_of(const PatchFrame& f, std::span<const PatchMotion> patches, const std::vector<double>& weights,
                       bool with_slack) {
    MotionNormal n;
    for (std::size_t k = 0; k < patches.size(); ++k) {
        if (!(weights[k] > 0)) continue;
        const std::array<PatchAxis, 2> axes = axes_of(patches[k]);
        for (const PatchAxis& axis : axes) {
            const MotionTerms row = row_of(f, patches[k].at, axis);
            const double w = weights[k] * axis.weight;
            for (std::size_t i = 0; i < kMostTerms; ++i) n.b[i] += w * row[i] * axis.value;
            add(n.a, w, row);
        }
        if (!with_slack) continue;
        const MotionTerms across = row_of(f, patches[k].at, axes[1]);
        const double most = kAxisError * kAxisError, round = patches[k].roundness;
        add(n.seeming, weights[k] * axes[1].weight * (round > most ? most / round : 1), across);
        if (round > kAxisError) continue;
        const double edge = weights[k] * axes[0].weight;
        add(n.edges, edge, row_of(f, patches[k].at, axes[0]));
        add(n.slack, edge * most, across);
    }
    return n;
}

std::optional<MotionTerms> solved(const MotionNormal& n, std::size_t terms) {
    Matrix4 l{};
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
    MotionTerms x{};
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

void hold(MotionNormal& n, const PatchFrame& f, const MotionAxis& axis) {
    // The same field of motion about the fit's middle and radius.
    const double turn = axis.unit[2] / axis.radius, scale = axis.unit[3] / axis.radius;
    const double dx = f.middle.x - axis.middle.x, dy = f.middle.y - axis.middle.y;
    const MotionTerms unit{axis.unit[0] - turn * dy + scale * dx, axis.unit[1] + turn * dx + scale * dy,
                           turn * f.radius, scale * f.radius};
    const double length = std::sqrt(dot(unit, unit));
    if (!(length > 0)) return;
    const double weight = 1e6 * std::max({n.a[0][0], n.a[1][1], n.a[2][2]}) / (length * length);
    for (std::size_t i = 0; i < kMostTerms; ++i) {
        for (std::size_t j = 0; j < kMostTerms; ++j) n.a[i][j] += weight * unit[i] * unit[j];
    }
}

MotionNormal without_slack(MotionNormal n, std::size_t terms) {
    Matrix4 rest = n.edges;
    for (std::size_t i = 0; i < kMostTerms; ++i) {
        for (std::size_t j = 0; j < kMostTerms; ++j) {
            n.a[i][j] -= n.edges[i][j] + n.seeming[i][j];
            rest[i][j] -= n.slack[i][j];
        }
    }
    const Eigen4 axes = eigen_of(rest, terms);
    for (std::size_t i = 0; i < terms; ++i) add(n.a, std::max(0.0, axes.values[i]), axes.vectors[i]);
    return n;
}

}  // namespace nightstack
