// SPDX-License-Identifier: MIT
// How float values are kept in 16 bits without a curve: value = zero + step * stored.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nightstack::tools {

// `step` is a power of two and `zero` a multiple of it: what is stored comes back without a further error.
struct LinearScale {
    double zero = 0;  // ADU
    double step = 1;  // ADU; the largest error is half of it

    std::uint16_t stored(float value) const {
        const double number = std::nearbyint((static_cast<double>(value) - zero) / step);
        return static_cast<std::uint16_t>(std::clamp(number, 0.0, 65535.0));
    }
};

// The finest scale that holds all from `low` to `high`. 0 ADU is always within, so that "no data" has a code.
inline LinearScale scale_for(double low, double high) {
    low = std::min(low, 0.0);
    LinearScale scale;
    scale.step = std::exp2(std::ceil(std::log2(std::max(high - low, 1e-6) / 65535.0)));
    for (;; scale.step *= 2) {
        scale.zero = std::floor(low / scale.step) * scale.step;
        if (scale.zero + 65535 * scale.step >= high) return scale;
    }
}

}  // namespace nightstack::tools
