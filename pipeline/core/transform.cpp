// SPDX-License-Identifier: MIT
#include "pipeline/core/transform.h"

#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack {

std::string_view name(TransformModel m) {
    switch (m) {
        case TransformModel::shift: return "shift";
        case TransformModel::similarity: return "similarity";
        case TransformModel::affine: return "affine";
        case TransformModel::homography: return "homography";
    }
    return "?";
}

Transform Transform::similarity(double scale, double angle_rad, double dx, double dy) {
    const double c = scale * std::cos(angle_rad);
    const double s = scale * std::sin(angle_rad);
    return Transform({c, -s, dx, s, c, dy, 0, 0, 1});
}

Point Transform::operator()(Point p) const {
    const double x = m_[0] * p.x + m_[1] * p.y + m_[2];
    const double y = m_[3] * p.x + m_[4] * p.y + m_[5];
    if (is_affine()) return {x, y};
    const double w = m_[6] * p.x + m_[7] * p.y + m_[8];
    return {x / w, y / w};
}

Transform Transform::operator*(const Transform& second) const {
    std::array<double, 9> r{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k) r[3 * i + j] += m_[3 * i + k] * second.m_[3 * k + j];
        }
    }
    return Transform(r);
}

Transform Transform::inverse() const {
    const auto& m = m_;
    const double c0 = m[4] * m[8] - m[5] * m[7];
    const double c1 = m[5] * m[6] - m[3] * m[8];
    const double c2 = m[3] * m[7] - m[4] * m[6];
    const double det = m[0] * c0 + m[1] * c1 + m[2] * c2;
    if (!(std::abs(det) > 1e-300))
        throw FormatError("transform cannot be inverted: determinant " + std::to_string(det));
    std::array<double, 9> r{c0 / det, (m[2] * m[7] - m[1] * m[8]) / det, (m[1] * m[5] - m[2] * m[4]) / det,
                            c1 / det, (m[0] * m[8] - m[2] * m[6]) / det, (m[2] * m[3] - m[0] * m[5]) / det,
                            c2 / det, (m[1] * m[6] - m[0] * m[7]) / det, (m[0] * m[4] - m[1] * m[3]) / det};
    if (is_affine()) {  // keep the last row exact, so that the inverse is affine by type as well
        r[6] = 0;
        r[7] = 0;
        r[8] = 1;
    } else {
        const double last = r[8];
        if (last != 0) {
            for (double& v : r) v /= last;
        }
    }
    return Transform(r);
}

double Transform::scale() const { return std::sqrt(std::abs(m_[0] * m_[4] - m_[1] * m_[3])); }

double Transform::rotation_rad() const { return std::atan2(m_[3] - m_[1], m_[0] + m_[4]); }

TransformModel model_of(const Transform& t) {
    const auto& m = t.row_major();
    if (!t.is_affine()) return TransformModel::homography;
    if (m[0] != m[4] || m[1] != -m[3]) return TransformModel::affine;
    return m[0] == 1 && m[1] == 0 ? TransformModel::shift : TransformModel::similarity;
}

}  // namespace nightstack
