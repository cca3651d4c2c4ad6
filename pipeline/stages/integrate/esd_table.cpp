// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/esd_table.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace nightstack {
namespace {

// x^(n / 2), x >= 0.
double half_power(double x, int n) {
    double result = n % 2 != 0 ? std::sqrt(x) : 1;
    for (int e = n / 2; e > 0; e /= 2, x *= x) {
        if (e % 2 != 0) result *= x;
    }
    return result;
}

// 1 / B(n / 2, 1 / 2) by B(a + 1, b) = B(a, b) a / (a + b).
double inverse_beta(int n) {
    double value = n % 2 != 0 ? 1 / std::numbers::pi : 0.5;
    for (int k = 2 - n % 2; k < n; k += 2) value *= (k + 1.0) / k;
    return value;
}

// Continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method.
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    double h = d;
    for (int m = 1; m < 10000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double step = 1;
        for (const double term : {even, odd}) {
            d = 1 + term * d;
            d = 1 / (std::abs(d) < kTiny ? kTiny : d);
            c = 1 + term / c;
            if (std::abs(c) < kTiny) c = kTiny;
            step = c * d;
            h *= step;
        }
        if (std::abs(step - 1) < 1e-15) break;
    }
    return h;
}

// Share of Student's distribution above t >= 0: half the incomplete beta function at n / (n + t^2).
double student_tail(double t, int n, double inverse_beta_n) {
    const double a = 0.5 * n;
    const double x = n / (n + t * t);
    const double y = t * t / (n + t * t);
    const double front = half_power(x, n) * std::sqrt(y) * inverse_beta_n;
    if (x < (a + 1) / (a + 2.5)) return 0.5 * front * beta_fraction(a, 0.5, x) / a;
    return 0.5 * (1 - front * beta_fraction(0.5, a, y) / 0.5);
}

}  // namespace

double student_quantile(double tail, int degrees) {
    const double inverse = inverse_beta(degrees);
    double low = 0;
    double high = 1;
    while (student_tail(high, degrees, inverse) > tail && high < 1e150) high *= 2;
    for (int step = 0; step < 60 && low < high; ++step) {
        const double t = 0.5 * (low + high);
        (student_tail(t, degrees, inverse) > tail ? low : high) = t;
    }
    return 0.5 * (low + high);
}

EsdTable esd_table(int n, double share, double significance) {
    EsdTable table;
    for (int size = 0; size <= n; ++size) {
        // The hundredth of a sample makes up for shares that binary fractions do not hold: 0.3 of 10 is 3.
        table.most_outliers.push_back(static_cast<float>(std::floor(share * size + 0.01)));
        double critical = std::numeric_limits<double>::infinity();
        if (size >= 3) {
            const double t = student_quantile(significance / (2.0 * size), size - 2);
            critical = (size - 1) * t / std::sqrt((size - 2 + t * t) * size);
        }
        table.critical.push_back(static_cast<float>(critical));
    }
    return table;
}

}  // namespace nightstack
