// SPDX-License-Identifier: MIT
#include "tests/pipeline/stages/progress/made_nights.h"

#include <algorithm>
#include <cmath>

namespace nightstack::test {

std::vector<StackNoise> MadeNights::night(int frames, double a, double b, NoiseError kind, double error) {
    std::vector<StackNoise> measured;
    double walk = normal(), sum = 0;
    for (int n = 1; n <= frames; ++n) {
        const double kept = (n - 1.0) / n;
        if (n > 1) walk = kept * walk + std::sqrt(1 - kept * kept) * normal();
        sum += std::exp(error * normal());
        const double relative = relative_error(kind, error, walk, sum / n - 1);
        measured.push_back({static_cast<double>(n), std::sqrt((a / n + b) * std::max(0.01, 1 + relative))});
    }
    return measured;
}

double MadeNights::relative_error(NoiseError kind, double error, double walk, double frames) {
    switch (kind) {
        case NoiseError::independent: return error * normal();
        case NoiseError::growing: return error * walk;
        case NoiseError::frames: return frames;
        case NoiseError::wild: break;
    }
    const bool wild = std::uniform_real_distribution<>()(random_) < 0.05;
    return error * std::sqrt(0.5) * (walk + normal()) + (wild ? 1.0 : 0.0);
}

}  // namespace nightstack::test
