// SPDX-License-Identifier: MIT
// Log, sine and cosine from plain arithmetic, beside the exp of pipeline/core and for the same reason: a
// rendered night must be the same everywhere, so the sky calls only these. All accurate to a few 1e-15
// (relative), pure functions, free of branches in log so that loops over it vectorise.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "pipeline/core/exponential.h"

namespace nightstack::sky {

inline constexpr double pi = 3.14159265358979323846;

using nightstack::exp_of;

// Natural logarithm of a positive normal number.
inline double log_of(double x) {
    constexpr double ln2 = 0.69314718055994530942;
    constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL;  // bits of sqrt(1/2): m lies in [sqrt(1/2), sqrt(2))
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t exponent = (bits - sqrt_half) & 0xfff0000000000000ULL;
    const double m = std::bit_cast<double>(bits - exponent);
    const double e = static_cast<double>(static_cast<std::int64_t>(exponent) >> 52);
    const double s = (m - 1) / (m + 1);  // log m = 2 artanh s, |s| < 0.172
    const double t = s * s;
    double p = 1.0 / 19;
    p = p * t + 1.0 / 17;
    p = p * t + 1.0 / 15;
    p = p * t + 1.0 / 13;
    p = p * t + 1.0 / 11;
    p = p * t + 1.0 / 9;
    p = p * t + 1.0 / 7;
    p = p * t + 1.0 / 5;
    p = p * t + 1.0 / 3;
    p = p * t + 1;
    return e * ln2 + 2 * s * p;
}

// x^y for x > 0.
inline double power_of(double x, double y) { return exp_of(y * log_of(x)); }

struct Direction {
    double cos = 1;
    double sin = 0;
};

// Unit vector at an angle of at most a few turns.
inline Direction direction_of(double angle_rad) {
    const double turns = std::floor(angle_rad / (pi / 2) + 0.5);
    const double r = angle_rad - turns * (pi / 2);  // |r| <= pi / 4
    const double t = r * r;
    double s = 0;
    double c = 0;
    for (int n = 9; n >= 1; --n) {  // Taylor in Horner form up to r^19 and r^18
        s = t / ((2.0 * n) * (2 * n + 1)) * (1 - s);
        c = t / ((2.0 * n) * (2 * n - 1)) * (1 - c);
    }
    const double sine = r * (1 - s);
    const double cosine = 1 - c;
    switch (static_cast<int>(turns) & 3) {
        case 1: return {-sine, cosine};
        case 2: return {-cosine, -sine};
        case 3: return {sine, -cosine};
        default: return {cosine, sine};
    }
}

}  // namespace nightstack::sky
