// SPDX-License-Identifier: MIT
// Eigenvalues and eigenvectors of a symmetric matrix of at most 4 x 4 by Jacobi's rotations. Exact to rounding, in a
// fixed order of operations: the same bits everywhere. A free function; any thread.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace nightstack {

using Row4 = std::array<double, 4>;
using Matrix4 = std::array<Row4, 4>;

struct Eigen4 {
    Row4 values{};      // in no order
    Matrix4 vectors{};  // one a row
};

// Of the first n rows and columns.
inline Eigen4 eigen_of(Matrix4 a, std::size_t n) {
    Eigen4 out;
    for (std::size_t i = 0; i < n; ++i) out.vectors[i][i] = 1;
    for (int sweep = 0; sweep < 12; ++sweep) {
        for (std::size_t p = 0; p + 1 < n; ++p) {
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p][q] * a[p][q] <= 1e-32 * std::abs(a[p][p] * a[q][q])) continue;
                const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                const double t = std::copysign(1 / (std::abs(theta) + std::sqrt(theta * theta + 1)), theta);
                const double c = 1 / std::sqrt(t * t + 1), s = t * c;
                for (std::size_t k = 0; k < n; ++k) {
                    const double kp = a[k][p], kq = a[k][q];
                    a[k][p] = c * kp - s * kq;
                    a[k][q] = s * kp + c * kq;
                }
                for (std::size_t k = 0; k < n; ++k) {
                    const double pk = a[p][k], qk = a[q][k];
                    a[p][k] = c * pk - s * qk;
                    a[q][k] = s * pk + c * qk;
                    const double vp = out.vectors[p][k], vq = out.vectors[q][k];
                    out.vectors[p][k] = c * vp - s * vq;
                    out.vectors[q][k] = s * vp + c * vq;
                }
            }
        }
    }
    for (std::size_t i = 0; i < n; ++i) out.values[i] = a[i][i];
    return out;
}

}  // namespace nightstack
