// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/canvas/longitudes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

constexpr int kBins = 2880;  // eighths of a degree
constexpr double kBin = 2 * std::numbers::pi / kBins;

int wrapped(int bin) { return (bin % kBins + kBins) % kBins; }

}  // namespace

Longitudes::Longitudes() : bins_(kBins, 0) {}

void Longitudes::cover_all() { std::fill(bins_.begin(), bins_.end(), 1); }

void Longitudes::cover(double from_rad, double to_rad) {
    const double from = std::remainder(from_rad, 2 * std::numbers::pi);
    const double step = std::remainder(to_rad - from_rad, 2 * std::numbers::pi);
    if (!std::isfinite(from) || !std::isfinite(step)) return;
    const double low = step < 0 ? from + step : from;
    const int first = static_cast<int>(std::floor(low / kBin));
    const int last = static_cast<int>(std::floor((low + std::abs(step)) / kBin));
    for (int i = first; i <= last; ++i) bins_[static_cast<std::size_t>(wrapped(i))] = 1;
}

Longitudes::Gap Longitudes::widest_gap() const {
    Gap best;
    int run = 0;
    // Twice around, so that a gap across the end is seen whole.
    for (int i = 0; i < 2 * kBins; ++i) {
        run = bins_[static_cast<std::size_t>(wrapped(i))] ? 0 : run + 1;
        if (run > best.length && run <= kBins) best = {wrapped(i - run + 1), run};
    }
    return best;
}

bool Longitudes::whole_circle() const { return widest_gap().length == 0; }

double Longitudes::middle_rad() const {
    const Gap gap = widest_gap();
    if (gap.length == 0) return 0;
    const double middle = (gap.begin + gap.length / 2.0) * kBin + std::numbers::pi;
    return std::remainder(middle, 2 * std::numbers::pi);
}

double Longitudes::half_width_rad() const { return (kBins - widest_gap().length) * kBin / 2; }

}  // namespace nightstack
