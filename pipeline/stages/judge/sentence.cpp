// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/sentence.h"

#include <array>
#include <charconv>
#include <cmath>

namespace nightstack {

std::string written(double value, int decimals) {
    if (!std::isfinite(value)) return std::isnan(value) ? "unknown" : "infinite";
    if (std::abs(value) < 0.5 * std::pow(10.0, -decimals)) value = 0;
    std::array<char, 400> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return {text.data(), end.ptr};
}

int decimals_to_tell_apart(double value, double other, int decimals) {
    const int most = decimals + 4;
    while (decimals < most && written(value, decimals) == written(other, decimals)) ++decimals;
    return decimals;
}

}  // namespace nightstack
