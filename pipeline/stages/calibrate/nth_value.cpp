// SPDX-License-Identifier: MIT
// Plain loops, which the compiler makes as wide as each level allows.
#include "pipeline/stages/calibrate/nth_value.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/calibrate/nth_value.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr std::size_t kFewEnough = 32;

// Eight at a time, which a compiler may not do by itself.
std::pair<float, float> least_and_most(std::span<const float> values) {
    constexpr std::size_t kLanes = 8;
    float low[kLanes];
    float high[kLanes];
    std::fill_n(low, kLanes, values.front());
    std::fill_n(high, kLanes, values.front());
    std::size_t i = 0;
    for (const float* v = values.data(); i + kLanes <= values.size(); i += kLanes, v += kLanes) {
        for (std::size_t k = 0; k < kLanes; ++k) {
            low[k] = v[k] < low[k] ? v[k] : low[k];
            high[k] = v[k] > high[k] ? v[k] : high[k];
        }
    }
    for (; i < values.size(); ++i) {
        low[0] = std::min(low[0], values[i]);
        high[0] = std::max(high[0], values[i]);
    }
    return {*std::min_element(low, low + kLanes), *std::max_element(high, high + kLanes)};
}

std::size_t count_below(std::span<const float> values, float bound) {
    std::uint32_t count = 0;
    for (const float v : values) count += v < bound ? 1U : 0U;
    return count;
}

// Values in [low, high) at the front of `work`.
std::size_t gather(std::span<const float> values, float low, float high, std::vector<float>& work) {
    work.resize(values.size() + 1);  // the last store may lie beyond
    float* const to = work.data();
    std::size_t count = 0;
    for (const float v : values) {
        to[count] = v;
        count += static_cast<std::size_t>((v >= low) & (v < high));
    }
    return count;
}

float find_nth(std::span<const float> values, std::size_t place, std::vector<float>& work) {
    auto [low, high] = least_and_most(values);
    // The one looked for lies in [low, high), and so many lie below these.
    high = std::nextafter(high, std::numeric_limits<float>::infinity());
    std::size_t below_low = 0;
    std::size_t below_high = values.size();
    while (below_high - below_low > kFewEnough) {
        const float middle = 0.5F * low + 0.5F * high;
        if (!(middle > low && middle < high)) break;  // no value between them: all are equal
        const std::size_t below = count_below(values, middle);
        if (below <= place) {
            low = middle;
            below_low = below;
        } else {
            high = middle;
            below_high = below;
        }
    }
    const std::size_t count = gather(values, low, high, work);
    const auto wanted = work.begin() + static_cast<std::ptrdiff_t>(place - below_low);
    std::nth_element(work.begin(), wanted, work.begin() + static_cast<std::ptrdiff_t>(count));
    return *wanted;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(find_nth);

float nth_value(std::span<const float> values, std::size_t place, std::vector<float>& work) {
    assert(place < values.size());
    return HWY_DYNAMIC_DISPATCH(find_nth)(values, place, work);
}

}  // namespace nightstack
#endif
