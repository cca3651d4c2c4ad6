// SPDX-License-Identifier: MIT
#include "tests/support/reference/integrate/combine_reference.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack {
namespace {

template <class Real>
Real median_of(const std::vector<Real>& sorted) {
    if (sorted.empty()) return 0;
    return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) * Real(0.5);
}

// Sample deviation of the offsets from `pivot`.
template <class Real>
Real deviation_of(const std::vector<Real>& offsets) {
    Real sum = 0, squares = 0;
    for (const Real c : offsets) {
        sum += c;
        squares += c * c;
    }
    const Real n = static_cast<Real>(offsets.size());
    return std::sqrt(std::max(Real(0), (squares - sum * sum / n) / (n - 1)));
}

template <class Real>
Real winsorized_deviation(std::vector<Real> offsets) {
    Real sigma = deviation_of(offsets);
    for (int round = 0; round < 60; ++round) {
        const Real bound = Real(1.5F) * sigma;
        for (Real& c : offsets) c = std::clamp(c, -bound, bound);
        const Real before = sigma;
        sigma = Real(1.134F) * deviation_of(offsets);
        if (std::abs(sigma - before) <= Real(0.0005F) * before) break;
    }
    return sigma;
}

// Drops from both ends of the sorted samples; returns how many at the low end.
template <class Real>
int reject(std::vector<Real>& sorted, const RejectOptions& options) {
    int low = 0;
    while (options.kind != RejectKind::none && sorted.size() > 3) {
        const Real median = median_of(sorted);
        std::vector<Real> offsets;
        for (const Real v : sorted) offsets.push_back(v - median);
        const Real seen = options.kind == RejectKind::sigma ? deviation_of(offsets) : winsorized_deviation(offsets);
        const Real noise = static_cast<Real>(static_cast<float>(options.least_sigma));
        const Real above = std::max(Real(0), median - static_cast<Real>(static_cast<float>(options.sky_level)));
        const Real share = static_cast<Real>(static_cast<float>(options.object_share)) * above;
        const Real sigma = std::max(seen, share == 0 ? noise : std::sqrt(noise * noise + share * share));
        const Real least = median - static_cast<Real>(static_cast<float>(options.kappa_low)) * sigma;
        const Real most = median + static_cast<Real>(static_cast<float>(options.kappa_high)) * sigma;
        std::vector<Real> kept;
        int below = 0;
        for (const Real v : sorted) {
            if (v < least) ++below;
            if (v >= least && v <= most) kept.push_back(v);
        }
        if (kept.size() == sorted.size() || kept.empty()) break;
        low += below;
        sorted = kept;
    }
    return low;
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
