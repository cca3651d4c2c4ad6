// SPDX-License-Identifier: MIT
#include "tests/support/reference/integrate/combine_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <tuple>
#include <utility>

namespace nightstack {
namespace {

template <class Real>
Real median_of(const std::vector<Real>& sorted) {
    if (sorted.empty()) return 0;
    return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) * Real(0.5);
}

// The rejection rules of reject.h, one round each. `kept` are the samples still there, sorted; sums run over
// offsets from the first median, from the sample with half of all below it downwards, and upwards.
template <class Real>
struct Column {
    std::vector<Real> all;
    std::size_t begin, end;
    Real pivot;
    RejectOptions options;
    EsdTable esd;
    Real low() const { return static_cast<Real>(static_cast<float>(options.low)); }
    Real high() const { return static_cast<Real>(static_cast<float>(options.high)); }
    Real least_sigma() const {
        const Real noise = static_cast<Real>(static_cast<float>(options.least_sigma));
        const Real above = std::max(Real(0), median() - static_cast<Real>(static_cast<float>(options.sky_level)));
        const Real share = static_cast<Real>(static_cast<float>(options.object_share)) * above;
        return share == 0 ? noise : std::sqrt(noise * noise + share * share);
    }
    std::size_t size() const { return end - begin; }
    Real median() const {
        return median_of(std::vector<Real>(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                           all.begin() + static_cast<std::ptrdiff_t>(end)));
    }
};

template <class Real>
struct Sums {
    Real first = 0, second = 0;
    void add(Real offset) {
        first += offset;
        second += offset * offset;
    }
};

// Over samples [begin, end), their offsets pulled in to [least, most].
template <class Real>
Sums<Real> sums_of(const Column<Real>& c, std::size_t begin, std::size_t end,
                   Real least = -std::numeric_limits<Real>::infinity(),
                   Real most = std::numeric_limits<Real>::infinity()) {
    const std::size_t middle = c.all.size() / 2;
    Sums<Real> below, above;
    for (std::size_t i = std::min(middle, end); i > begin; --i)
        below.add(std::min(std::max(c.all[i - 1] - c.pivot, least), most));
    for (std::size_t i = std::max(middle, begin); i < end; ++i)
        above.add(std::min(std::max(c.all[i] - c.pivot, least), most));
    return {below.first + above.first, below.second + above.second};
}

template <class Real>
Real deviation_of(const Sums<Real>& sums, std::size_t count) {
    const Real n = static_cast<Real>(count);
    return std::sqrt(std::max(Real(0), (sums.second - sums.first * sums.first / n) / (n - 1)));
}

template <class Real>
Real winsorized_deviation(const Column<Real>& c) {
    const Real at = c.median() - c.pivot;
    Real sigma = deviation_of(sums_of(c, c.begin, c.end), c.size());
    Real bound = Real(1.5F) * sigma;  // pulled in again and again, so it only shrinks
    for (int round = 0; round < 60; ++round) {
        const Real before = sigma;
        sigma = Real(1.134F) * deviation_of(sums_of(c, c.begin, c.end, at - bound, at + bound), c.size());
        if (std::abs(sigma - before) <= Real(0.0005F) * before) break;
        bound = std::min(bound, Real(1.5F) * sigma);
    }
    return sigma;
}

template <class Real>
Real median_distance(const Column<Real>& c) {
    std::vector<Real> distances;
    for (std::size_t i = c.begin; i < c.end; ++i) distances.push_back(std::abs(c.all[i] - c.median()));
    std::sort(distances.begin(), distances.end());
    return median_of(distances);
}

template <class Real>
Real deviation_with_replaced(const Column<Real>& c) {
    const Real replaced = static_cast<Real>(c.all.size() - c.size());
    const Real at = c.median() - c.pivot;
    const Sums<Real> kept = sums_of(c, c.begin, c.end);
    return deviation_of<Real>({kept.first + replaced * at, kept.second + replaced * at * at}, c.all.size());
}

// First and one past the last sample that stays.
using Ends = std::pair<std::size_t, std::size_t>;

template <class Real>
Ends within(const Column<Real>& c, Real least, Real most) {
    Ends ends{c.begin, c.end};
    while (ends.first < c.end && c.all[ends.first] < least) ++ends.first;
    while (ends.second > c.begin && c.all[ends.second - 1] > most) --ends.second;
    return ends;
}

// Samples of equal value stay together.
template <class Real>
Ends together(const Column<Real>& c, Ends kept) {
    if (kept.first >= kept.second) return kept;
    while (kept.first > c.begin && c.all[kept.first - 1] == c.all[kept.first]) --kept.first;
    while (kept.second < c.end && c.all[kept.second] == c.all[kept.second - 1]) ++kept.second;
    return kept;
}

template <class Real>
Ends by_line(const Column<Real>& c) {
    const Real n = static_cast<Real>(c.size());
    const Real centre = static_cast<Real>(c.begin) + (n - 1) * Real(0.5);
    Real sum = 0, cross = 0, distances = 0;
    for (std::size_t i = c.begin; i < c.end; ++i) {
        sum += c.all[i] - c.pivot;
        cross += (c.all[i] - c.pivot) * (static_cast<Real>(i) - centre);
    }
    const Real level = sum / n;
    const Real slope = cross / (n * (n * n - 1) / 12);
    const auto above_line = [&](std::size_t i) {
        return (c.all[i] - c.pivot) - (level + slope * (static_cast<Real>(i) - centre));
    };
    for (std::size_t i = c.begin; i < c.end; ++i) distances += std::abs(above_line(i));
    const Real distance = distances / n;
    Ends ends{c.begin, c.end};
    for (std::size_t i = c.begin; i < c.end; ++i) {
        if (static_cast<Real>(i) < centre && -above_line(i) > c.low() * distance) ends.first = i + 1;
        if (static_cast<Real>(i) > centre && above_line(i) > c.high() * distance)
            ends.second = std::min(ends.second, i);
    }
    return together(c, ends);
}

template <class Real>
Ends by_esd(const Column<Real>& c) {
    Ends left{c.begin, c.end}, kept = left;
    for (int suspects = 0; Real(suspects) < Real(c.esd.most_outliers[c.all.size()]); ++suspects) {
        const std::size_t size = left.second - left.first;
        if (size <= 3) break;
        const Sums<Real> sums = sums_of(c, left.first, left.second);
        const Real mean = sums.first / static_cast<Real>(size);
        const Real below = mean - (c.all[left.first] - c.pivot);
        const Real above = (c.all[left.second - 1] - c.pivot) - mean;
        above > below ? void(--left.second) : void(++left.first);
        if (std::max(above, below) > Real(c.esd.critical[size]) * deviation_of(sums, size)) kept = left;
    }
    return together(c, kept);
}

template <class Real>
Ends one_round(const Column<Real>& c) {
    const Real median = c.median();
    const auto around_median = [&](Real sigma) {
        return within(c, median - c.low() * sigma, median + c.high() * sigma);
    };
    const auto clipped = [&](Real seen) { return around_median(std::max(seen, c.least_sigma())); };
    switch (c.options.kind) {
        case RejectKind::none: break;
        case RejectKind::sigma: return clipped(deviation_of(sums_of(c, c.begin, c.end), c.size()));
        case RejectKind::winsorized: return clipped(winsorized_deviation(c));
        case RejectKind::mad: return clipped(Real(1.4826F) * median_distance(c));
        case RejectKind::median: return clipped(deviation_with_replaced(c));
        case RejectKind::linear: return by_line(c);
        case RejectKind::gesdt: return by_esd(c);
        case RejectKind::percentile:
            if (median > 0) return around_median(median);
    }
    return {c.begin, c.end};
}

// Made once: a table takes longer than a pixel.
const EsdTable& known_esd_table(std::size_t n, const RejectOptions& options) {
    static std::map<std::tuple<std::size_t, double, double>, EsdTable> tables;
    EsdTable& table = tables[{n, options.low, options.high}];
    if (table.critical.empty()) table = esd_table(static_cast<int>(n), options.low, options.high);
    return table;
}

// Drops from both ends of the sorted samples; returns how many at the low end.
template <class Real>
int reject(std::vector<Real>& sorted, const RejectOptions& options) {
    Column<Real> c{sorted, 0, sorted.size(), median_of(sorted), options, {}};
    if (options.kind == RejectKind::gesdt) c.esd = known_esd_table(sorted.size(), options);
    while (options.kind != RejectKind::none && c.size() > 3) {
        const auto [begin, end] = one_round(c);
        if (begin >= end || end - begin == c.size()) break;
        c.begin = begin;
        c.end = end;
        if (options.kind == RejectKind::percentile || options.kind == RejectKind::gesdt) break;
    }
    sorted = {c.all.begin() + static_cast<std::ptrdiff_t>(c.begin), c.all.begin() + static_cast<std::ptrdiff_t>(c.end)};
    return static_cast<int>(c.begin);
}

template <class Real>
struct Accepted {
    Real tested, value, weight, noise_variance;
};

// Weighted mean around `pivot` and the variance of that mean.
template <class Real>
void average(const std::vector<Accepted<Real>>& accepted, Real pivot, PixelResult<Real>& result) {
    Real weights = 0, weights2 = 0, first = 0, first2 = 0, second2 = 0;
    for (const auto& s : accepted) {
        const Real off = s.value - pivot;
        const Real w2 = s.weight * s.weight;
        weights += s.weight;
        weights2 += w2;
        first += s.weight * off;
        first2 += w2 * off;
        second2 += w2 * off * off;
    }
    const Real n = static_cast<Real>(accepted.size());
    const Real shift = first / weights;
    result.value = pivot + shift;
    const Real spread = second2 - (shift + shift) * first2 + shift * shift * weights2;
    result.variance = std::max(Real(0), spread) / (weights * weights) * (n / (n - 1));
    if (accepted.size() == 1) result.variance = accepted.front().noise_variance;
}

}  // namespace

template <class Real>
PixelResult<Real> combine_pixel_reference(std::span<const PixelSample> samples, const CombineOptions& options) {
    std::vector<Accepted<Real>> covering;
    for (const PixelSample& s : samples) {
        const Real v = Real(s.value) * Real(s.scale) + Real(s.offset);
        const Real tested = Real(s.tested.value_or(s.value)) * Real(s.scale) + Real(s.offset);
        if (!std::isfinite(static_cast<float>(v)) || !std::isfinite(static_cast<float>(tested))) continue;
        const bool median = options.combine == CombineKind::median;
        covering.push_back({tested, v, median ? Real(1) : Real(s.weight) * Real(s.part), Real(s.noise_variance)});
    }
    PixelResult<Real> result;
    result.coverage = static_cast<int>(covering.size());
    if (covering.empty()) return result;

    std::vector<Real> sorted;
    for (const auto& s : covering) sorted.push_back(s.tested);
    std::sort(sorted.begin(), sorted.end());
    result.rejected_low = reject(sorted, options.rejection);
    result.rejected_high = result.coverage - result.rejected_low - static_cast<int>(sorted.size());

    std::vector<Accepted<Real>> accepted;
    for (const auto& s : covering) {
        if (s.tested >= sorted.front() && s.tested <= sorted.back()) accepted.push_back(s);
    }
    const bool sorts = options.rejection.kind != RejectKind::none || options.combine == CombineKind::median;
    const Real pivot = sorts ? median_of(sorted) : covering.front().tested;
    average(accepted, pivot, result);
    if (options.rejection.kind == RejectKind::median) {
        Real first = 0, weights = 0;
        for (const auto& s : accepted) first += s.weight * (s.value - pivot);
        for (const auto& s : covering) weights += s.weight;  // the replaced ones stand at the pivot
        result.value = pivot + first / weights;
    }
    if (options.combine == CombineKind::median) {
        result.value = pivot;
        if (accepted.size() > 2) result.variance *= std::numbers::pi_v<Real> / 2;
    }
    return result;
}

template PixelResult<float> combine_pixel_reference<float>(std::span<const PixelSample>, const CombineOptions&);
template PixelResult<double> combine_pixel_reference<double>(std::span<const PixelSample>, const CombineOptions&);

void integrate_tile_reference(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options) {
    std::vector<PixelSample> samples(frames.size());
    for (int y = 0; y < out.value.height(); ++y) {
        for (int x = 0; x < out.value.width(); ++x) {
            for (std::size_t f = 0; f < frames.size(); ++f) {
                const FrameTile& frame = frames[f];
                const float part = frame.sample_weights.empty() ? 1 : frame.sample_weights(x, y);
                samples[f] = {frame.samples(x, y),
                              frame.scale,
                              frame.offset,
                              frame.weight,
                              frame.noise_variance,
                              part,
                              frame.tested.empty() ? std::nullopt : std::optional(frame.tested(x, y))};
            }
            const PixelResult<float> r = combine_pixel_reference<float>(samples, options);
            out.value(x, y) = r.value;
            out.variance(x, y) = r.variance;
            out.coverage(x, y) = static_cast<std::uint16_t>(r.coverage);
            out.rejected_low(x, y) = static_cast<std::uint16_t>(r.rejected_low);
            out.rejected_high(x, y) = static_cast<std::uint16_t>(r.rejected_high);
        }
    }
}

}  // namespace nightstack
