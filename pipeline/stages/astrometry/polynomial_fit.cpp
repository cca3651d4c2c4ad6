// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/polynomial_fit.h"

#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

constexpr std::size_t kMostTerms = (kMaxSipOrder + 1) * (kMaxSipOrder + 2) / 2;
using Vector = std::array<double, kMostTerms>;
using Matrix = std::array<Vector, kMostTerms>;

Vector terms_at(int order, Point p) {
    Vector terms{};
    std::size_t n = 0;
    double up = 1;
    for (int i = 0; i <= order; ++i, up *= p.x) {
        double uv = up;
        for (int k = 0; i + k <= order; ++k, uv *= p.y) terms[n++] = uv;
    }
    return terms;
}

// L L' = a in the lower half; false when a pivot is next to nothing.
bool decompose(Matrix& a, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const double whole = a[i][i];
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i][j];
            for (std::size_t k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
            if (j < i) {
                a[i][j] = sum / a[j][j];
            } else {
                if (!(sum > 1e-12 * whole)) return false;
                a[i][i] = std::sqrt(sum);
            }
        }
    }
    return true;
}

void substitute(const Matrix& l, Vector& b, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= l[i][k] * b[k];
        b[i] /= l[i][i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= l[k][i] * b[k];
        b[i] /= l[i][i];
    }
}

}  // namespace

std::optional<SipPolynomial> fit_polynomial(int order, std::span<const Point> at, std::span<const double> values,
                                            std::span<const double> weights) {
    assert(order >= 0 && order <= kMaxSipOrder && at.size() == values.size() && at.size() == weights.size());
    const auto count = static_cast<std::size_t>((order + 1) * (order + 2) / 2);
    Matrix a{};
    Vector b{};
    for (std::size_t s = 0; s < at.size(); ++s) {
        const Vector terms = terms_at(order, at[s]);
        for (std::size_t i = 0; i < count; ++i) {
            const double weighted = weights[s] * terms[i];
            b[i] += weighted * values[s];
            for (std::size_t j = 0; j <= i; ++j) a[i][j] += weighted * terms[j];
        }
    }
    if (!decompose(a, count)) return std::nullopt;
    substitute(a, b, count);
    SipPolynomial p;
    p.order = order;
    std::size_t n = 0;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(order); ++i) {
        for (std::size_t k = 0; i + k <= static_cast<std::size_t>(order); ++k) p.coefficient[i][k] = b[n++];
    }
    return p;
}

}  // namespace nightstack
