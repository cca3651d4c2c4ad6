// SPDX-License-Identifier: MIT
// Made-up sessions for the tests of this folder.
#pragma once

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "pipeline/stages/judge/figures.h"

namespace nightstack::testing_sessions {

inline double uniform(std::mt19937& rng) { return (static_cast<double>(rng()) + 0.5) / 4294967296.0; }

inline double gauss(std::mt19937& rng) {
    const double r = std::sqrt(-2 * std::log(uniform(rng)));
    return r * std::cos(2 * std::numbers::pi * uniform(rng));
}

inline FrameFigures good_frame() {
    FrameFigures f;
    f.fwhm_px = 3.1;
    f.roundness = 0.92;
    f.stars = 200;
    f.background = 240;
    f.transparency = 0.98;
    f.residual_px = 0.12;
    return f;
}

// Normal scatter of `share` on every figure (roundness a third of it, star counts at least sqrt(n)).
inline FrameFigures scattered(std::mt19937& rng, double share) {
    FrameFigures f = good_frame();
    *f.fwhm_px *= 1 + share * gauss(rng);
    *f.roundness *= 1 + share / 3 * gauss(rng);
    *f.stars = std::round(*f.stars + (share * *f.stars + std::sqrt(*f.stars)) * gauss(rng));
    *f.background *= 1 + share * gauss(rng);
    *f.transparency *= 1 + share * gauss(rng);
    *f.residual_px *= 1 + 2 * share * gauss(rng);
    return f;
}

inline std::vector<FrameFigures> night(unsigned seed, int count, double share) {
    std::mt19937 rng(seed);
    std::vector<FrameFigures> frames;
    for (int i = 0; i < count; ++i) frames.push_back(scattered(rng, share));
    return frames;
}

inline void cloud(FrameFigures& f) {  // deep: a third of the light, 60 % of the stars, a brighter sky
    *f.transparency *= 0.35;
    *f.stars *= 0.6;
    *f.background *= 1.12;
    *f.residual_px *= 1.8;
}

inline void shake(FrameFigures& f) {  // wind: wide, long stars; the measured flux and faint stars suffer too
    *f.fwhm_px *= 2;
    *f.roundness = 0.4;
    *f.transparency *= 0.75;
    *f.stars *= 0.5;
    *f.residual_px *= 3;
}

}  // namespace nightstack::testing_sessions
