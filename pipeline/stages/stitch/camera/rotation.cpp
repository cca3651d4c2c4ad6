// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/rotation.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>

namespace nightstack {
namespace {

// w, x, y, z.
using Quaternion = Eigen::Vector4d;

Rotation from_quaternion(const Quaternion& q) {
    const double w = q[0], x = q[1], y = q[2], z = q[3];
    return Rotation({1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),  //
                     2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),  //
                     2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)});
}

// The largest of its four parts is taken from the diagonal, so that no root loses its figures (Shepperd 1978).
Quaternion quaternion_of(const Rotation& r) {
    const auto& m = r.row_major();
    const std::array<double, 4> squares = {1 + m[0] + m[4] + m[8], 1 + m[0] - m[4] - m[8], 1 - m[0] + m[4] - m[8],
                                           1 - m[0] - m[4] + m[8]};
    Quaternion q;
    switch (std::max_element(squares.begin(), squares.end()) - squares.begin()) {
        case 0: q = {squares[0], m[7] - m[5], m[2] - m[6], m[3] - m[1]}; break;
        case 1: q = {m[7] - m[5], squares[1], m[1] + m[3], m[2] + m[6]}; break;
        case 2: q = {m[2] - m[6], m[1] + m[3], squares[2], m[5] + m[7]}; break;
        default: q = {m[3] - m[1], m[2] + m[6], m[5] + m[7], squares[3]}; break;
    }
    return q.normalized();
}

// That of the largest eigenvalue.
Quaternion top_eigenvector(const Eigen::Matrix4d& symmetric) {
    return Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d>(symmetric).eigenvectors().col(3);
}

}  // namespace

Rotation::Rotation(const std::array<double, 9>& row_major) : m_(row_major) {
    const Direction x = unit({m_[0], m_[1], m_[2]});
    const Direction raw{m_[3], m_[4], m_[5]};
    const double along = dot(x, raw);
    const Direction y = unit({raw.x - along * x.x, raw.y - along * x.y, raw.z - along * x.z});
    const Direction z = cross(x, y);
    m_ = {x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z};
}

Rotation Rotation::about(const Direction& axis_angle) {
    const double angle = length(axis_angle), half = angle / 2;
    const double s = angle > 1e-12 ? std::sin(half) / angle : 0.5;
    return from_quaternion(
        Quaternion(std::cos(half), axis_angle.x * s, axis_angle.y * s, axis_angle.z * s).normalized());
}

Rotation Rotation::looking(double yaw_rad, double pitch_rad, double roll_rad) {
    return about({0, yaw_rad, 0}) * about({pitch_rad, 0, 0}) * about({0, 0, roll_rad});
}

Rotation Rotation::operator*(const Rotation& second) const {
    std::array<double, 9> product{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k) product[3 * i + j] += m_[3 * i + k] * second.m_[3 * k + j];
    return Rotation(product);
}

Rotation Rotation::inverse() const {
    Rotation out;
    out.m_ = {m_[0], m_[3], m_[6], m_[1], m_[4], m_[7], m_[2], m_[5], m_[8]};
    return out;
}

Direction Rotation::axis_angle() const {
    Quaternion q = quaternion_of(*this);
    if (q[0] < 0) q = -q;
    const double s = q.tail<3>().norm();
    const double scale = s > 1e-12 ? 2 * std::atan2(s, q[0]) / s : 2;
    return {q[1] * scale, q[2] * scale, q[3] * scale};
}

bool is_rotation(const std::array<double, 9>& row_major, double tolerance) {
    const auto& m = row_major;
    const Direction x{m[0], m[1], m[2]}, y{m[3], m[4], m[5]}, z{m[6], m[7], m[8]};
    const auto near = [tolerance](double value, double wanted) { return std::abs(value - wanted) <= tolerance; };
    return near(dot(x, x), 1) && near(dot(y, y), 1) && near(dot(x, y), 0) && near(dot(cross(x, y), z), 1) &&
           near(dot(z, z), 1);
}

Rotation best_rotation(std::span<const Direction> a, std::span<const Direction> b, std::span<const double> weights) {
    assert(a.size() == b.size() && a.size() == weights.size());
    Eigen::Matrix3d s = Eigen::Matrix3d::Zero();  // s(i, j) = sum w b_i a_j
    for (std::size_t i = 0; i < a.size(); ++i)
        s += weights[i] * Eigen::Vector3d(b[i].x, b[i].y, b[i].z) * Eigen::RowVector3d(a[i].x, a[i].y, a[i].z);
    Eigen::Matrix4d n;
    n << s.trace(), s(1, 2) - s(2, 1), s(2, 0) - s(0, 2), s(0, 1) - s(1, 0),                    //
        s(1, 2) - s(2, 1), s(0, 0) - s(1, 1) - s(2, 2), s(0, 1) + s(1, 0), s(2, 0) + s(0, 2),   //
        s(2, 0) - s(0, 2), s(0, 1) + s(1, 0), -s(0, 0) + s(1, 1) - s(2, 2), s(1, 2) + s(2, 1),  //
        s(0, 1) - s(1, 0), s(2, 0) + s(0, 2), s(1, 2) + s(2, 1), -s(0, 0) - s(1, 1) + s(2, 2);
    return from_quaternion(top_eigenvector(n));
}

Rotation mean_rotation(std::span<const Rotation> rotations, std::span<const double> weights) {
    assert(rotations.size() == weights.size() && !rotations.empty());
    Eigen::Matrix4d sum = Eigen::Matrix4d::Zero();
    for (std::size_t i = 0; i < rotations.size(); ++i) {
        const Quaternion q = quaternion_of(rotations[i]);
        sum += weights[i] * q * q.transpose();
    }
    return from_quaternion(top_eigenvector(sum));
}

}  // namespace nightstack
