// SPDX-License-Identifier: MIT
// The weighted normal equations of motion_fit.h, and what they know. Pure functions; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/scene/motion_axis.h"
#include "pipeline/stages/scene/motion_fit.h"
#include "pipeline/stages/scene/small_eigen.h"

namespace nightstack {

// Below this nobody is believed: air and interpolation.
inline constexpr double kFloorPx = 0.04;
inline constexpr std::size_t kMostTerms = 4;

// Of the patches that count: their middle and rms distance from it.
struct PatchFrame {
    Point middle;
    double radius = 1;
};

// One axis of a patch: how far off, and how well that is known.
struct PatchAxis {
    double ux = 0, uy = 0, value = 0, weight = 0;
};

struct MotionNormal {
    Matrix4 a{};
    MotionTerms b{};
    // Filled when asked for. Of `a`: what edges know across themselves, and of that what may come from axes that are
    // not quite where they are thought to be; and what patches seem to know along an edge because of that.
    Matrix4 edges{}, slack{}, seeming{};
};

std::array<PatchAxis, 2> axes_of(const PatchMotion& p);
PatchFrame frame_of(std::span<const PatchMotion> patches);
// How the terms move a point along an axis.
MotionTerms row_of(const PatchFrame& f, Point at, const PatchAxis& a);
MotionNormal normal_of(const PatchFrame& f, std::span<const PatchMotion> patches, const std::vector<double>& weights,
                       bool with_slack);
// Cholesky for the first `terms`. Empty when they are not determined.
std::optional<MotionTerms> solved(const MotionNormal& n, std::size_t terms);

// An axis that is held knows all there is to know: that it has not moved.
void hold(MotionNormal& n, const PatchFrame& f, const MotionAxis& axis);
// Edges that all have one direction, as far as their axes are known, tell nothing along it.
MotionNormal without_slack(MotionNormal n, std::size_t terms);

// What the first terms' axes know; those known worse than `most_px` are left out of the solution.
struct KnownAxes {
    Eigen4 axes;
    std::size_t terms;
    double least;  // eigenvalue that counts
    KnownAxes(const MotionNormal& n, std::size_t count, double most_px)
        : axes(eigen_of(n.a, count)), terms(count), least(1 / (most_px * most_px)) {}
    bool all() const {
        return std::all_of(axes.values.begin(), axes.values.begin() + static_cast<std::ptrdiff_t>(terms),
                           [&](double v) { return v >= least; });
    }
    MotionTerms solution(const MotionNormal& n) const {
        MotionTerms x{};
        for (std::size_t i = 0; i < terms; ++i) {
            if (!(axes.values[i] >= least)) continue;
            const double along = dot(axes.vectors[i], n.b) / axes.values[i];
            for (std::size_t k = 0; k < terms; ++k) x[k] += along * axes.vectors[i][k];
        }
        return x;
    }
    double variance_of(std::size_t term) const {
        const double most = *std::max_element(axes.values.begin(), axes.values.end());
        double sum = 0;
        for (std::size_t i = 0; i < terms; ++i) {
            const double part = axes.vectors[i][term];
            sum += part * part / std::max(axes.values[i], 1e-12 * most);
        }
        return most > 0 ? sum : INFINITY;
    }
};

}  // namespace nightstack
