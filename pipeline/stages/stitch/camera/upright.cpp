// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/upright.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace nightstack {
namespace {

constexpr double kWide_rad = 0.5;  // cameras spread over less than that do not tell how far up they look

Direction sum_of(std::span<const Rotation> turns, const Direction& axis) {
    Direction out{0, 0, 0};
    for (const Rotation& r : turns) {
        const Direction d = r(axis);
        out = {out.x + d.x, out.y + d.y, out.z + d.z};
    }
    return out;
}

// The middle of the gap-free part of a circle of longitudes: opposite to the widest gap.
double middle_longitude(std::vector<double> lon) {
    std::sort(lon.begin(), lon.end());
    double widest = lon.front() + 2 * std::numbers::pi - lon.back(), from = lon.back();
    for (std::size_t i = 1; i < lon.size(); ++i) {
        if (lon[i] - lon[i - 1] <= widest) continue;
        widest = lon[i] - lon[i - 1];
        from = lon[i - 1];
    }
    return std::remainder(from + widest / 2 + std::numbers::pi, 2 * std::numbers::pi);
}

// The direction that is across to all sideways axes: up, pointing with most cameras' up.
Direction up_of(std::span<const Rotation> turns) {
    Direction mean_up = sum_of(turns, {0, -1, 0});
    if (length(mean_up) < 1e-9) mean_up = {0, -1, 0};
    mean_up = unit(mean_up);
    Eigen::Matrix3d m = Eigen::Matrix3d::Zero();
    for (const Rotation& r : turns) {
        const Direction d = r({1, 0, 0});
        const Eigen::Vector3d x(d.x, d.y, d.z);
        m += x * x.transpose();
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(m / static_cast<double>(turns.size()));
    // The middle eigenvalue is about the variance of the sideways axes: the square of how far they spread.
    if (!(solver.eigenvalues()[1] > kWide_rad * kWide_rad / 12)) return mean_up;
    const Eigen::Vector3d v = solver.eigenvectors().col(0);
    Direction up{v[0], v[1], v[2]};
    if (dot(up, mean_up) < 0) up = {-up.x, -up.y, -up.z};
    // Cameras that look round about a point above or below have no level sideways axes.
    return dot(up, mean_up) > 0.3 ? up : mean_up;
}

}  // namespace

Rotation upright_from_world(std::span<const Rotation> turns) {
    const Direction up = up_of(turns), down{-up.x, -up.y, -up.z};
    Direction ahead = turns.front()({0, 0, 1});
    const double along = dot(ahead, down);
    ahead = {ahead.x - along * down.x, ahead.y - along * down.y, ahead.z - along * down.z};
    if (length(ahead) < 1e-6) ahead = cross(turns.front()({1, 0, 0}), down);
    ahead = unit(ahead);
    const Direction right = cross(down, ahead);
    const Rotation level({right.x, right.y, right.z, down.x, down.y, down.z, ahead.x, ahead.y, ahead.z});
    std::vector<double> lon;
    for (const Rotation& r : turns) {
        const Direction d = level(r({0, 0, 1}));
        lon.push_back(std::atan2(d.x, d.z));
    }
    return Rotation::looking(middle_longitude(lon), 0, 0).inverse() * level;
}

}  // namespace nightstack
