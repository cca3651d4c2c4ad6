// SPDX-License-Identifier: MIT
#include "io/tiles/float_range.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace nightstack::io {
namespace {

constexpr double kPixelsLookedAt = 100'000;
constexpr float kNobodyMeasures = 1e20F;  // and its square still is a float, nearly
constexpr float kTimesTooLarge = 1e6F;
constexpr float kMostHighlight = 4;

// The value below which a part of all lies.
float part_below(std::vector<float>& values, double part) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

}  // namespace

FloatRangeFinder::FloatRangeFinder(const RowsShape& shape)
    : shape_(shape),
      step_(std::max(1,
                     static_cast<int>(std::sqrt(static_cast<double>(shape.width) * shape.height / kPixelsLookedAt)))) {}

void FloatRangeFinder::add(const std::byte* row) {
    const int samples = shape_.samples();
    const auto at = [&](int i) {
        float v;
        std::memcpy(&v, row + static_cast<std::size_t>(i) * sizeof v, sizeof v);
        return v;
    };
    const bool look = y_++ % step_ == 0;
    for (int x = 0; x < shape_.width; ++x) {
        if (shape_.alpha != RowAlpha::none && !(at(x * samples + shape_.colours) >= 0.5F)) continue;
        for (int c = 0; c < shape_.colours; ++c) {
            const float v = at(x * samples + c);
            if (!std::isfinite(v)) continue;
            largest_ = std::max(largest_, std::abs(v));
            if (look && x % step_ == 0 && v != 0 && std::abs(v) < kNobodyMeasures) samples_.push_back(v);
        }
    }
}

FloatRange FloatRangeFinder::find() {
    FloatRange range;
    std::vector<float> sizes;
    for (const float v : samples_) sizes.push_back(std::abs(v));
    const float common = sizes.empty() ? 1 : part_below(sizes, 0.9);
    const float most = std::min(kNobodyMeasures, std::max(common, 1e-20F) * kTimesTooLarge);
    if (largest_ > most) range.most = most;
    std::erase_if(samples_, [&](float v) { return !(v > 0 && v <= range.most); });
    if (samples_.empty()) return range;
    const float bright = part_below(samples_, 0.995);
    if (!(bright > kMostHighlight)) return range;
    while (range.unit < bright) range.unit *= 16;
    range.bright = bright;
    return range;
}

}  // namespace nightstack::io
