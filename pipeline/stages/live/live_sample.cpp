// SPDX-License-Identifier: MIT
#include "pipeline/stages/live/live_sample.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace nightstack {

double live_unit(double white_adu) {
    assert(white_adu > 0 && std::isfinite(white_adu));
    int exponent = 0;
    std::frexp(white_adu, &exponent);  // white = m * 2^exponent, m in [0.5, 1)
    return std::ldexp(1.0, exponent - 20);
}

int live_weight(double noise, double reference_noise) {
    assert(noise > 0 && reference_noise > 0);
    const double ratio = reference_noise / noise;
    return static_cast<int>(
        std::clamp(std::nearbyint(kLiveWeightOne * ratio * ratio), 1.0, static_cast<double>(kMostLiveWeight)));
}

}  // namespace nightstack
