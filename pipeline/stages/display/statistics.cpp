// SPDX-License-Identifier: MIT
#include "pipeline/stages/display/statistics.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

template <class Visit>
void for_each_covered(ImageView<const float> plane, ImageView<const std::uint16_t> coverage, Visit visit) {
    if (!coverage.empty() && !coverage.same_size(plane.width(), plane.height())) {
        throw OptionError("statistics: coverage plane has another size than the picture");
    }
    for (int y = 0; y < plane.height(); ++y) {
        const float* values = plane.row_data(y);
        const std::uint16_t* covered = coverage.empty() ? nullptr : coverage.row_data(y);
        for (int x = 0; x < plane.width(); ++x) {
            if (std::isfinite(values[x]) && (covered == nullptr || covered[x] > 0)) visit(values[x]);
        }
    }
}

// Reorders the values.
float median_of(std::span<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    const float upper = *middle;
    if (values.size() % 2 == 1) return upper;
    return (*std::max_element(values.begin(), middle) + upper) * 0.5F;
}

}  // namespace

PlaneStatistics value_statistics(std::span<float> values) {
    PlaneStatistics s;
    s.pixels = values.size();
    if (values.empty()) return s;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    s.min = *least;
    s.max = *most;
    const double n = static_cast<double>(values.size());
    double sum = 0;
    for (const float v : values) sum += v;
    s.mean = sum / n;
    double squares = 0;
    for (const float v : values) squares += (v - s.mean) * (v - s.mean);
    s.sigma = std::sqrt(squares / n);
    s.median = median_of(values);
    for (float& v : values) v = std::abs(v - s.median);
    s.noise = 1.4826F * median_of(values);
    return s;
}

PlaneStatistics plane_statistics(ImageView<const float> plane, ImageView<const std::uint16_t> coverage) {
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(plane.width()) * static_cast<std::size_t>(plane.height()));
    for_each_covered(plane, coverage, [&](float v) { values.push_back(v); });
    return value_statistics(values);
}

Histogram plane_histogram(ImageView<const float> plane, ImageView<const std::uint16_t> coverage, int bins, float low,
                          float high) {
    if (bins <= 0 || !(low < high)) {
        throw OptionError("histogram: " + std::to_string(bins) + " bins from " + std::to_string(low) + " to " +
                          std::to_string(high));
    }
    Histogram h{low, high, std::vector<std::uint64_t>(static_cast<std::size_t>(bins)), 0, 0};
    const double per_unit = bins / (static_cast<double>(high) - low);
    for_each_covered(plane, coverage, [&](float v) {
        if (v < low) {
            ++h.below;
        } else if (v > high) {
            ++h.above;
        } else {
            const int bin = static_cast<int>((static_cast<double>(v) - low) * per_unit);
            ++h.bins[static_cast<std::size_t>(std::min(bin, bins - 1))];
        }
    });
    return h;
}

}  // namespace nightstack
