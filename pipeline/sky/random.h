// SPDX-License-Identifier: MIT
// Chance that can be asked again: numbers are a function of (key, counter), never of what was drawn
// before, so rows may be rendered in any order and by any thread. The standard library's
// distributions are not used: their output differs between libraries.
#pragma once

#include <cmath>
#include <cstdint>

#include "pipeline/sky/elementary.h"

namespace nightstack::sky {

// Finaliser of SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
inline constexpr std::uint64_t mixed(std::uint64_t v) {
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9ULL;
    v = (v ^ (v >> 27)) * 0x94d049bb133111ebULL;
    return v ^ (v >> 31);
}

inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;

// A stream for every (seed, what, number): mixing in between keeps neighbours unrelated.
inline constexpr std::uint64_t stream_key(std::uint64_t seed, std::uint64_t what, std::uint64_t number = 0) {
    return mixed(mixed(mixed(seed + golden_gamma) + what * golden_gamma) + number * golden_gamma);
}

// 64 fresh bits.
inline constexpr std::uint64_t bits_at(std::uint64_t key, std::uint64_t counter) {
    return mixed(key + (counter + 1) * golden_gamma);
}

// Uniform in (0, 1), never an end: from 32 or from 52 bits.
inline constexpr double uniform_from(std::uint32_t bits) { return (bits + 0.5) * 0x1p-32; }
inline constexpr double uniform_at(std::uint64_t key, std::uint64_t counter) {
    return (static_cast<double>(bits_at(key, counter) >> 12) + 0.5) * 0x1p-52;
}

// The normal deviate at cumulative probability u in (0, 1): Wichura's algorithm AS 241 (PPND7,
// Applied Statistics 37, 1988), relative error about 1e-7.
inline double normal_from(double u) {
    const double q = u - 0.5;
    if (std::abs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
               (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
    }
    double r = std::sqrt(-log_of(q < 0 ? u : 1 - u));
    double z = 0;
    if (r <= 5) {
        r -= 1.6;
        z = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
            ((0.12021132975 * r + 0.73700164250) * r + 1);
    } else {
        r -= 5;
        z = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
            ((0.012258202635 * r + 0.24197894225) * r + 1);
    }
    return q < 0 ? -z : z;
}
inline double normal_at(std::uint64_t key, std::uint64_t counter) { return normal_from(uniform_at(key, counter)); }

inline constexpr double poisson_normal_from_mean = 30;

// The Poisson number at cumulative probability u. Below a mean of 30 exact, by adding up the
// probabilities; above, a normal deviate with the skewness term of Cornish and Fisher, rounded. The
// 5/36 taken off the variance is what rounding (1/12) and the skewness term (1/18) bring back.
inline double poisson_from(double mean, double u) {
    if (mean >= poisson_normal_from_mean) {
        const double z = normal_from(u);
        const double k = std::floor(mean + std::sqrt(mean - 5.0 / 36) * z + (z * z - 1) / 6 + 0.5);
        return k < 0 ? 0 : k;
    }
    if (!(mean > 0)) return 0;
    double p = exp_of(-mean);
    double sum = p;
    double k = 0;
    while (u > sum && k < 200) {  // 200: beyond any 32-bit u; rounding may keep the sum below 1
        k += 1;
        p *= mean / k;
        sum += p;
    }
    return k;
}

}  // namespace nightstack::sky
