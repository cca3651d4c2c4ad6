// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/robust.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

constexpr std::size_t most_knots = 33;
constexpr std::size_t most_in_window = 99;  // slopes grow with the square

struct Line {
    double slope = 0;
    double offset = 0;
    double at(double position) const { return offset + slope * position; }
};

Line theil_sen(std::span<const Sample> samples) {
    std::vector<double> slopes;
    slopes.reserve(samples.size() * samples.size() / 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        for (std::size_t k = i + 1; k < samples.size(); ++k) {
            const double step = samples[k].position - samples[i].position;
            if (step > 0) slopes.push_back((samples[k].value - samples[i].value) / step);
        }
    }
    Line line;
    line.slope = slopes.empty() ? 0 : median(std::move(slopes));
    std::vector<double> offsets;
    for (const Sample& s : samples) offsets.push_back(s.value - line.slope * s.position);
    line.offset = median(std::move(offsets));
    return line;
}

// The window around samples[centre], thinned evenly when it is long.
Line local_line(std::span<const Sample> samples, std::size_t centre) {
    const std::size_t reach = std::max<std::size_t>(5, samples.size() / 6);
    const std::size_t whole = std::min(samples.size(), 2 * reach + 1);
    const std::size_t begin = std::min(centre > reach ? centre - reach : 0, samples.size() - whole);
    if (whole <= most_in_window) return theil_sen(samples.subspan(begin, whole));
    std::vector<Sample> some;
    for (std::size_t i = 0; i < most_in_window; ++i) {
        some.push_back(samples[begin + i * (whole - 1) / (most_in_window - 1)]);
    }
    return theil_sen(some);
}

}  // namespace

double median(std::vector<double> values) {
    const std::size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

double mad_sigma(std::span<const double> values, double centre) {
    std::vector<double> distances;
    for (const double v : values) distances.push_back(std::abs(v - centre));
    return 1.4826 * median(std::move(distances));
}

std::vector<double> slow_trend(std::span<const Sample> samples) {
    const std::size_t n = samples.size();
    const std::size_t knots = std::min(n, most_knots);
    std::vector<std::size_t> at(knots);
    std::vector<double> value(knots);
    for (std::size_t k = 0; k < knots; ++k) {
        at[k] = knots > 1 ? k * (n - 1) / (knots - 1) : 0;
        value[k] = local_line(samples, at[k]).at(samples[at[k]].position);
    }
    std::vector<double> trend(n);
    std::size_t k = 0;
    for (std::size_t i = 0; i < n; ++i) {
        while (k + 1 < knots && at[k + 1] <= i) ++k;
        if (at[k] == i || k + 1 == knots) {
            trend[i] = value[k];
            continue;
        }
        const double p0 = samples[at[k]].position;
        const double p1 = samples[at[k + 1]].position;
        const double share = p1 > p0 ? (samples[i].position - p0) / (p1 - p0) : 0;
        trend[i] = value[k] + share * (value[k + 1] - value[k]);
    }
    return trend;
}

}  // namespace nightstack
