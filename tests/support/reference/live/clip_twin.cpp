// SPDX-License-Identifier: MIT
#include "tests/support/reference/live/clip_twin.h"

#include <algorithm>
#include <tuple>

namespace nightstack::reference {
namespace {

double sum_of(const TwinClip& clip, double (*term)(const TwinSample&)) {
    double sum = 0;
    for (std::size_t i = 0; i < clip.sorted.size(); ++i) sum += clip.taken[i] ? term(clip.sorted[i]) : 0;
    return sum;
}

double taken_count(const TwinClip& clip) {
    return static_cast<double>(std::count(clip.taken.begin(), clip.taken.end(), true));
}

double known_variance(double mean, const ClipRule& rule) {
    const double signal = std::max(0.0, mean - rule.sky);
    return rule.variance + rule.signal_variance * signal + rule.object_share * signal * (rule.object_share * signal);
}

// The innermost sample of either list, where there are others between.
bool may_hide_outliers(const TwinClip& clip, const ClipRule& rule) {
    const int n = static_cast<int>(clip.sorted.size());
    if (n <= 2 * rule.depth) return false;
    const double mean = clip.mean();
    const double v0 = known_variance(mean, rule) * kLiveWeightOne * (1 + 1.0 / clip.count);
    const auto beyond = [&](int i, double kappa) {
        const TwinSample& s = clip.sorted[static_cast<std::size_t>(i)];
        return (s.value - mean) * (s.value - mean) * s.weight > v0 * (kappa * kappa);
    };
    return clip.low == rule.depth || clip.high == rule.depth || beyond(rule.depth - 1, rule.kappa_low) ||
           beyond(n - rule.depth, rule.kappa_high);
}

double variance_of_one(const TwinClip& clip, double mean, double factor, const ClipRule& rule) {
    const double known = known_variance(mean, rule);
    const double spread = std::max(0.0, clip.squares() - clip.sum() * mean);
    const double n = taken_count(clip);
    return (kKnownNoiseSamples * known + spread * factor / kLiveWeightOne) / (kKnownNoiseSamples - 1 + n);
}

}  // namespace

double TwinClip::weight() const {
    return sum_of(*this, [](const TwinSample& s) { return static_cast<double>(s.weight); });
}
double TwinClip::sum() const {
    return sum_of(*this, [](const TwinSample& s) { return s.weight * s.value; });
}
double TwinClip::squares() const {
    return sum_of(*this, [](const TwinSample& s) { return s.weight * s.value * s.value; });
}

TwinClip clip_twin(std::vector<TwinSample> samples, const ClipRule& rule) {
    std::sort(samples.begin(), samples.end(), [](const TwinSample& a, const TwinSample& b) {
        return std::tie(a.value, a.weight) < std::tie(b.value, b.weight);
    });
    TwinClip clip;
    clip.sorted = samples;
    const int n = static_cast<int>(samples.size());
    clip.taken.assign(samples.size(), true);
    clip.count = n;
    if (n < 3) return clip;
    const int left_out = std::min(rule.depth, (n - 1) / 2);
    const int lows = std::min(rule.depth, (n + 1) / 2), highs = std::min(rule.depth, n / 2);
    for (int i = 0; i < n; ++i) clip.taken[static_cast<std::size_t>(i)] = i >= left_out && i < n - left_out;
    double factor = rule.first_factor[static_cast<std::size_t>(n)];
    for (int round = 0; round < kClipRounds; ++round) {
        const double mean = clip.mean();
        const double count = taken_count(clip);
        const double v = variance_of_one(clip, mean, factor, rule) * kLiveWeightOne * (1 + 1 / count);
        std::vector<bool> next = clip.taken;
        for (int i = 0; i < n; ++i) {
            if (i >= lows && i < n - highs) continue;
            const TwinSample& s = samples[static_cast<std::size_t>(i)];
            const double off = s.value - mean;
            const double kappa = off < 0 ? rule.kappa_low : rule.kappa_high;
            next[static_cast<std::size_t>(i)] = off * off * s.weight <= v * (kappa * kappa);
        }
        if (std::none_of(next.begin(), next.end(), [](bool b) { return b; })) next = clip.taken;
        const bool moved = next != clip.taken;
        clip.taken = next;
        if (!moved && round > 0) break;
        factor = 1 / (0.98658 * 0.98658);
    }
    for (int i = 0; i < n; ++i) {
        if (clip.taken[static_cast<std::size_t>(i)]) continue;
        ++(i < lows ? clip.low : clip.high);
    }
    clip.count = n - clip.low - clip.high;
    clip.flagged = may_hide_outliers(clip, rule);
    return clip;
}

}  // namespace nightstack::reference
