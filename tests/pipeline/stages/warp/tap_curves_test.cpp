// SPDX-License-Identifier: MIT
// The curves against the kernels' own formulas, at many places between two pixels.
#include "pipeline/stages/warp/tap_curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

double lanczos3(double x) {
    const auto sinc = [](double v) { return v == 0 ? 1 : std::sin(std::numbers::pi * v) / (std::numbers::pi * v); };
    return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

double keys(double x) {
    const double d = std::abs(x);
    return d >= 2 ? 0 : d > 1 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 1.5 * d * d * d - 2.5 * d * d + 1;
}

double value(const TapCurves::Curve& curve, double u) {
    double sum = 0;
    for (std::size_t k = kCurveTerms; k-- > 0;) sum = sum * u + static_cast<double>(curve[k]);
    return sum;
}

// Weight of tap t at `fraction`, as tap_curves.h says.
double weight(const TapCurves& curves, int t, double fraction) {
    const double g = fraction - 0.5;
    const auto k = static_cast<std::size_t>(t < 3 ? t : 5 - t);
    const double even =
        k == 2 ? 0.5 - value(curves.even[0], g * g) - value(curves.even[1], g * g) : value(curves.even[k], g * g);
    const double odd = g * value(curves.odd[k], g * g);
    return t < 3 ? even + odd : even - odd;
}

double largest_error(const TapCurves& curves, double (*kernel)(double)) {
    double largest = 0;
    for (int i = 0; i <= 1000; ++i) {
        const double f = i / 1000.0;
        double sum = 0;
        for (int t = 0; t < kTaps; ++t) sum += kernel(f + 2 - t);
        for (int t = 0; t < kTaps; ++t) {
            largest = std::max(largest, std::abs(weight(curves, t, f) - kernel(f + 2 - t) / sum));
        }
    }
    return largest;
}

TEST(TapCurves, FollowLanczos) { EXPECT_LT(largest_error(lanczos_curves(), lanczos3), 3e-7); }

TEST(TapCurves, AreTheCubic) { EXPECT_LT(largest_error(cubic_curves(), keys), 1e-7); }

}  // namespace
}  // namespace nightstack
