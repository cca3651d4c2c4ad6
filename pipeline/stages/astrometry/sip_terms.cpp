// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/sip_terms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "pipeline/stages/astrometry/polynomial_fit.h"

namespace nightstack {

void set_scaled(SipPolynomial& p, double unit_px) {
    for (int i = 0; i <= p.order; ++i) {
        for (int k = 0; i + k <= p.order; ++k)
            p.coefficient[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)] *= std::pow(unit_px, -(i + k));
    }
}

void take_bend(Wcs& wcs, const SipPolynomial& x, const SipPolynomial& y) {
    const std::array<double, 4> linear{x.coefficient[1][0], x.coefficient[0][1], y.coefficient[1][0],
                                       y.coefficient[0][1]};
    const double det = linear[0] * linear[3] - linear[1] * linear[2];
    wcs.a.order = wcs.b.order = x.order;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(x.order); ++i) {
        for (std::size_t k = 0; i + k <= static_cast<std::size_t>(x.order); ++k) {
            if (i + k < 2) continue;
            const double cx = x.coefficient[i][k];
            const double cy = y.coefficient[i][k];
            wcs.a.coefficient[i][k] = (linear[3] * cx - linear[1] * cy) / det;
            wcs.b.coefficient[i][k] = (linear[0] * cy - linear[2] * cx) / det;
        }
    }
}

void take_lens(Wcs& wcs, const RadialDistortion& lens) {
    if (lens.none()) return;
    const double k1 = lens.k1 / std::pow(lens.radius_px, 2);
    const double k2 = lens.k2 / std::pow(lens.radius_px, 4);
    wcs.a.order = wcs.b.order = lens.k2 == 0 ? 3 : 5;
    auto& a = wcs.a.coefficient;
    a[3][0] = a[1][2] = k1;
    a[5][0] = a[1][4] = k2;
    a[3][2] = 2 * k2;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t k = 0; k < a.size(); ++k) wcs.b.coefficient[k][i] = a[i][k];
    }
}

void take_inverse(Wcs& wcs, int width, int height) {
    if (wcs.a.order == 0) return;
    const double unit_px = 0.5 * std::hypot(width, height);
    constexpr int steps = 20;
    std::vector<Point> bent;
    std::vector<double> back_x, back_y;
    for (int i = 0; i <= steps * steps + 2 * steps; ++i) {
        const double u = width * (i % (steps + 1)) / static_cast<double>(steps) - wcs.reference_pixel.x;
        const double v = height * (i / (steps + 1)) / static_cast<double>(steps) - wcs.reference_pixel.y;
        const double a = wcs.a(u, v);
        const double b = wcs.b(u, v);
        bent.push_back({(u + a) / unit_px, (v + b) / unit_px});
        back_x.push_back(-a);
        back_y.push_back(-b);
    }
    const std::vector<double> one(bent.size(), 1.0);
    const int order = std::min(kMaxSipOrder, wcs.a.order + 1);
    const auto ap = fit_polynomial(order, bent, back_x, one);
    const auto bp = fit_polynomial(order, bent, back_y, one);
    if (!ap || !bp) return;
    wcs.ap = *ap;
    wcs.bp = *bp;
    set_scaled(wcs.ap, unit_px);
    set_scaled(wcs.bp, unit_px);
}

}  // namespace nightstack
