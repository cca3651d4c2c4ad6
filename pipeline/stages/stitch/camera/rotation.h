// SPDX-License-Identifier: MIT
// How a camera is turned: a 3x3 rotation named `a_from_b`, which takes directions seen from b to directions seen from
// a. A value; no thread rule.
#pragma once

#include <array>
#include <span>

#include "pipeline/stages/stitch/camera/direction.h"

namespace nightstack {

class Rotation {
public:
    Rotation() = default;  // none
    // Rows one after the other; made a rotation again when it is off by rounding (Gram and Schmidt). Anything else
    // must be checked by the caller with `is_rotation`.
    explicit Rotation(const std::array<double, 9>& row_major);
    // About `axis_angle` by its length in radians, right-handed (Rodrigues 1840).
    static Rotation about(const Direction& axis_angle);
    // Camera looking at longitude `yaw` (to the right), latitude `pitch` (up), then turned by `roll` about its axis
    // (x axis towards y axis). All in radians: world_from_camera = Ry(yaw) Rx(pitch) Rz(roll).
    static Rotation looking(double yaw_rad, double pitch_rad, double roll_rad);

    Direction operator()(const Direction& d) const {
        return {m_[0] * d.x + m_[1] * d.y + m_[2] * d.z, m_[3] * d.x + m_[4] * d.y + m_[5] * d.z,
                m_[6] * d.x + m_[7] * d.y + m_[8] * d.z};
    }
    // Reads right to left like the names: a_from_c = a_from_b * b_from_c.
    Rotation operator*(const Rotation& second) const;
    Rotation inverse() const;  // the transposed matrix

    // The inverse of `about`: length from 0 to pi.
    Direction axis_angle() const;
    double angle_rad() const { return length(axis_angle()); }
    const std::array<double, 9>& row_major() const { return m_; }
    friend bool operator==(const Rotation&, const Rotation&) = default;

private:
    std::array<double, 9> m_{1, 0, 0, 0, 1, 0, 0, 0, 1};
};

// Whether rows are unit vectors at right angles and right-handed, each product good to `tolerance`.
bool is_rotation(const std::array<double, 9>& row_major, double tolerance = 1e-6);

// The rotation that brings directions `b[i]` nearest to `a[i]`, weighted: the greatest of sum w a . R b (Horn 1987,
// "Closed-form solution of absolute orientation using unit quaternions"). Spans of one length, at least two pairs that
// are not one direction (else: one of those that fit as well).
Rotation best_rotation(std::span<const Direction> a, std::span<const Direction> b, std::span<const double> weights);

// The mean of unit quaternions in the sense of Markley et al. 2007: the eigenvector of sum w q q'.
Rotation mean_rotation(std::span<const Rotation> rotations, std::span<const double> weights);

}  // namespace nightstack
