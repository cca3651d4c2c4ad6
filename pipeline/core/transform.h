// SPDX-License-Identifier: MIT
// A plane projective transform, named `target_from_source`: it takes a point in source pixels to
// target pixels (both with centres at integers). A value; no thread rule.
#pragma once

#include <array>
#include <string_view>

#include "pipeline/core/geometry.h"

namespace nightstack {

// From the simplest to the most general; each contains the ones before it.
enum class TransformModel { shift, similarity, affine, homography };

std::string_view name(TransformModel m);

class Transform {
public:
    Transform() = default;  // identity
    explicit Transform(const std::array<double, 9>& row_major) : m_(row_major) {}
    static Transform shift(double dx, double dy) { return Transform({1, 0, dx, 0, 1, dy, 0, 0, 1}); }
    // Rotation by `angle_rad` (x axis towards y axis) and scale about the origin, then the shift.
    static Transform similarity(double scale, double angle_rad, double dx, double dy);

    Point operator()(Point p) const;
    // (*this)(second(p)): reads right to left like the names do, ref_from_b = ref_from_a * a_from_b.
    Transform operator*(const Transform& second) const;
    // Throws FormatError when the matrix is singular.
    Transform inverse() const;

    const std::array<double, 9>& row_major() const { return m_; }
    bool is_affine() const { return m_[6] == 0 && m_[7] == 0 && m_[8] == 1; }
    // sqrt(|det|) of the linear part at the origin: 1 for a rigid motion.
    double scale() const;
    double rotation_rad() const;
    friend bool operator==(const Transform&, const Transform&) = default;

private:
    std::array<double, 9> m_{1, 0, 0, 0, 1, 0, 0, 0, 1};
};

// The simplest that has this very matrix, to the last bit: what was fitted as one is told from what is near one.
TransformModel model_of(const Transform& t);

}  // namespace nightstack
