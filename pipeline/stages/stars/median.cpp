// SPDX-License-Identifier: MIT
// The median without sorting about: two order statistics of a small sample enclose it almost surely; one pass
// counts what lies below them and collects what lies between, and only that is searched. The result is the median
// itself: where the sample was unlucky, the whole is searched as before.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "pipeline/stages/stars/statistics.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/median.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef NIGHTSTACK_MEDIAN_SHARED
#define NIGHTSTACK_MEDIAN_SHARED
namespace nightstack {
namespace {

constexpr std::size_t kMostBetween = 8192;
constexpr std::size_t kLanes = 8;

struct Between {
    std::size_t below = 0;                                // values under the lower bound
    std::size_t count = 0;                                // values between the bounds, both included
    std::array<float, kMostBetween + kLanes + 1> values;  // one vector may pass the end
};

}  // namespace
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// False when there is no room for what lies between. (CompressStore of Highway 1.0.3 copies its whole table for every
// vector; storing each value and moving on by one bit of the mask is quicker.)
bool collect(Between& to, const float* values, std::size_t n, float low, float high) {
    const hn::CappedTag<float, kLanes> d;
    const std::size_t lanes = hn::Lanes(d);
    const auto from = hn::Set(d, low);
    const auto until = hn::Set(d, high);
    std::size_t below = 0;
    float* out = to.values.data();
    float* const last = out + kMostBetween;
    std::size_t i = 0;
    for (; i + lanes <= n && out <= last; i += lanes) {
        const auto v = hn::LoadU(d, values + i);
        const auto under = hn::Lt(v, from);
        below += hn::CountTrue(d, under);
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d, hn::AndNot(under, hn::Le(v, until)), bits);
        if (bits[0] == 0) continue;
        for (std::size_t k = 0; k < lanes; ++k) {
            *out = values[i + k];
            out += (bits[0] >> k) & 1;
        }
    }
    for (; i < n && out <= last; ++i) {
        below += values[i] < low ? 1 : 0;
        *out = values[i];
        out += static_cast<int>(values[i] >= low) & static_cast<int>(values[i] <= high);
    }
    to.below = below;
    to.count = static_cast<std::size_t>(out - to.values.data());
    return out <= last;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(collect);

constexpr std::size_t kFewest = 192;  // below, the sample costs more than it saves
constexpr std::size_t kMostSample = 2048;

float searched(std::span<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    const float below = *std::max_element(values.begin(), middle);
    return below + (*middle - below) / 2;
}

struct Bounds {
    float low = 0;
    float high = 0;
};

// Three deviations of the sample's median to either side: out of a thousand, three miss.
Bounds enclosing(std::span<const float> values) {
    std::array<float, kMostSample> sample;
    std::size_t wanted = 32;
    while (wanted < kMostSample && 16 * wanted < values.size()) wanted *= 2;  // about where the cost is least
    const std::size_t step = values.size() / wanted;
    for (std::size_t i = 0; i < wanted; ++i) sample[i] = values[i * step];
    const auto reach = static_cast<std::ptrdiff_t>(1.5 * std::sqrt(static_cast<double>(wanted))) + 1;
    const auto begin = sample.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(wanted);
    const auto low = begin + static_cast<std::ptrdiff_t>(wanted / 2) - reach;
    const auto high = begin + static_cast<std::ptrdiff_t>(wanted / 2) + reach;
    std::nth_element(begin, low, end);
    std::nth_element(low + 1, high, end);
    return {*low, *high};
}

}  // namespace

float median_in_place(std::span<float> values) {
    if (values.empty()) return 0;
    if (values.size() < kFewest) return searched(values);
    const Bounds bounds = enclosing(values);
    Between between;
    const std::size_t lower = (values.size() - 1) / 2;  // ranks of the two middle values
    const std::size_t upper = values.size() / 2;
    if (!HWY_DYNAMIC_DISPATCH(collect)(between, values.data(), values.size(), bounds.low, bounds.high) ||
        lower < between.below || upper >= between.below + between.count) {
        return searched(values);
    }
    const auto begin = between.values.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(between.count);
    const auto middle = begin + static_cast<std::ptrdiff_t>(upper - between.below);
    std::nth_element(begin, middle, end);
    if (lower == upper) return *middle;
    const float below = *std::max_element(begin, middle);
    return below + (*middle - below) / 2;
}

}  // namespace nightstack
#endif
