// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/robust_line.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace nightstack {
namespace {

constexpr std::size_t kLeast = 5;
constexpr std::size_t kAllPairsBelow = 12;
constexpr std::size_t kDistances = 8;
constexpr double kEfficiency = 1.3;
constexpr double kWild = 4;  // standard deviations
constexpr int kRounds = 2;

// In samples.
std::vector<std::size_t> distances(std::size_t count) {
    std::vector<std::size_t> all;
    if (count < kAllPairsBelow) {
        for (std::size_t d = 1; d < count; ++d) all.push_back(d);
        return all;
    }
    const std::size_t from = count / 6, to = count / 3;
    const std::size_t several = std::min(kDistances, to - from + 1);
    for (std::size_t k = 0; k < several; ++k) all.push_back(from + k * (to - from) / (several - 1));
    return all;
}

struct Step {  // between two samples
    double time = 0;
    double change = 0;
    double beside(double slope) const { return change - slope * time; }
};

std::vector<Step> steps_of(std::span<const Sample> samples) {
    std::vector<Step> all;
    for (const std::size_t d : distances(samples.size())) {
        for (std::size_t i = 0; i + d < samples.size(); ++i) {
            const double time = samples[i + d].position - samples[i].position;
            if (time > 0) all.push_back({time, samples[i + d].value - samples[i].value});
        }
    }
    return all;
}

double median_slope(const std::vector<Step>& steps) {
    std::vector<double> slopes;
    for (const Step& s : steps) slopes.push_back(s.change / s.time);
    return median(std::move(slopes));
}

// Standard deviation of a single sample.
double scatter_of(const std::vector<Step>& steps, double slope) {
    std::vector<double> beside;
    for (const Step& s : steps) beside.push_back(s.beside(slope));
    return mad_sigma(beside, 0) / std::numbers::sqrt2;
}

double sum_of_squares(std::span<const Sample> samples) {
    double mean = 0, sum = 0;
    for (const Sample& s : samples) mean += s.position / static_cast<double>(samples.size());
    for (const Sample& s : samples) sum += (s.position - mean) * (s.position - mean);
    return sum;
}

double level_at_end(std::span<const Sample> samples, double slope) {
    const std::size_t last = std::max<std::size_t>(1, samples.size() / 4);
    std::vector<double> levels;
    for (const Sample& s : samples.last(last))
        levels.push_back(s.value + slope * (samples.back().position - s.position));
    return median(std::move(levels));
}

}  // namespace

std::optional<RobustLine> robust_line(std::span<const Sample> samples) {
    if (samples.size() < kLeast) return std::nullopt;
    std::vector<Step> steps = steps_of(samples);
    const double spread = sum_of_squares(samples);
    if (steps.empty() || !(spread > 0)) return std::nullopt;
    const double all = static_cast<double>(steps.size());
    RobustLine line{.slope = median_slope(steps)};
    line.scatter = scatter_of(steps, line.slope);
    // Of few samples too many pairs lie across one step; and where half of them lie on a line, the rest may be sound.
    for (int round = 0; round < kRounds && samples.size() >= kAllPairsBelow && line.scatter > 0; ++round) {
        const double wild = kWild * std::numbers::sqrt2 * line.scatter;
        std::erase_if(steps, [&](const Step& s) { return std::abs(s.beside(line.slope)) > wild; });
        line.slope = median_slope(steps);
        line.scatter = scatter_of(steps, line.slope);
    }
    const double share = static_cast<double>(steps.size()) / all;
    const double few = 1 + 3 / static_cast<double>(samples.size());
    line.slope_error = kEfficiency * few * line.scatter / std::sqrt(share * spread);
    line.at_end = level_at_end(samples, line.slope);
    return line;
}

}  // namespace nightstack
