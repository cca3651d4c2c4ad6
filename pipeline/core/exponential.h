// SPDX-License-Identifier: MIT
// e^x from plain arithmetic. The C library picks other variants on other processors (with and without
// FMA) that differ in the last bit; a rendered night and a list of stars shall be the same everywhere,
// so whoever's results are held to the bit calls this one. Pure, safe in any thread, free of branches
// so that loops over it vectorise.
#pragma once

#include <bit>
#include <cstdint>

namespace nightstack {

// Accurate to 3e-15 (relative); arguments are held to [-700, 700], where the result is a normal number.
// NaN is not an argument.
inline double exp_of(double x) {
    constexpr double log2_e = 1.4426950408889634074;
    constexpr double ln2_high = 6.93147180369123816490e-01;  // its last 32 bits are zero: k * high is exact
    constexpr double ln2_low = 1.90821492927058770002e-10;
    constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52: adding it leaves round(x) in the low bits
    x = x < -700 ? -700 : x;
    x = x > 700 ? 700 : x;
    const double shifted = x * log2_e + to_integer;
    const double k = shifted - to_integer;
    const double r = (x - k * ln2_high) - k * ln2_low;  // |r| <= ln(2) / 2
    double p = 1.0 / 479001600;                         // Taylor up to r^12 / 12!
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + (std::bit_cast<std::uint64_t>(shifted) << 52));
}

}  // namespace nightstack
