// SPDX-License-Identifier: MIT
#include "pipeline/stages/warp/tap_curves.h"

#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

double lanczos3(double x) {
    if (x == 0) return 1;
    if (std::abs(x) >= 3) return 0;
    const double a = std::numbers::pi * x;
    return 3 * std::sin(a) * std::sin(a / 3) / (a * a);
}

// Keys 1981, a = -0.5.
double keys_cubic(double x) {
    const double d = std::abs(x);
    if (d >= 2) return 0;
    if (d > 1) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
    return (1.5 * d - 2.5) * d * d + 1;
}

template <class Kernel>
double weight(Kernel kernel, std::size_t tap, double fraction) {
    double sum = 0;
    for (int t = 0; t < kTaps; ++t) sum += kernel(fraction + 2 - t);
    return kernel(fraction + 2 - static_cast<double>(tap)) / sum;
}

// The polynomial through `value` at the Chebyshev nodes of [0, 0.25], Newton's form multiplied out.
template <class Value>
TapCurves::Curve fitted(Value value) {
    std::array<double, kCurveTerms> node{}, slope{}, power{};
    for (std::size_t i = 0; i < kCurveTerms; ++i) {
        node[i] = 0.125 * (1 + std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) / kCurveTerms));
        slope[i] = value(node[i]);
    }
    for (std::size_t order = 1; order < kCurveTerms; ++order) {
        for (std::size_t i = kCurveTerms - 1; i >= order; --i) {
            slope[i] = (slope[i] - slope[i - 1]) / (node[i] - node[i - order]);
        }
    }
    for (std::size_t i = kCurveTerms; i-- > 0;) {  // power = power * (u - node) + slope
        for (std::size_t k = kCurveTerms - 1; k > 0; --k) power[k] = power[k - 1] - node[i] * power[k];
        power[0] = slope[i] - node[i] * power[0];
    }
    TapCurves::Curve curve{};
    for (std::size_t k = 0; k < kCurveTerms; ++k) curve[k] = static_cast<float>(power[k]);
    return curve;
}

template <class Kernel>
TapCurves make_curves(Kernel kernel) {
    TapCurves curves;
    for (std::size_t t = 0; t < 3; ++t) {
        const auto half = [&](double u, double sign) {
            const double f = 0.5 + std::sqrt(u);
            return 0.5 * (weight(kernel, t, f) + sign * weight(kernel, 5 - t, f));
        };
        if (t < 2) curves.even[t] = fitted([&](double u) { return half(u, 1); });
        curves.odd[t] = fitted([&](double u) { return half(u, -1) / std::sqrt(u); });
    }
    return curves;
}

}  // namespace

const TapCurves& lanczos_curves() {
    static const TapCurves curves = make_curves(lanczos3);
    return curves;
}

const TapCurves& cubic_curves() {
    static const TapCurves curves = make_curves(keys_cubic);
    return curves;
}

}  // namespace nightstack
