// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/wcs.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

bool finite(const SipPolynomial& p) {
    for (const auto& row : p.coefficient) {
        if (!std::all_of(row.begin(), row.end(), [](double c) { return std::isfinite(c); })) return false;
    }
    return p.order >= 0 && p.order <= kMaxSipOrder;
}

double determinant(const std::array<double, 4>& m) { return m[0] * m[3] - m[1] * m[2]; }

// What `factor(p, q)` says, times each coefficient.
template <class Factor>
SipPolynomial scaled(SipPolynomial polynomial, const Factor& factor) {
    for (int p = 0; p <= polynomial.order; ++p) {
        for (int q = 0; p + q <= polynomial.order; ++q)
            polynomial.coefficient[static_cast<std::size_t>(p)][static_cast<std::size_t>(q)] *= factor(p, q);
    }
    return polynomial;
}

}  // namespace

double SipPolynomial::operator()(double u, double v) const {
    double sum = 0;
    double up = 1;
    for (int p = 0; p <= order; ++p, up *= u) {
        double uv = up;
        for (int q = 0; p + q <= order; ++q, uv *= v)
            sum += coefficient[static_cast<std::size_t>(p)][static_cast<std::size_t>(q)] * uv;
    }
    return sum;
}

SkyPoint Wcs::sky_from_pixel(Point pixel) const {
    const double u = pixel.x - reference_pixel.x;
    const double v = pixel.y - reference_pixel.y;
    const double f = u + a(u, v);
    const double g = v + b(u, v);
    const double xi = (cd[0] * f + cd[1] * g) * kDegree;
    const double eta = (cd[2] * f + cd[3] * g) * kDegree;
    const double dec0 = reference.dec_deg * kDegree;
    const double down = std::cos(dec0) - eta * std::sin(dec0);
    double ra = reference.ra_deg + std::atan2(xi, down) / kDegree;
    ra = std::fmod(std::fmod(ra, 360) + 360, 360);
    const double dec = std::atan2(std::sin(dec0) + eta * std::cos(dec0), std::hypot(xi, down)) / kDegree;
    return {ra, dec};
}

std::optional<Point> Wcs::pixel_from_sky(const SkyPoint& sky) const {
    const double dec = sky.dec_deg * kDegree;
    const double dec0 = reference.dec_deg * kDegree;
    const double ra = (sky.ra_deg - reference.ra_deg) * kDegree;
    const double depth = std::sin(dec0) * std::sin(dec) + std::cos(dec0) * std::cos(dec) * std::cos(ra);
    const double det = determinant(cd);
    if (!(depth > 1e-6) || det == 0) return std::nullopt;
    const double xi = std::cos(dec) * std::sin(ra) / depth / kDegree;
    const double eta =
        (std::cos(dec0) * std::sin(dec) - std::sin(dec0) * std::cos(dec) * std::cos(ra)) / depth / kDegree;
    const double f = (cd[3] * xi - cd[1] * eta) / det;
    const double g = (cd[0] * eta - cd[2] * xi) / det;
    // u + a(u, v) = f: the distortion is small against 1, so each round gains digits.
    double u = f;
    double v = g;
    for (int round = 0; round < 50; ++round) {
        const double next_u = f - a(u, v);
        const double next_v = g - b(u, v);
        const double step = std::hypot(next_u - u, next_v - v);
        u = next_u;
        v = next_v;
        if (!std::isfinite(step)) return std::nullopt;
        if (step < 1e-9) return Point{u + reference_pixel.x, v + reference_pixel.y};
    }
    return std::nullopt;
}

double Wcs::arcsec_per_px() const { return 3600 * std::sqrt(std::abs(determinant(cd))); }

double Wcs::rotation_deg() const { return std::atan2(-cd[1], -cd[3]) / kDegree; }

bool Wcs::is_sound() const {
    const double numbers[] = {
        reference.ra_deg, reference.dec_deg, reference_pixel.x, reference_pixel.y, cd[0], cd[1], cd[2], cd[3]};
    for (const double n : numbers) {
        if (!std::isfinite(n) || std::abs(n) > 1e6) return false;
    }
    if (reference.ra_deg < 0 || reference.ra_deg >= 360 || std::abs(reference.dec_deg) > 90) return false;
    for (const SipPolynomial* p : {&a, &b, &ap, &bp}) {
        if (!finite(*p)) return false;
    }
    const double scale = arcsec_per_px();
    const double longest = std::max(std::hypot(cd[0], cd[2]), std::hypot(cd[1], cd[3])) * 3600;
    return scale > 1e-3 && scale < 3600 && longest < 10 * scale;
}

Wcs rescaled(const Wcs& wcs, double scale, Point shift) {
    Wcs out = wcs;
    out.reference_pixel = {scale * wcs.reference_pixel.x + shift.x, scale * wcs.reference_pixel.y + shift.y};
    for (double& c : out.cd) c /= scale;
    // scale * a(u / scale, v / scale)
    const auto factor = [&](int p, int q) { return std::pow(scale, 1 - p - q); };
    for (SipPolynomial Wcs::*sip : {&Wcs::a, &Wcs::b, &Wcs::ap, &Wcs::bp}) out.*sip = scaled(wcs.*sip, factor);
    return out;
}

Wcs turned_over(const Wcs& wcs, int height) {
    Wcs out = wcs;
    out.reference_pixel.y = height - 1 - wcs.reference_pixel.y;
    out.cd[1] = -wcs.cd[1];
    out.cd[3] = -wcs.cd[3];
    const auto along_x = [](int, int q) { return q % 2 == 0 ? 1.0 : -1.0; };
    const auto along_y = [](int, int q) { return q % 2 == 0 ? -1.0 : 1.0; };
    for (SipPolynomial Wcs::*sip : {&Wcs::a, &Wcs::ap}) out.*sip = scaled(wcs.*sip, along_x);
    for (SipPolynomial Wcs::*sip : {&Wcs::b, &Wcs::bp}) out.*sip = scaled(wcs.*sip, along_y);
    return out;
}

double separation_deg(const SkyPoint& p, const SkyPoint& q) {
    const double d1 = p.dec_deg * kDegree;
    const double d2 = q.dec_deg * kDegree;
    const double ra = (q.ra_deg - p.ra_deg) * kDegree;
    const double x = std::cos(d2) * std::sin(ra);
    const double y = std::cos(d1) * std::sin(d2) - std::sin(d1) * std::cos(d2) * std::cos(ra);
    const double z = std::sin(d1) * std::sin(d2) + std::cos(d1) * std::cos(d2) * std::cos(ra);
    return std::atan2(std::hypot(x, y), z) / kDegree;
}

}  // namespace nightstack
